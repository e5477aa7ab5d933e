import { distinctUntilChanged, filter, map, share, skip, take, timeInterval, type Observable } from 'rxjs';
import { monotonicScheduler, type ConnectionState, type Delivery, type Unit, type UnitData } from 'unitlink';
import type { Cloud } from 'unitlink/testing';
import { openLedger, type Balance } from './ledger.js';
import { narrateCloud, narrateDelivery, narrateState } from './narrate.js';
import type { Row, Timeline } from './timeline.js';

/** The objects that the chapters act on. */
export interface Day {
  readonly cloud: Cloud;
  readonly unit: Unit;
  /** The transitions of the unit from now on. */
  readonly state$: Observable<ConnectionState>;
  /** Emits the time offline, in milliseconds, each time the unit is back. */
  readonly offline$: Observable<number>;
  /** Sends a message and enters it in the ledger. */
  readonly send: (data: UnitData) => Delivery;
  readonly tell: (row: Row) => void;
  readonly balance: () => Balance;
  /** In milliseconds. */
  readonly longestOffline: () => number;
}

/** The first value of a stream. Without one it never settles, and the deadline of the day ends the wait. */
export const next = <T>(stream$: Observable<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    stream$.pipe(take(1)).subscribe({ next: resolve, error: reject });
  });

/** Ends a chapter whose claim does not hold. */
export const check = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Error(otherwise);
};

/** Watches cloud and unit, draws the timeline, and keeps the ledger. `fail` is called with what should not happen at all. */
export const openDay = (cloud: Cloud, unit: Unit, timeline: Timeline, fail: (error: unknown) => void): Day => {
  const ledger = openLedger(cloud, fail);
  const state$ = unit.state$.pipe(share());
  const offline$ = state$.pipe(
    map(({ state }) => state === 'connected'),
    distinctUntilChanged(),
    timeInterval(monotonicScheduler),
    filter(({ value: isConnected }) => isConnected),
    skip(1), // before the first connection it was not offline, it was not there
    map(({ interval }) => interval),
    share(),
  );
  let longest = 0;
  const tell = (row: Row | undefined) => {
    if (row !== undefined) timeline.row(row);
  };

  cloud.event$.subscribe({
    next: (event) => {
      tell(narrateCloud(event, ledger.nameOf));
    },
    error: fail,
  });
  offline$.subscribe({ next: (time) => (longest = Math.max(longest, time)), error: fail });
  state$.subscribe({
    next: (state) => {
      tell(narrateState(state));
    },
    error: fail,
  });
  unit.failure$.subscribe({ next: fail, error: fail });
  unit.rejected$.subscribe({
    next: ({ reason }) => {
      fail(new Error(`the unit rejected a frame: ${reason}`));
    },
    error: fail,
  });

  return {
    cloud,
    unit,
    state$,
    offline$,
    send: (data) => {
      const delivery = unit.send(data);
      const name = ledger.enter(delivery);
      delivery.status$.subscribe({
        next: (report) => {
          tell(narrateDelivery(report, name, unit.isConnected()));
        },
        error: fail,
      });
      return delivery;
    },
    tell,
    balance: ledger.balance,
    longestOffline: () => longest,
  };
};
