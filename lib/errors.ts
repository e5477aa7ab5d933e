/** The base class of all errors of this library: `instanceof UnitlinkError` tells them from the errors of others. */
export abstract class UnitlinkError extends Error {}

/** An option is not valid. Thrown by the call that received it. */
export class OptionError extends UnitlinkError {
  override readonly name = 'OptionError';
  /** The name of the option. */
  readonly option: string;

  constructor(option: string, got: string, takes: string) {
    super(`option "${option}" got ${got}, it takes ${takes}`);
    this.option = option;
  }
}

/** The certificate, its key or the CA cannot be used. They are read again at the next attempt. */
export class CredentialsError extends UnitlinkError {
  override readonly name = 'CredentialsError';
}

/** A URL without TLS was refused; nothing was sent to it. */
export class InsecureUrlError extends UnitlinkError {
  override readonly name = 'InsecureUrlError';
  /** The URL, as it may be shown. */
  readonly url: string;

  constructor(url: string, takes: string) {
    super(`${url} was refused: only ${takes} URLs without user name and password are dialled (see allowInsecure)`);
    this.url = url;
  }
}

/** Service discovery returned no endpoint: it is not reachable, it refused, or its answer cannot be used. */
export class DiscoveryError extends UnitlinkError {
  override readonly name = 'DiscoveryError';
  /** The URL, as it may be shown. */
  readonly url: string;
  /** The HTTP status, or the code of the system or TLS error. */
  readonly code: number | string | undefined;
  /** The wait that the server asks for (`Retry-After`), in milliseconds; undefined if it asks for none. */
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
  /** The URL, as it may be shown. */
  readonly url: string;
  /** The `errorCode` of the response. */
  readonly code: number;
  /** The wait that the cloud asks for, in milliseconds: the `nextRequestDelay` of a repeat-later answer. */
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
  /** The URL, as it may be shown. */
  readonly url: string;
  /** The HTTP status of a refused upgrade, or the code of the system or TLS error. */
  readonly code: number | string | undefined;
  /** The wait that the server asks for (`Retry-After`), in milliseconds; undefined if it asks for none. */
  readonly retryAfter: number | undefined;

  constructor(url: string, what: string, options: ErrorOptions & { code?: number | string; retryAfter?: number } = {}) {
    super(`${url} cannot be opened: ${what}`, options);
    this.url = url;
    this.code = options.code;
    this.retryAfter = options.retryAfter;
  }
}

/** The proxy on the way to a URL cannot be reached, or makes no tunnel. */
export class ProxyError extends UnitlinkError {
  override readonly name = 'ProxyError';
  /** The URL behind the proxy, as it may be shown. */
  readonly url: string;
  /** The proxy, without its credentials. */
  readonly proxy: string;
  /** The HTTP status of the proxy, or the code of the system or TLS error. */
  readonly code: number | string | undefined;

  constructor(url: string, proxy: string, what: string, options: ErrorOptions & { code?: number | string } = {}) {
    super(`${url} cannot be opened: the proxy ${proxy} ${what}`, options);
    this.url = url;
    this.proxy = proxy;
    this.code = options.code;
  }
}

/** The upgrade was refused with 401: the token is used up, and discovery returns a new one. */
export class UnauthorizedError extends ConnectError {
  override readonly name = 'UnauthorizedError';

  constructor(url: string) {
    super(url, 'the upgrade was refused with 401, a new token is needed', { code: 401 });
  }
}

/** Name, TCP, TLS and upgrade (or the discovery request) together took longer than the connect deadline. */
export class ConnectTimeoutError extends UnitlinkError {
  override readonly name = 'ConnectTimeoutError';
  /** The URL, as it may be shown. */
  readonly url: string;
  /** The deadline, in milliseconds. */
  readonly timeout: number;

  constructor(url: string, timeout: number) {
    super(`${url} did not answer within ${timeout} ms; the attempt was given up`);
    this.url = url;
    this.timeout = timeout;
  }
}

/** None of the endpoints that were tried could be opened: all of the list, or as many as there was time for. */
export class AllEndpointsFailedError extends UnitlinkError {
  override readonly name = 'AllEndpointsFailedError';
  /** One error for each endpoint that was tried. */
  readonly errors: readonly unknown[];
  /** The wait that the last error asks for, in milliseconds; undefined if it asks for none. */
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

/**
 * The text of an error. If all addresses of a name failed, the error has no text of its own: then the texts of the
 * errors in it.
 */
export const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(textOf).join('; ');
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

/** The wait that an error asks for, in milliseconds; undefined if it asks for none. */
export const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof Error && 'retryAfter' in error && typeof error.retryAfter === 'number'
    ? error.retryAfter
    : undefined;

/** The cloud ended the connection with a close frame. */
export class ConnectionClosedError extends UnitlinkError {
  override readonly name = 'ConnectionClosedError';
  /** The URL, as it may be shown. */
  readonly url: string;
  /** The status of the close frame; 1005 when it carried none. */
  readonly code: number;
  /** The reason in the close frame; may be empty. */
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
 * True if an error is a close frame that asks to stay away for now: overload, restart, a policy, another session with
 * the same identity; every code but 1000, 1001 and none.
 */
export const asksToStayAway = (error: unknown): boolean =>
  error instanceof ConnectionClosedError && !orderlyCodes.includes(error.code);

/** The connection ended without a close frame: a reset, an end of stream, a broken frame. */
export class ConnectionLostError extends UnitlinkError {
  override readonly name = 'ConnectionLostError';
  /** The URL, as it may be shown. */
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
  /** The URL, as it may be shown. */
  readonly url: string;

