import { defer, of, retry, throwError, type Observable } from 'rxjs';
import { QueueFullError } from '../errors.js';
import type { CloudMessage, UnitData } from '../protocol/envelope.js';
import type { CloudMessageType } from '../protocol/message-types.js';

/**
 * The part of a unit that the flows need: to receive messages of the cloud, and to send some.
 *
 * @typeParam D - the result of `send`
 */
export interface Messenger<D = unknown> {
  /** The messages of the cloud that have this type. */
  readonly on: <Type extends CloudMessageType>(type: Type) => Observable<CloudMessage<Type>>;
  /** Queues a message now, or throws. */
  readonly send: (data: UnitData) => D;
  /** Resolves when the queue has room again. */
  readonly whenRoom: () => Promise<void>;
}

/** Sends one message, as soon as the queue has room for it. */
export const sendWhenRoom = <D>(unit: Messenger<D>, data: UnitData): Observable<D> =>
  defer(() => of(unit.send(data))).pipe(
    retry({
      delay: (error) => (error instanceof QueueFullError ? unit.whenRoom() : throwError(() => error as unknown)),
    }),
  );
