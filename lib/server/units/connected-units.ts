import { BehaviorSubject, type Observable } from 'rxjs';
import type { LinkedSession } from './session.js';
import type { ConnectedUnit } from './unit-server.js';

/** The units that are connected to this process. */
export class ConnectedUnits {
  readonly #now: () => number;
  readonly #units = new Map<string, ConnectedUnit & { readonly session: LinkedSession }>();
  readonly #changed$ = new BehaviorSubject<ReadonlyMap<string, ConnectedUnit>>(this.#units);

  constructor(now: () => number) {
    this.#now = now;
  }

  get units$(): Observable<ReadonlyMap<string, ConnectedUnit>> {
    return this.#changed$;
  }

  add(systemId: string, session: LinkedSession): void {
    this.#units.set(systemId, { systemId, since: this.#now(), serial: session.peer.serial, session });
    this.#changed$.next(this.#units);
  }

  /** Removes a unit, unless another session has taken its place. */
  remove(systemId: string, session: LinkedSession): void {
    if (this.#units.get(systemId)?.session !== session) return;
    this.#units.delete(systemId);
    this.#changed$.next(this.#units);
  }

  end(): void {
    this.#changed$.complete();
  }
}
