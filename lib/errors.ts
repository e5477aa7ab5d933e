/** What every error of this library has in common: `instanceof UnitlinkError` tells them from the errors of others. */
export abstract class UnitlinkError extends Error {}

/** An option was not what it has to be; thrown by the call that got it. */
export class OptionError extends UnitlinkError {
  override readonly name = 'OptionError';
  readonly option: string;

  constructor(option: string, got: string, takes: string) {
    super(`option "${option}" got ${got}, it takes ${takes}`);
    this.option = option;
  }
}

/** The certificate, its key or the CA cannot be used; read again and retried by the backoff. */
export class CredentialsError extends UnitlinkError {
  override readonly name = 'CredentialsError';
}

/** A URL without TLS was refused; nothing was sent to it. */
export class InsecureUrlError extends UnitlinkError {
  override readonly name = 'InsecureUrlError';
  readonly url: string;

  constructor(url: string, takes: string) {
    super(`${url} was refused: only ${takes} URLs without user name and password are dialled (see allowInsecure)`);
    this.url = url;
  }
}

/** Service discovery gave no endpoint: not reachable, refused, or an answer that cannot be used. */
export class DiscoveryError extends UnitlinkError {
  override readonly name = 'DiscoveryError';
  readonly url: string;
  /** The HTTP status, or the code of the system or TLS error. */
  readonly code: number | string | undefined;
  /** How long the server asks to wait, in milliseconds (`Retry-After`). */
  readonly retryAfter: number | undefined;

  constructor(url: string, what: string, options: ErrorOptions & { code?: number | string; retryAfter?: number } = {}) {
    super(`service discovery at ${url} failed: ${what}`, options);
    this.url = url;
    this.code = options.code;
    this.retryAfter = options.retryAfter;
  }
}

/** The cloud answered discovery with an error code that asks for another try: −1, or 2 (repeat later). */
export class DiscoveryRefusedError extends UnitlinkError {
  override readonly name = 'DiscoveryRefusedError';
  readonly url: string;
  /** The `errorCode` of the response. */
  readonly code: number;
  /** How long the cloud asks to wait, in milliseconds: the `nextRequestDelay` of a repeat-later answer. */
  readonly retryAfter: number | undefined;

