import { AsyncSubject, defer, map, of, throwError, timer, type Observable } from 'rxjs';
import { StoreError } from '../../../lib/errors.js';
import type { AnyStore, StoredMessage } from '../../../lib/store/types.js';
import type { TimeLine } from '../../../lib/testing/virtual/clock.js';
import type { SimulatedWorld } from './world.js';

type Change = (disk: Map<number, StoredMessage>) => void;

/**
 * A model of a store on a disk: what is written is in the hands of the kernel and outlives the process, and what is synced
 * outlives a loss of power as well. What the loss takes of the rest is the end of it.
 */
export class SimulatedStore {
  readonly #world: SimulatedWorld;
  readonly #synced = new Map<number, StoredMessage>();
  readonly #written: Change[] = [];
  #restAt = 0; // of the one writer

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  /** The process ends without a word; with the power, what was not synced is lost from some point on. */
  crash(losesPower: boolean): void {
    if (losesPower) this.#written.length = this.#world.random.whole(0, this.#written.length);
    this.#sync();
    this.#restAt = 0;
  }

  /** As a process sees it that runs on this line. */
  on(line: TimeLine): AnyStore {
    const { note } = this.#world;
    let isOpen = false;
    const write = (change: Change) => {
      this.#written.push(change);
    };
    const opened = () =>
      this.#act(line, 'opened', () => {
        this.#sync();
        isOpen = true;
        return [...this.#synced.values()].sort((one, other) => one.order - other.order);
      });
    return {
      open: () =>
        defer(() =>
          isOpen ? throwError(() => new StoreError('disk', 'is open already', { code: 'OPEN' })) : opened(),
        ),
      put: (messages) =>
        defer(() =>
          this.#act(
            line,
            'written',
            () => {
              for (const message of messages) write((disk) => disk.set(message.order, message));
            },
            () => {
              this.#sync();
              note({ kind: 'store', what: `kept ${messages.map(({ txn }) => txn).join(' ')}` });
            },
          ),
        ),
      remove: (orders) =>
        defer(() =>
          this.#act(line, 'written', () => {
            for (const order of orders) write((disk) => disk.delete(order));
          }),
        ),
      close: () =>
        defer(() =>
          this.#act(line, 'closed', () => {
            isOpen = false;
            this.#sync();
          }),
        ),
    };
  }

  #sync(): void {
    for (const change of this.#written.splice(0)) change(this.#synced);
  }

  /** Does the one thing after the other; what has begun goes on whether or not anybody still waits for it. */
  #act<T>(line: TimeLine, what: string, first: () => T, then: () => void = () => undefined): Observable<T> {
    const { plan, network, clock, random } = this.#world;
    const failure = () => {
      const variant = network.has('store');
      // A store that is being closed does not fail for want of room.
      if (variant === undefined || what === 'closed' || (what === 'opened' && variant < 0.5)) return undefined;
      return new StoreError('disk', `cannot be ${what}: no space left (ENOSPC)`, { code: 'ENOSPC' });
    };
    if (plan.store === 'instant') {
      const error = failure();
      if (error) return throwError(() => error);
      const result = first();
      then();
      return of(result);
    }
    const done$ = new AsyncSubject<T>();
    const [writing, syncing] = [random.whole(1, 20), random.whole(1, random.pick([5, 50, 300]))];
    this.#restAt = Math.max(clock.now, this.#restAt) + writing + syncing;
    timer(this.#restAt - syncing - clock.now, line)
      .pipe(
        map(() => {
          const error = failure();
          if (error) throw error;
          return first();
        }),
      )
      .subscribe({
        next: (result) => {
          line.schedule(() => {
            then();
            done$.next(result);
            done$.complete();
          }, syncing);
        },
        error: (error: unknown) => {
          done$.error(error);
        },
      });
    return done$;
  }
}