  constructor(url: string, what: string) {
    super(`the link to ${url} is dead: ${what}; it was abandoned`);
    this.url = url;
  }
}

/** The connection ended before it had lived long enough or carried a message, so it does not count as a success. */
export class UnstableConnectionError extends UnitlinkError {
  override readonly name = 'UnstableConnectionError';
  /** The code of the end: the status of the close frame, 1006, or the code of the system error. */
  readonly code: number | string | undefined;

  constructor(cause: unknown) {
    super(`the connection ended before it proved useful: ${textOf(cause)}`, { cause });
    this.code = cause instanceof ConnectionClosedError || cause instanceof ConnectionLostError ? cause.code : undefined;
  }
}

/** No ack came within the ack timeout. */
export class AckTimeoutError extends UnitlinkError {
  override readonly name = 'AckTimeoutError';
  /** The txn of the message. */
  readonly txn: string;
  /** The number of transmissions so far. */
  readonly attempt: number;

  constructor(txn: string, attempt: number, timeout: number) {
    super(`message ${txn} got no ack within ${timeout} ms of transmission ${attempt}`);
    this.txn = txn;
    this.attempt = attempt;
  }
}

/** A request received no answer in time. The cloud may have it. */
export class RequestTimeoutError extends UnitlinkError {
  override readonly name = 'RequestTimeoutError';
  /** The `correlationId` of the request. */
  readonly correlationId: string;

  constructor(messageType: string, correlationId: string, timeout: number) {
    super(`${messageType} ${correlationId} got no answer within ${timeout} ms; ask again`);
    this.correlationId = correlationId;
  }
}

/** The cloud refused a message for now and named the time after which to send it again. */
export class NackError extends UnitlinkError {
  override readonly name = 'NackError';
  /** The txn of the message. */
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
  /** The txn of the message. */
  readonly txn: string;
  /** The number of transmissions. */
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
  /**
   * The member that does not fit the protocol, as a JSON pointer: `/items/0/tag`; undefined if the value is not a
   * message.
   */
  readonly path: string | undefined;
  /** The reason, in words that quote no value. */
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
  /** The size on the wire, in bytes. */
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

/** The app withdrew a message before it was sent. */
export class WithdrawnError extends UnitlinkError {
  override readonly name = 'WithdrawnError';
  /** The txn of the message. */
  readonly txn: string;

  constructor(txn: string) {
    super(`message ${txn} was withdrawn before it was sent`);
    this.txn = txn;
  }
}

/** The `ttl` of a message ended while it waited in the outgoing queue. */
export class ExpiredError extends UnitlinkError {
  override readonly name = 'ExpiredError';
  /** The txn of the message. */
  readonly txn: string;

  constructor(txn: string) {
    super(`message ${txn} waited in the queue until its ttl was over`);
    this.txn = txn;
  }
}

/** A newer message with the same `coalesceKey` replaced one that was not sent yet. */
export class ReplacedError extends UnitlinkError {
  override readonly name = 'ReplacedError';
  /** The txn of the message. */
  readonly txn: string;
  /** The txn of the newer message. */
  readonly by: string;

  constructor(txn: string, by: string) {
    super(`message ${txn} was replaced by ${by}, which has the same coalesceKey, before it was sent`);
    this.txn = txn;
    this.by = by;
  }
}

/** The unit was stopped. Messages that were not delivered until then are reported with this cause. */
export class StoppedError extends UnitlinkError {
  override readonly name = 'StoppedError';

  constructor() {
    super('the unit is stopped; start() it to send again');
  }
}

/** `addListener` was called with a listener that was added before, or `removeListener` with one that was not. */
export class ListenerError extends UnitlinkError {
  override readonly name = 'ListenerError';
}

/** Code of the app threw an error: a listener, or the function passed to `handle`. Everything else continues. */
export class AppError extends UnitlinkError {
  override readonly name: string = 'AppError';

