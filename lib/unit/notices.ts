import { defer, type Observable } from 'rxjs';
import type { ConnectionState } from '../connection/connection-state.js';
import { describeError } from '../observability/describe-error.js';
import type { Diagnostics } from '../observability/diagnostics.js';
import { oneLine } from '../protocol/one-line.js';
import type { RenewalEvent } from './identity.js';

/** What a unit says by itself, apart from its streams. */
export interface UnitNotices {
  /** The stream, which is given out to be subscribed: from then on nobody has to be warned of what it tells. */
  readonly watchState: <T>(source$: Observable<T>) => Observable<T>;
  readonly watchFailure: <T>(source$: Observable<T>) => Observable<T>;
  readonly entered: (state: ConnectionState) => void;
  readonly failed: (failure: Error) => void;
  readonly refused: (reason: string) => void;
  readonly renewed: (event: RenewalEvent) => void;
}

/**
 * Says everything to `debug`, and warns once of a connection that cannot be had, and once of code of the app that threw,
 * where nobody has subscribed to what tells it. Listeners are not told of a connection that never was.
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
