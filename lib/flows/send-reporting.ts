import { catchError, map, of, type Observable } from 'rxjs';
import { answer, type Exchange } from './messenger.js';
import type { UnitData } from '../protocol/envelope.js';

/** What became of a message: what `send` gave, or why it could not be sent. */
export interface Told<D = unknown> {
  readonly sent?: D;
  readonly error?: unknown;
}

/** Sends one message as {@link answer} does; where that fails it is told, and the flow goes on. */
export const tell = <D>(unit: Exchange<D>, data: UnitData): Observable<Told<D>> =>
  answer(unit, data).pipe(
    map((sent): Told<D> => ({ sent })),
    catchError((error: unknown) => of({ error })),
  );