  constructor(where: string, cause: unknown) {
    super(`${where} failed: ${textOf(cause)}`, { cause });
  }
}

/** A message in a store that cannot be read any more. */
export interface LostMessage {
  /** Its txn; undefined if that cannot be read either. */
  readonly txn: string | undefined;
  /** Its place in the queue; undefined if that cannot be read. */
  readonly order: number | undefined;
  /** The file that holds it. */
  readonly file: string;
  /** The byte at which it begins in the file. */
  readonly at: number;
}

/** A handler did not end in time. Its message is given up, and the next one of its type is handled. */
export class HandlerTimeoutError extends UnitlinkError {
  override readonly name = 'HandlerTimeoutError';
  /** The type of the message. */
  readonly messageType: string;
  /** The message that was being handled. */
  readonly txn: string;
  /** The time that the handler ran, in milliseconds. */
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

/** The store of the outgoing queue cannot be opened, read or written. Its content was not harmed by that. */
export class StoreError extends UnitlinkError {
  override readonly name = 'StoreError';
  /** The path of the store. */
  readonly path: string;
  /**
   * The code of the system error (`ENOSPC`, `EIO`, `EROFS`, …), or one of `LOCKED`, `BAD_RECORDS`, `NEWER_FORMAT`,
   * `CORRUPT`, `FOREIGN`, `UNUSABLE`, `OPEN`, `CLOSED`.
   */
  readonly code: string;
  /** The problem, in the words of the message behind the path. */
  readonly what: string;
  /** The messages that cannot be read any more, with the code `BAD_RECORDS`; all others can be read. */
  readonly lost: readonly LostMessage[];

  constructor(path: string, what: string, options: ErrorOptions & { code: string; lost?: readonly LostMessage[] }) {
    super(`the store ${path} ${what}`, options);
    this.path = path;
    this.code = options.code;
    this.what = what;
    this.lost = options.lost ?? [];
  }
}

/** The message log cannot be written. The unit continues, and the log says how many messages are missing in it. */
export class MessageLogError extends UnitlinkError {
  override readonly name = 'MessageLogError';
  /** The path of the file. */
  readonly path: string;
  /** The code of the system error (`ENOSPC`, `EACCES`, …), if there is one. */
  readonly code: string | undefined;

  constructor(path: string, cause: unknown) {
    super(`the message log ${path} cannot be written: ${textOf(cause)}; choose another path, or free the disk`, {
      cause,
    });
    this.path = path;
    this.code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  }
}

/** A key or a certificate cannot be made, accepted, kept or read. The previous one stays in use. */
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

/** Updates of a subscription are missing. It is subscribed again, from its current offset. */
export class GapError extends UnitlinkError {
  override readonly name = 'GapError';
  /** The topic of the subscription. */
  readonly topic: string;

  constructor(topic: string, what: string) {
    super(`a gap in ${topic}: ${what}; it is subscribed again`);
    this.topic = topic;
  }
}

/** The fold of a watch threw an error. A snapshot is requested after a wait. */
export class FoldError extends AppError {
  override readonly name = 'FoldError';
  /** The topic of the subscription. */
  readonly topic: string;
  /** The params of the subscription. */
  readonly params: unknown;
  /** The input of the fold: `snapshot/payload` or `update/payload`. */
  readonly path: string;

  constructor(topic: string, params: unknown, path: string, cause: unknown) {
    super(`the fold of ${topic}, given ${path},`, cause);
    this.topic = topic;
    this.params = params;
    this.path = path;
  }
}

/** A frame of the server does not fit the protocol or the fold. Nothing of it is used. */
export class MisfitError extends UnitlinkError {
  override readonly name = 'MisfitError';
  /**
   * The member that does not fit: `snapshot/asOf`, `update/payload/set/3/id`; the type alone if the frame cannot be
   * read.
   */
  readonly path: string;
  /** The topic; undefined if no subscription is concerned. */
  readonly topic: string | undefined;
  /** The params of the subscription. */
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
  /** The topic of the subscription. */
  readonly topic: string;
  /** `unknown-topic`, `invalid-params`, `forbidden`, `limit`, `gone`, `complete`, `failed`, `nack`, or the server's own. */
  readonly code: string;
  /** The wait before the next try, in milliseconds; undefined if a try is of no use. */
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

/** The server does not answer a subscription, though the link is live. It is subscribed again. */
export class SubscriptionTimeoutError extends UnitlinkError {
  override readonly name = 'SubscriptionTimeoutError';
  /** The topic of the subscription. */
  readonly topic: string;

  constructor(topic: string, timeout: number) {
    super(`the server said nothing of ${topic} within ${timeout} ms; it is asked again`);
    this.topic = topic;
  }
}

/** The server sent a larger frame than is read (`maxFrame`). */
export class SubscriptionTooLargeError extends UnitlinkError {
  override readonly name = 'SubscriptionTooLargeError';
  /** The topic of the subscription. */
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
  /** 4401, or 4403 if the server forbids the connection. */
  readonly code: number;

  constructor(code: number, cause: unknown) {
    super(`the server does not take the token that there is (${code}); sign in again`, { cause });
    this.code = code;
  }
}
