import { filter, map, reduce, type Observable } from 'rxjs';
import type { DeliveryEvent, RejectedEvent } from './events.js';

/** Emits the exit code once all messages of stdin are final, and stdin has ended. */
export const endOfLines = (
  event$: Observable<DeliveryEvent | RejectedEvent>,
  { exitAtEof, keepRunning }: { readonly exitAtEof: boolean; readonly keepRunning: boolean },
): Observable<number> =>
  event$.pipe(
    reduce((seen, event) => ({ any: true, failed: seen.failed || isFailure(event) }), { any: false, failed: false }),
    filter(({ any }) => !keepRunning && (any || exitAtEof)),
    map(({ failed }) => (failed ? 1 : 0)),
  );

const isFailure = (event: DeliveryEvent | RejectedEvent): boolean =>
  event.event === 'rejected' || event.status === 'dropped';
