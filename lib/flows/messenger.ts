import { defer, of, retry, throwError, type Observable } from 'rxjs';
import { QueueFullError } from '../errors.js';
import type { CloudMessage, UnitData } from '../protocol/envelope.js';
import type { CloudMessageType } from '../protocol/message-types.js';

/** What the flows need of a unit: to hear the cloud, and to answer. `D` is what `send` gives. */
export interface Exchange<D = unknown> {
  /** The messages of the cloud that have this type. */
  readonly on: <Type extends CloudMessageType>(type: Type) => Observable<CloudMessage<Type>>;
  /** Queues a message now, or throws. */
  readonly send: (data: UnitData) => D;
  /** Resolves when the queue has room again. */
  readonly whenRoom: () => Promise<void>;
}

/** Sends one message, as soon as the queue has room for it. */
export const answer = <D>(unit: Exchange<D>, data: UnitData): Observable<D> =>
  defer(() => of(unit.send(data))).pipe(
    retry({
      delay: (error) => (error instanceof QueueFullError ? unit.whenRoom() : throwError(() => error as unknown)),
    }),
  );
