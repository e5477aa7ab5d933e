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
import type { InstanceChecksum } from './publish-states.js';
import { requestState } from './request-state.js';
import type { SendResult } from './send-reporting.js';

/** Applies a state to its instance; may return a Promise or an Observable. */
export type ApplyState = (instance: InstanceIdent, state: string) => ObservableInput<unknown>;

/**
 * A step of a state on its way from the cloud.
 *
 * @typeParam D - the result of `send`
 */
export type ReceiveStep<D = unknown> =
  /** The state was applied to its instance, or could not be. */
  | (InstanceChecksum & {
      readonly step: 'applied';
      /** The error, if it could not be applied. */
      readonly error?: unknown;
    })
  /** The state does not have its checksum, and was not applied. */
  | (InstanceChecksum & {
      readonly step: 'damaged';
      /** The checksum that it has. */
      readonly actual: string;
    })
  /** The cloud was asked for the state again, or could not be. */
  | (SendResult<D> & {
      readonly step: 'requested';
      /** The instance whose state is requested. */
      readonly instance: InstanceIdent;
    });

/** A damaged state is requested again so often in a row: a cloud that computes other checksums is not to be asked forever. */
const maxRequests = 3;

/**
 * Applies the states that the cloud sends to their instances, one after another, for as long as it is subscribed. A state
 * whose SHA3-224 is not the checksum that came with it is not applied but requested again, three times in a row at most.
 * It never fails.
 *
 * ```
 * updateState             → apply
 * updateState, damaged    → stateRequest
 * ```
 *
 * @typeParam D - the result of `send`
 * @param unit - the unit that receives and sends the messages
 * @param apply - applies a state to its instance
 * @returns the steps, for as long as it is subscribed
 *
 * @example
 * ```ts
 * receiveStates(unit, (instance, state) => writeFile(pathOf(instance), state)).subscribe();
 * ```
 */
export const receiveStates = <D>(unit: Messenger<D>, apply: ApplyState): Observable<ReceiveStep<D>> =>
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
          return applied(apply, instance, data);
        }
        const count = (damaged.get(key) ?? 0) + 1;
        damaged.set(key, count);
        const damaged$ = of<ReceiveStep<D>>({ step: 'damaged', instance, checksum, actual });
        if (count > maxRequests) return damaged$;
        return concat(
          damaged$,
          requestState(unit, instance).pipe(
            map((result): ReceiveStep<D> => ({ step: 'requested', instance, ...result })),
          ),
        );
      }),
    );
  });

const applied = <D>(
  apply: ApplyState,
  instance: InstanceIdent,
  { state, stateChecksum: checksum }: CloudData<'updateState'>,
): Observable<ReceiveStep<D>> => {
  const step = { step: 'applied', instance, checksum: checksum.toLowerCase() } as const;
  return concat(defer(() => apply(instance, state)).pipe(ignoreElements()), of(step)).pipe(
    catchError((error: unknown) => of({ ...step, error })),
  );
};
