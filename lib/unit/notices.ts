import { defer, type Observable } from 'rxjs';
import type { ConnectionState } from '../connection/connection-state.js';
import { describeError } from '../observability/describe-error.js';
import type { Diagnostics } from '../observability/diagnostics.js';
import { oneLine } from '../protocol/one-line.js';
import type { RenewalEvent } from './renewal-event.js';

/** The notices of a unit to the console of its process, apart from its streams. */
export interface UnitNotices {
  /** Returns the same stream of states; once it is subscribed, no warning is needed for what it emits. */
  readonly watchState: <T>(source$: Observable<T>) => Observable<T>;
  /** Returns the same stream of failures; once it is subscribed, no warning is needed for what it emits. */
  readonly watchFailure: <T>(source$: Observable<T>) => Observable<T>;
  /** Takes a state of the connection. */
  readonly entered: (state: ConnectionState) => void;
  /** Takes an error that code of the app threw. */
  readonly failed: (failure: Error) => void;
  /** Takes the reason of a refused frame. */
  readonly refused: (reason: string) => void;
  /** Takes an event in the renewal of certificates. */
  readonly renewed: (event: RenewalEvent) => void;
}

/**
 * Writes everything to `debug`, and warns once of a connection that cannot be made, and once of code of the app that threw,
 * if nobody has subscribed to the stream that reports it. Listeners see nothing of a connection that never was.
 */
export const unitNotices = (systemId: string, { debug, warn }: Diagnostics): UnitNotices => {
  let [needsState, needsFailure] = [true, true];

  const warnOf = (what: string, code: string, source: string) => {
    warn(
      `${what}. Nobody has subscribed to ${source} of unit ${systemId}, which tells this each time; NODE_DEBUG=unitlink shows more`,
      code,
    );
  };
  return {
    watchState: (source$) =>
      defer(() => {
        needsState = false;
        return source$;
      }),
    watchFailure: (source$) =>
      defer(() => {
        needsFailure = false;
        return source$;
      }),
    entered: (state) => {
      debug?.(`${systemId} ${textOf(state)}`);
      if (!needsState || state.state !== 'waiting') return;
      needsState = false;
      const { cause, delay } = state;
      warnOf(
        `unit ${systemId} is not connected: ${causeText(cause)}; it tries again in ${delay} ms`,
        'UNITLINK_OFFLINE',
        'state$',
      );
    },
    failed: (failure) => {
      debug?.(`${systemId} ${causeText(failure)}`);
      if (!needsFailure) return;
      needsFailure = false;
      warnOf(causeText(failure), 'UNITLINK_FAILURE', 'failure$');
    },
    refused: (reason) => debug?.(`${systemId} refused a frame of the cloud: ${oneLine(reason)}`),
    renewed: (event) =>
      debug?.(`${systemId} certificates ${event.step}${'error' in event ? `: ${causeText(event.error)}` : ''}`),
  };
};

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
