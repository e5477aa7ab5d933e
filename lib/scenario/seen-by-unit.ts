import { defer, finalize, map, merge, Subject, type Observable } from 'rxjs';
import type { ConnectionListener } from '../connection/listeners.js';
import type { Unit } from '../unit/unit.js';
import { renewalText, stateText, type SeenText } from './unit-texts.js';

/**
 * Emits what a unit reports, except for the status of its messages; `nameOf` returns the name of a message of the
 * cloud.
 */
export const seenByUnit = (unit: Unit, nameOf: (txn: string) => string | undefined): Observable<SeenText> =>
  merge(
    unit.state$.pipe(map(stateText)),
    unit.message$.pipe(map(({ header, data }): SeenText => [`app got ${nameOf(header.txn) ?? data.messageType}`])),
    unit.rejected$.pipe(map(({ reason }): SeenText => ['app got a rejected frame', reason])),
    unit.renewal$.pipe(map(renewalText)),
    notifications(unit),
  );

const notifications = ({ addListener, removeListener }: Unit): Observable<SeenText> =>
  defer(() => {
    const seen$ = new Subject<SeenText>();
    const listener: ConnectionListener = {
      onConnect: () => {
        seen$.next(['app told connected']);
      },
      onDisconnect: () => {
        seen$.next(['app told disconnected']);
      },
    };
    addListener(listener);
    return seen$.pipe(
      finalize(() => {
        removeListener(listener);
      }),
    );
  });
