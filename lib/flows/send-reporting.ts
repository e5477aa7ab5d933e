import { catchError, map, of, type Observable } from 'rxjs';
import { sendWhenRoom, type Messenger } from './messenger.js';
import type { UnitData } from '../protocol/envelope.js';

/**
 * The result of sending one message.
 *
 * @typeParam D - the result of `send`
 */
export interface SendResult<D = unknown> {
  /** The result of `send`; absent if the message could not be sent. */
  readonly sent?: D;
  /** The error, if the message could not be sent. */
  readonly error?: unknown;
}

/** Sends one message as {@link sendWhenRoom} does. A failure is a result, and the flow goes on. */
export const sendReporting = <D>(unit: Messenger<D>, data: UnitData): Observable<SendResult<D>> =>
  sendWhenRoom(unit, data).pipe(
    map((sent): SendResult<D> => ({ sent })),
    catchError((error: unknown) => of({ error })),
  );
