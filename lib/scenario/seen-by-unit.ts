import { defer, finalize, map, merge, Subject, type Observable } from 'rxjs';
import type { ConnectionListener } from '../connection/listeners.js';
import type { Unit } from '../unit/unit.js';
import { renewalText, stateText, type Told } from './unit-texts.js';

/**
 * Emits what a unit reports, except for the status of its messages; `nameOf` returns the name of a message of the
 * cloud.
 */
export const seenByUnit = (unit: Unit, nameOf: (txn: string) => string | undefined): Observable<Told> =>
  merge(
    unit.state$.pipe(map(stateText)),
    unit.message$.pipe(map(({ header, data }): Told => [`app got ${nameOf(header.txn) ?? data.messageType}`])),
    unit.rejected$.pipe(map(({ reason }): Told => ['app got a rejected frame', reason])),
    unit.renewal$.pipe(map(renewalText)),
    notifications(unit),
  );

const notifications = ({ addListener, removeListener }: Unit): Observable<Told> =>
  defer(() => {
    const told$ = new Subject<Told>();
    const listener: ConnectionListener = {
      onConnect: () => {
        told$.next(['app told connected']);
      },
      onDisconnect: () => {
        told$.next(['app told disconnected']);
      },
    };
    addListener(listener);
    return told$.pipe(
      finalize(() => {
        removeListener(listener);
      }),
    );
  });
