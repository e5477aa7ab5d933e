import type { DeliveryReport } from './outgoing-message.js';
import { InvalidMessageError, OptionError } from '../errors.js';
import { isUnitMessageType, unitMessageTypes } from '../protocol/message-types.js';
import { isObject } from '../protocol/read.js';

/** `expectAck`: the message is done once the cloud has acked it. `sendOnly`: once it is written. */
export type SendPolicy = 'expectAck' | 'sendOnly';

/** Priority of a message: `urgent` is sent before `normal`, and that before `bulk`. */
export type Lane = 'urgent' | 'normal' | 'bulk';

/**
 * Treatment of a message that finds the queue full. `reject`: `send` throws. `drop-newest`: the message itself is
 * dropped. `drop-oldest`: the oldest message that was sent with `drop-oldest` makes room, of the last lane first.
 */
export type Overflow = 'reject' | 'drop-oldest' | 'drop-newest';

/** Check of a message: `strict` against the schema of its type, `open` only that it is JSON. */
export type SendSchema = 'strict' | 'open';

/** Options of `send`. */
export interface SendOptions {
  /**
   * `strict` (default): data that does not fit the schema of its type is refused. `open`: for members, values and types
   * newer than the schemas of this library. It goes out as it is: plain JSON, `messageType` first, within the same limits
   * of size, and nested at most 64 deep; whether the cloud takes it is up to the app.
   */
  readonly schema?: SendSchema | undefined;
  /** `expectAck` (default): sent again until the cloud acks it. `sendOnly`: done once it is written. */
  readonly policy?: SendPolicy | undefined;
  /** Default: `bulk` for logs (`pushLog`), `normal` for everything else, so that order is kept among all but logs. */
  readonly lane?: Lane | undefined;
  /** Default: what the option `overflow` of the unit says of the type, else `reject`. */
  readonly overflow?: Overflow | undefined;
  /** A message that still waits to be sent for the first time and has the same key is dropped: this one replaces it. */
  readonly coalesceKey?: string | undefined;
  /** A message that waits this long in the queue is dropped, in milliseconds. Default: it waits forever. */
  readonly ttl?: number | undefined;
  /** True if the message is kept in the store of the unit, if that has one. Default: what its option `keep` says. */
  readonly keep?: boolean | undefined;
  /** Withdraws the message when it is aborted before the message is sent. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called once with the last report of the message: acknowledged, dropped, sent where no ack is expected, or requeued by a
   * stop. That may be before `send` returns. It costs less than `status$` and `acknowledged`, for those who send many
   * messages and count them. An error that it throws is emitted by `failure$` of the unit.
   */
  readonly onSettled?: ((report: DeliveryReport) => void) | undefined;
}

/** The lanes, the first goes first. */
export const lanes: readonly Lane[] = ['urgent', 'normal', 'bulk'];

/** The values of {@link Overflow}. */
export const overflows: readonly unknown[] = ['reject', 'drop-oldest', 'drop-newest'];

/** The number of the lane of a message, 0 for the first. */
export const laneNumber = (type: string, lane: Lane = type === 'pushLog' ? 'bulk' : 'normal'): number =>
  lanes.indexOf(lane);

/** @throws InvalidMessageError for what is no message that a unit sends; of an `open` one the type is checked later */
export const checkData = (data: unknown, schema: SendSchema = 'strict'): void => {
  if (!isObject(data)) throw new InvalidMessageError('a message is an object with a messageType');
  const { messageType } = data;
  if (schema === 'open' || isUnitMessageType(messageType)) return;
  const got =
    typeof messageType === 'string'
      ? JSON.stringify(messageType.slice(0, 60))
      : `a messageType of type ${typeof messageType}`;
  throw new InvalidMessageError(`${got} is nothing that a unit sends; it sends ${unitMessageTypes.join(', ')}`);
};

const oneOf = (values: readonly unknown[]) =>
  [values.join(' or '), (value: unknown) => values.includes(value)] as const;

const checks: Readonly<Record<keyof SendOptions, readonly [takes: string, fits: (value: unknown) => boolean]>> = {
  schema: oneOf(['strict', 'open']),
  policy: oneOf(['expectAck', 'sendOnly']),
  lane: oneOf(lanes),
  overflow: oneOf(overflows),
  coalesceKey: ['a text that is not empty', (value) => typeof value === 'string' && value !== ''],
  ttl: ['a number of milliseconds above 0', (value) => typeof value === 'number' && value > 0],
  keep: oneOf([true, false]),
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  onSettled: ['a function', (value) => typeof value === 'function'],
};

const isOption = (name: string): name is keyof SendOptions => Object.hasOwn(checks, name);

/** @throws OptionError for an option that `send` does not know, or a value that it does not take */
export const checkSendOptions = (options: SendOptions = {}): SendOptions => {
  for (const name of Object.keys(options)) {
    if (!isOption(name))
      throw new OptionError(name, 'a value', `none: send knows only ${Object.keys(checks).join(', ')}`);
    const value: unknown = options[name];
    const [takes, fits] = checks[name];
    if (value === undefined || fits(value)) continue;
    const got = typeof value === 'object' ? 'an object' : JSON.stringify(value) || typeof value;
    throw new OptionError(name, got.slice(0, 60), takes);
  }
  if (options.keep === true && options.policy === 'sendOnly')
    throw new OptionError('keep', 'true for a message that is sendOnly', 'true only for one that expects an ack');
  return options;
};