  constructor(url: string, code: number, retryAfter?: number) {
    super(
      code === 2
        ? `the cloud is busy: ${url} asks to come back ${retryAfter === undefined ? 'later' : `in ${retryAfter} ms`}`
        : `service discovery at ${url} answered with error code ${code}; trying again by the backoff`,
    );
    this.url = url;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** An endpoint could not be opened: name, TCP, TLS, or an HTTP status other than 101. */
export class ConnectError extends UnitlinkError {
  override readonly name: string = 'ConnectError';
  readonly url: string;
  /** The HTTP status of a refused upgrade, or the code of the system or TLS error. */
  readonly code: number | string | undefined;
  /** How long the server asks to wait, in milliseconds (`Retry-After`). */
  readonly retryAfter: number | undefined;

  constructor(url: string, what: string, options: ErrorOptions & { code?: number | string; retryAfter?: number } = {}) {
    super(`${url} cannot be opened: ${what}`, options);
    this.url = url;
    this.code = options.code;
    this.retryAfter = options.retryAfter;
  }
}

/** The upgrade was refused with 401: the token is used up, and discovery gives a new one. */
export class UnauthorizedError extends ConnectError {
  override readonly name = 'UnauthorizedError';

  constructor(url: string) {
    super(url, 'the upgrade was refused with 401, a new token is needed', { code: 401 });
  }
}

/** Name, TCP, TLS and upgrade (or the discovery request) together took longer than the connect deadline. */
export class ConnectTimeoutError extends UnitlinkError {
  override readonly name = 'ConnectTimeoutError';
  readonly url: string;
  /** The deadline, in milliseconds. */
  readonly timeout: number;

  constructor(url: string, timeout: number) {
    super(`${url} did not answer within ${timeout} ms; the attempt was given up`);
    this.url = url;
    this.timeout = timeout;
  }
}

/**
 * None of the endpoints that were tried could be opened: all of the list, or as many as there was time for. `errors`
 * holds one error for each of them.
 */
export class AllEndpointsFailedError extends UnitlinkError {
  override readonly name = 'AllEndpointsFailedError';
  readonly errors: readonly unknown[];
  readonly retryAfter: number | undefined;

  constructor(errors: readonly unknown[], untried = 0) {
    const rest = untried === 0 ? '' : `; there was no time for ${untried} more, which come first in the next attempt`;
    super(`none of ${errors.length} endpoints could be used: ${errors.map(textOf).join('; ')}${rest}`, {
      cause: errors.at(-1),
    });
    this.errors = errors;
    this.retryAfter = retryAfterOf(errors.at(-1));
  }
}

/** What an error says; where all addresses of a name failed, whose error has no text, what the error of each says. */
export const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(textOf).join('; ');
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

/** How long the one who refused asks to wait, in milliseconds, where an error carries that. */
export const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof Error && 'retryAfter' in error && typeof error.retryAfter === 'number'
    ? error.retryAfter
    : undefined;

/** The cloud ended the connection with a close frame. */
export class ConnectionClosedError extends UnitlinkError {
  override readonly name = 'ConnectionClosedError';
  readonly url: string;
  /** The status of the close frame; 1005 when it carried none. */
  readonly code: number;
  readonly reason: string;

  constructor(url: string, code: number, reason: string) {
    super(`the cloud closed the connection to ${url} with ${code}${reason && ` (${reason})`}`);
    this.url = url;
    this.code = code;
    this.reason = reason;
  }
}

const orderlyCodes: readonly unknown[] = [1000, 1001, 1005];

/**
 * Whether an error is a close frame that asks to stay away for now: overload, restart, a policy, another session with the
 * same identity; every code but 1000, 1001 and none.
 */
export const asksToStayAway = (error: unknown): boolean =>
  error instanceof ConnectionClosedError && !orderlyCodes.includes(error.code);

/** The connection ended without a close frame: a reset, an end of stream, a broken frame. */
export class ConnectionLostError extends UnitlinkError {
  override readonly name = 'ConnectionLostError';
  readonly url: string;
  /** 1006, the status of the close frame that was sent for a protocol error, or the code of the system error. */
  readonly code: number | string;

  constructor(url: string, code: number | string, options?: ErrorOptions) {
    const cause = options?.cause instanceof Error ? `: ${options.cause.message}` : '';
    super(`the connection to ${url} was lost (${code})${cause}`, options);
    this.url = url;
    this.code = code;
  }
}

/** The link was silent and stayed so after a ping, or took no bytes: it was abandoned and is replaced. */
export class DeadLinkError extends UnitlinkError {
  override readonly name = 'DeadLinkError';
  readonly url: string;

  constructor(url: string, what: string) {
    super(`the link to ${url} is dead: ${what}; it was abandoned`);
    this.url = url;
  }
}

/** The connection ended before it had lived long enough or carried a message, so it does not count as a success. */
export class UnstableConnectionError extends UnitlinkError {
  override readonly name = 'UnstableConnectionError';
  readonly code: number | string | undefined;

  constructor(cause: unknown) {
    super(`the connection ended before it proved useful: ${textOf(cause)}`, { cause });
    this.code = cause instanceof ConnectionClosedError || cause instanceof ConnectionLostError ? cause.code : undefined;
  }
}

/** No ack came within the ack timeout. */
export class AckTimeoutError extends UnitlinkError {
  override readonly name = 'AckTimeoutError';
  readonly txn: string;
  /** How often the message was transmitted so far. */
  readonly attempt: number;

  constructor(txn: string, attempt: number, timeout: number) {
    super(`message ${txn} got no ack within ${timeout} ms of transmission ${attempt}`);
    this.txn = txn;
    this.attempt = attempt;
  }
}

/** A request got no answer in time; whether the cloud has it is not known. */
export class RequestTimeoutError extends UnitlinkError {
  override readonly name = 'RequestTimeoutError';
  readonly correlationId: string;

  constructor(messageType: string, correlationId: string, timeout: number) {
    super(`${messageType} ${correlationId} got no answer within ${timeout} ms; ask again`);
    this.correlationId = correlationId;
  }
}

/** The cloud refused a message for now and named the time after which to send it again. */
export class NackError extends UnitlinkError {
  override readonly name = 'NackError';
  readonly txn: string;
  /** In milliseconds, already clamped to 0…10 min. */
  readonly retryAfter: number;

  constructor(txn: string, retryAfter: number) {
    super(`the cloud refused message ${txn} for now, for ${retryAfter} ms`);
    this.txn = txn;
    this.retryAfter = retryAfter;
  }
}

/** The cloud ended the connection each time it got a message; the message was given up so that others get through. */
export class UndeliverableError extends UnitlinkError {
  override readonly name = 'UndeliverableError';
  readonly txn: string;
  /** How often the message was transmitted. */
  readonly attempt: number;
  /** Of the last end: the status of the close frame, 1006, or the code of the system error. */
  readonly code: number | string | undefined;

  constructor(txn: string, attempt: number, cause: unknown) {
    super(
      `message ${txn} was given up after transmission ${attempt}: the connection ended on it (${textOf(cause)}); ` +
        'send it smaller, or find out why the cloud does not take it',
      { cause },
    );
    this.txn = txn;
    this.attempt = attempt;
    this.code = cause instanceof ConnectionClosedError || cause instanceof ConnectionLostError ? cause.code : undefined;
  }
}

/** The outgoing queue is at its bound and took no further message. */
export class QueueFullError extends UnitlinkError {
  override readonly name = 'QueueFullError';

  constructor(what: string) {
    super(`the outgoing queue is full (${what}); the message was not accepted, send it again later`);
  }
}

/** A message cannot be sent as it is; nothing was queued. */
export class InvalidMessageError extends UnitlinkError {
  override readonly name: string = 'InvalidMessageError';
  /** Where it does not fit the protocol, as a JSON pointer: `/items/0/tag`; undefined where it is no message at all. */
  readonly path: string | undefined;
  /** Why, in words that quote no value. */
  readonly reason: string;

  constructor(message: string, options: ErrorOptions & { path?: string; reason?: string } = {}) {
    super(message, options);
    this.path = options.path;
    this.reason = options.reason ?? message;
  }
}

/** A message is larger than the unit may send (`maxMessageBytes`); nothing was queued. */
export class MessageTooLargeError extends InvalidMessageError {
  override readonly name = 'MessageTooLargeError';
  /** In bytes, as it would go on the wire. */
  readonly size: number;
  /** In bytes. */
  readonly limit: number;

  constructor(messageType: string, size: number, limit: number) {
    super(
      `a ${messageType} message of ${size} bytes is larger than the ${limit} bytes of maxMessageBytes; send it in parts`,
    );
    this.size = size;
    this.limit = limit;
  }
}

/** The app took a message back before it was sent. */
export class WithdrawnError extends UnitlinkError {
  override readonly name = 'WithdrawnError';
  readonly txn: string;

  constructor(txn: string) {
    super(`message ${txn} was withdrawn before it was sent`);
    this.txn = txn;
  }
}

/** A message waited in the outgoing queue until its `ttl` was over. */
export class ExpiredError extends UnitlinkError {
  override readonly name = 'ExpiredError';
  readonly txn: string;

  constructor(txn: string) {
    super(`message ${txn} waited in the queue until its ttl was over`);
    this.txn = txn;
  }
}

/** A newer message with the same `coalesceKey` took the place of one that was not sent yet. */
export class ReplacedError extends UnitlinkError {
  override readonly name = 'ReplacedError';
  readonly txn: string;
  /** The txn of the newer message. */
  readonly by: string;

  constructor(txn: string, by: string) {
    super(`message ${txn} was replaced by ${by}, which has the same coalesceKey, before it was sent`);
    this.txn = txn;
    this.by = by;
  }
}

/** The unit was stopped; what was not delivered until then is reported with this cause. */
export class StoppedError extends UnitlinkError {
  override readonly name = 'StoppedError';

  constructor() {
    super('the unit is stopped; start() it to send again');
  }
}

/** `addListener` got a listener it has already, or `removeListener` one it has not. */
export class ListenerError extends UnitlinkError {
  override readonly name = 'ListenerError';
}

/** Code of the app threw: a listener, or the function given to `handle`. Everything else goes on. */
export class AppError extends UnitlinkError {
  override readonly name: string = 'AppError';

  constructor(where: string, cause: unknown) {
    super(`${where} failed: ${textOf(cause)}`, { cause });
  }
}

/** A message that a store kept and that cannot be read any more. */
export interface LostMessage {
  /** Its txn; undefined where not even that can be read. */
  readonly txn: string | undefined;
  /** Its place in the queue, where that can be read. */
  readonly order: number | undefined;
  /** The file that it lay in, and the byte at which it began there. */
  readonly file: string;
  readonly at: number;
}

/** A handler did not end in time: its message is given up, and the next one of its type is handled. */
export class HandlerTimeoutError extends UnitlinkError {
  override readonly name = 'HandlerTimeoutError';
  readonly messageType: string;
  /** The message that was being handled. */
  readonly txn: string;
  /** How long the handler ran, in milliseconds. */
  readonly elapsed: number;

  constructor(messageType: string, txn: string, elapsed: number) {
    super(
      `it did not end within ${Math.round(elapsed)} ms with ${messageType} ${txn}; the next message of its type is handled now (see handlerTimeout)`,
    );
    this.messageType = messageType;
    this.txn = txn;
    this.elapsed = elapsed;
  }
}

/** The store of the outgoing queue cannot be opened, read or written; what lies there was not harmed by that. */
export class StoreError extends UnitlinkError {
  override readonly name = 'StoreError';
  /** Where the store lies. */
  readonly path: string;
  /**
   * The code of the system error (`ENOSPC`, `EIO`, `EROFS`, …), or one of `LOCKED`, `BAD_RECORDS`, `NEWER_FORMAT`,
   * `CORRUPT`, `FOREIGN`, `UNUSABLE`, `OPEN`, `CLOSED`.
   */
  readonly code: string;
  /** What is wrong, as the message says it behind the path. */
  readonly what: string;
  /** The messages that cannot be read any more, with the code `BAD_RECORDS`; everything else goes on. */
  readonly lost: readonly LostMessage[];

  constructor(path: string, what: string, options: ErrorOptions & { code: string; lost?: readonly LostMessage[] }) {
    super(`the store ${path} ${what}`, options);
    this.path = path;
    this.code = options.code;
    this.what = what;
    this.lost = options.lost ?? [];
  }
}

/** The message log cannot be written; the unit goes on, and the log says how many messages are missing in it. */
export class MessageLogError extends UnitlinkError {
  override readonly name = 'MessageLogError';
  readonly path: string;
  /** The code of the system error (`ENOSPC`, `EACCES`, …), where there is one. */
  readonly code: string | undefined;

  constructor(path: string, cause: unknown) {
    super(`the message log ${path} cannot be written: ${textOf(cause)}; choose another path, or free the disk`, {
      cause,
    });
    this.path = path;
    this.code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  }
}

/** A key or a certificate cannot be made, taken, kept or read. What was in use before stays in use. */
export class KeystoreError extends UnitlinkError {
  override readonly name = 'KeystoreError';
  /**
   * The code of the system error (`ENOSPC`, `EACCES`, `ENOTDIR`, …), or one of `UNKNOWN_TYPE`, `BAD_NODE`, `BAD_REQUEST`, `BAD_SERIAL`,
   * `MISSING_SECRET`, `UNREADABLE`, `BAD_CHAIN`, `KEY_MISMATCH`, `EXPIRED`, `CORRUPT`, `OPEN_TO_OTHERS`.
   */
  readonly code: string;

  constructor(what: string, options: ErrorOptions & { code: string }) {
    super(what, options);
    this.code = options.code;
  }
}

/** Something that a subscription should have got is missing; it is subscribed anew, from where it stands. */
export class GapError extends UnitlinkError {
  override readonly name = 'GapError';
  readonly topic: string;

  constructor(topic: string, what: string) {
    super(`a gap in ${topic}: ${what}; it is subscribed anew`);
    this.topic = topic;
  }
}

/** The fold of a watch threw; a snapshot is asked for after a wait. */
export class FoldError extends AppError {
  override readonly name = 'FoldError';
  readonly topic: string;
  /** Of the subscription. */
  readonly params: unknown;
  /** What the fold was given: `snapshot/payload` or `update/payload`. */
  readonly path: string;

  constructor(topic: string, params: unknown, path: string, cause: unknown) {
    super(`the fold of ${topic}, given ${path},`, cause);
    this.topic = topic;
    this.params = params;
    this.path = path;
  }
}

/** What the server sent does not fit the protocol, or not the fold; nothing of it is used. */
export class MisfitError extends UnitlinkError {
  override readonly name = 'MisfitError';
  /** Where: `snapshot/asOf`, `update/payload/set/3/id`; the type alone where a frame is none that can be read. */
  readonly path: string;
  /** Undefined where it concerns no subscription. */
  readonly topic: string | undefined;
  /** Of the subscription. */
  readonly params: unknown;

  constructor(path: string, topic?: string, params?: unknown) {
    super(`what the server sent${topic === undefined ? '' : ` of ${topic}`} does not fit: ${path} is missing or wrong`);
    this.path = path;
    this.topic = topic;
    this.params = params;
  }
}

/** The server ended a subscription, or refused it. */
export class SubscriptionEndedError extends UnitlinkError {
  override readonly name = 'SubscriptionEndedError';
  readonly topic: string;
  /** `unknown-topic`, `invalid-params`, `forbidden`, `limit`, `gone`, `complete`, `failed`, `nack`, or the server's own. */
  readonly code: string;
  /** When to try again, in milliseconds; undefined where that is of no use. */
  readonly retryAfter: number | undefined;

  constructor(
    topic: string,
    code: string,
    options: { reason?: string | undefined; retryAfter?: number | undefined } = {},
  ) {
    super(`the server ended ${topic}: ${code}${options.reason ? ` (${options.reason})` : ''}`);
    this.topic = topic;
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

/** The server does not answer a subscription, though the link is live; it is asked again. */
export class SubscriptionTimeoutError extends UnitlinkError {
  override readonly name = 'SubscriptionTimeoutError';
  readonly topic: string;

  constructor(topic: string, timeout: number) {
    super(`the server said nothing of ${topic} within ${timeout} ms; it is asked again`);
    this.topic = topic;
  }
}

/** The server sent more at once than is read (`maxFrame`). */
export class SubscriptionTooLargeError extends UnitlinkError {
  override readonly name = 'SubscriptionTooLargeError';
  readonly topic: string;
  /** In characters. */
  readonly size: number;

  constructor(topic: string, size: number) {
    super(`the server sent ${size} characters of ${topic} in one frame; ask for less, or raise maxFrame`);
    this.topic = topic;
    this.size = size;
  }
}

/** The server refused the token, and a new one too, or forbids the connection. It is tried again after a wait. */
export class TokenRefusedError extends UnitlinkError {
  override readonly name = 'TokenRefusedError';
  /** 4401, or 4403 where the server forbids the connection. */
  readonly code: number;

  constructor(code: number, cause: unknown) {
    super(`the server does not take the token that there is (${code}); sign in again`, { cause });
    this.code = code;
  }
}
