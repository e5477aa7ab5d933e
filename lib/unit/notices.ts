import { defer, type Observable } from 'rxjs';
import type { ConnectionState } from '../connection/connection-state.js';
import { describeError } from '../observability/describe-error.js';
import type { Diagnostics } from '../observability/diagnostics.js';
import { oneLine } from '../protocol/one-line.js';
import type { RenewalEvent } from './renewal-event.js';

/**
 * The notices of a unit to the console of its process, apart from its streams. Writes everything to `debug`, and warns once
 * of a connection that cannot be made, and once of code of the app that threw, if nobody has subscribed to the stream that
 * reports it. Listeners see nothing of a connection that never was.
 */
export class UnitNotices {
  readonly #systemId: string;
  readonly #diagnostics: Diagnostics;
  #needsState = true;
  #needsFailure = true;

  constructor(systemId: string, diagnostics: Diagnostics) {
    this.#systemId = systemId;
    this.#diagnostics = diagnostics;
  }

  /** Returns the same stream of states; once it is subscribed, no warning is needed for what it emits. */
  watchState<T>(source$: Observable<T>): Observable<T> {
    return defer(() => {
      this.#needsState = false;
      return source$;
    });
  }

  /** Returns the same stream of failures; once it is subscribed, no warning is needed for what it emits. */
  watchFailure<T>(source$: Observable<T>): Observable<T> {
    return defer(() => {
      this.#needsFailure = false;
      return source$;
    });
  }

  /** Takes a state of the connection. */
  entered(state: ConnectionState): void {
    this.#debug(() => textOf(state));
    if (!this.#needsState || state.state !== 'waiting') return;
    this.#needsState = false;
    const { cause, delay } = state;
    this.#warn(
      `unit ${this.#systemId} is not connected: ${causeText(cause)}; it tries again in ${delay} ms`,
      'UNITLINK_OFFLINE',
      'state$',
    );
  }

  /** Takes an error that code of the app threw. */
  failed(failure: Error): void {
    this.#debug(() => causeText(failure));
    if (!this.#needsFailure) return;
    this.#needsFailure = false;
    this.#warn(causeText(failure), 'UNITLINK_FAILURE', 'failure$');
  }

  /** Takes the reason of a refused frame. */
  refused(reason: string): void {
    this.#debug(() => `refused a frame of the cloud: ${oneLine(reason)}`);
  }

  /** Takes an event in the renewal of certificates. */
  renewed(event: RenewalEvent): void {
    this.#debug(() => `certificates ${event.step}${'error' in event ? `: ${causeText(event.error)}` : ''}`);
  }

  #debug(text: () => string): void {
    const { debug } = this.#diagnostics;
    debug?.(`${this.#systemId} ${text()}`);
  }

  #warn(what: string, code: string, source: string): void {
    const { warn } = this.#diagnostics;
    warn(
      `${what}. Nobody has subscribed to ${source} of unit ${this.#systemId}, which tells this each time; NODE_DEBUG=unitlink shows more`,
      code,
    );
  }
}

const textOf = (state: ConnectionState): string => {
  switch (state.state) {
    case 'waiting':
      return `waiting ${state.delay} ms for attempt ${state.attempt}, because of ${causeText(state.cause)}`;
    case 'connecting':
    case 'connected':
      return `${state.state} ${state.url}`;
    default:
      return state.state;
  }
};

const causeText = (cause: unknown): string => {
  const { name, message, code } = describeError(cause);
  return oneLine(`${name}: ${message}${code === undefined || message.includes(String(code)) ? '' : ` (${code})`}`);
};
