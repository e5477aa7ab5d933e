import {
  catchError,
  concat,
  concatMap,
  defer,
  ignoreElements,
  map,
  of,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import type { Messenger } from './messenger.js';
import { stateChecksum, type InstanceIdent } from '../builders/new-state.js';
import type { CloudData } from '../protocol/envelope.js';
import { instanceKey } from './instance-key.js';
import { requestState } from './request-state.js';
import type { SendResult } from './send-reporting.js';

/** Gives a state to its instance; may answer with a Promise or an Observable. */
export type ApplyState = (instance: InstanceIdent, state: string) => ObservableInput<unknown>;

/** A step of a state on its way from the cloud; `D` is what `send` gives. */
export type ReceiveStep<D = unknown> =
  /** The instance has it, or could not take it. */
  | {
      readonly step: 'applied';
      readonly instance: InstanceIdent;
      readonly checksum: string;
      readonly error?: unknown;
    }
  /** It is not the state that its checksum is of, and was not taken. `actual` is the checksum that it has. */
  | {
      readonly step: 'damaged';
      readonly instance: InstanceIdent;
      readonly checksum: string;
      readonly actual: string;
    }
  /** The cloud was asked for it again, or could not be. */
  | (SendResult<D> & { readonly step: 'requested'; readonly instance: InstanceIdent });

/** So often in a row a damaged state is requested again: a cloud that computes another checksum is not to be asked for ever. */
const mostRequests = 3;

/**
 * Gives the states that the cloud sends to their instances, one after another, for as long as it is subscribed. A state
 * whose SHA3-224 is not the checksum that came with it is not taken but requested again, three times in a row at most. It
 * never fails.
 *
 * ```
 * updateState             → take
 * updateState, damaged    → stateRequest
 * ```
 */
export const receiveStates = <D>(unit: Messenger<D>, take: ApplyState): Observable<ReceiveStep<D>> =>
  defer(() => {
    const damaged = new Map<string, number>(); // how often in a row
    return unit.on('updateState').pipe(
      concatMap(({ data }): Observable<ReceiveStep<D>> => {
        const { item, subject, instance: number, state } = data;
        const instance = { item, subject, instance: number };
        const key = instanceKey(instance);
        const [checksum, actual] = [data.stateChecksum.toLowerCase(), stateChecksum(state)];
        if (checksum === actual) {
          damaged.delete(key);
          return taken(take, instance, data);
        }
        const count = (damaged.get(key) ?? 0) + 1;
        damaged.set(key, count);
        const told$ = of<ReceiveStep<D>>({ step: 'damaged', instance, checksum, actual });
        if (count > mostRequests) return told$;
        return concat(
          told$,
          requestState(unit, instance).pipe(map((told): ReceiveStep<D> => ({ step: 'requested', instance, ...told }))),
        );
      }),
    );
  });

const taken = <D>(
  take: ApplyState,
  instance: InstanceIdent,
  { state, stateChecksum: checksum }: CloudData<'updateState'>,
): Observable<ReceiveStep<D>> => {
  const step = { step: 'applied', instance, checksum: checksum.toLowerCase() } as const;
  return concat(defer(() => take(instance, state)).pipe(ignoreElements()), of(step)).pipe(
    catchError((error: unknown) => of({ ...step, error })),
  );
};
