import { overflows, type Overflow } from '../../delivery/send-options.js';
import type { OnStoreFailure } from '../../delivery/write-ahead.js';
import { isUnitMessageType, type UnitMessageType } from '../../protocol/message-types.js';
import type { UnitOptions } from '../../unit/options.js';
import { decimal, oneOf, proxyUrl, whole, wordList, type OptionsOf } from '../options/option.js';

type NumberName =
  | 'sendTimeout'
  | 'stableAfter'
  | 'silenceFactor'
  | 'pongTimeout'
  | 'pingInterval'
  | 'maxInFlight'
  | 'rate'
  | 'maxQueued'
  | 'maxQueuedBytes'
  | 'maxMessageBytes'
  | 'maxPayload'
  | 'maxUnhandled'
  | 'maxUnhandledBytes';

/** The settings with which few units need anything but the default. */
export interface TuningSettings extends Readonly<Record<NumberName, number | undefined>> {
  readonly overflow: Overflow | undefined;
  readonly onStoreFailure: OnStoreFailure | undefined;
  readonly keep: readonly string[] | undefined;
  readonly proxy: string | undefined;
}

const bytes = (about: string, least = 1024) => whole('BYTES', about, { least, most: Number.MAX_SAFE_INTEGER });

/** Their options, by the names they have in `connectUnit`. */
export const tuningOptions: OptionsOf<TuningSettings> = {
  sendTimeout: whole(
    'MS',
    'How long the network may take no byte of what was written, in milliseconds. Default: 30000.',
    {
      least: 1,
    },
  ),
  stableAfter: whole('MS', 'The age at which a connection counts as a success, in milliseconds. Default: 5000.'),
  silenceFactor: decimal('N', 'After this many ping intervals of the cloud a silent link is suspect. Default: 2.5.', {
    least: 1,
    most: 100,
  }),
  pongTimeout: whole('MS', 'How long a suspect link has to show a sign of life, in milliseconds. Default: 5000.', {
    least: 1,
  }),
  pingInterval: whole(
    'MS',
    'The interval of pings of the unit itself (a heartbeat), in milliseconds, for balancers that cut idle links. Default: none, only a suspect link is pinged.',
    { least: 1 },
  ),
  maxInFlight: whole('N', 'How many messages may wait for their ack at a time. Default: 256.', { least: 1 }),
  rate: decimal('N', 'How many messages a second leave the queue. Default: no limit.', {
    least: 0.001,
    most: 1_000_000,
  }),
  maxQueued: whole('N', 'How many undelivered messages are held. Default: 10000.', { least: 1 }),
  maxQueuedBytes: bytes('How many bytes of undelivered messages are held. Default: 67108864.', 1),
  maxMessageBytes: whole('BYTES', 'The largest message that is sent. Default: 4194304, or --max-queued-bytes.', {
    least: 1024,
  }),
  overflow: oneOf(
    overflows as readonly Overflow[],
    'What happens to a message that finds the queue full, unless its line says so. Default: reject.',
  ),
  keep: wordList(
    'TYPES',
    'The types of messages that --store keeps, with commas between them. Default: all that expect an ack.',
    'types of messages that a unit sends, with commas between them',
    isUnitMessageType,
  ),
  onStoreFailure: oneOf<OnStoreFailure>(
    ['refuse', 'continue'],
    'What happens to a message that --store cannot keep: it is refused, or held in memory. Default: refuse.',
  ),
  proxy: proxyUrl(),
  maxPayload: whole('BYTES', 'The largest frame that is read. Default: 4194304.', { least: 1024 }),
  maxUnhandled: whole('N', 'How many messages may wait for the reader of stdout before reading pauses. Default: 256.', {
    least: 1,
  }),
  maxUnhandledBytes: bytes('How many bytes of messages may wait for the reader of stdout. Default: 33554432.'),
};

/** These settings as options of `connectUnit`. */
export const tuningOf = (settings: TuningSettings): Partial<Pick<UnitOptions, keyof TuningSettings>> => {
  const { keep, ...others } = settings;
  const names = Object.keys(tuningOptions).filter((name) => name !== 'keep') as (keyof typeof others)[];
  const types: ReadonlySet<string> = new Set(keep);
  return {
    ...Object.fromEntries(names.map((name) => [name, others[name]])),
    ...(keep && { keep: (type: UnitMessageType) => types.has(type) }),
  };
};
