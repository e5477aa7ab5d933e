import { concat, concatMap, defer, EMPTY, map, merge, of, type Observable } from 'rxjs';
import type { Messenger } from './messenger.js';
import { newState, type InstanceIdent } from '../builders/new-state.js';
import type { CloudData } from '../protocol/envelope.js';
import { instanceKey } from './instance-key.js';
import { requestState } from './request-state.js';
import { sendReporting, type SendResult } from './send-reporting.js';

/** The state of an instance. */
export interface InstanceState {
  /** The instance that has this state. */
  readonly instance: InstanceIdent;
  /** The state as text, up to 65,536 characters. */
  readonly state: string;
}

/**
 * A step of a state on its way to the cloud.
 *
 * @typeParam D - the result of `send`
 */
export type PublishStep<D = unknown> =
  /** The state was sent, or could not be. */
  | (SendResult<D> & InstanceChecksum & { readonly step: 'published' })
  /** The cloud has accepted the state. */
  | (InstanceChecksum & { readonly step: 'accepted' })
  /** The cloud has rejected the state, and is asked for the one that it has. */
  | (InstanceChecksum & {
      readonly step: 'rejected';
      /** The reason of the cloud. */
      readonly reason: string;
    })
  /** The cloud was asked for the state that it has, or could not be; the answer is an `updateState`. */
  | (SendResult<D> & {
      readonly step: 'requested';
      /** The instance whose state is requested. */
      readonly instance: InstanceIdent;
    });

/** An instance and the checksum of its state. */
export interface InstanceChecksum {
  /** The instance that has the state. */
  readonly instance: InstanceIdent;
  /** The checksum of the state: SHA3-224, lower-case hex. */
  readonly checksum: string;
}

/**
 * Sends each new state of an instance to the cloud, with its checksum, and emits if the cloud accepts it. After a rejection
 * the state that the cloud has is requested, which {@link receiveStates} passes to the app. It fails only if `state$` does.
 *
 * ```
 * a value of state$          → newState
 * stateAcceptance, accepted  → a step
 * stateAcceptance, rejected  → a step, stateRequest
 * ```
 *
 * An acceptance of another state than the last one of its instance is ignored.
 *
 * @typeParam D - the result of `send`
 * @param unit - the unit that receives and sends the messages
 * @param state$ - the new states of the instances of the app
 * @returns the steps, for as long as it is subscribed
 *
 * @example
 * ```ts
 * publishStates(unit, of({ instance, state: 'on' })).subscribe(({ step }) => console.log(step)); // published, accepted
 * ```
 */
export const publishStates = <D>(unit: Messenger<D>, state$: Observable<InstanceState>): Observable<PublishStep<D>> =>
  defer(() => {
    const offered = new Map<string, { readonly instance: InstanceIdent; readonly checksum: string }>();

    const offer = ({ instance, state }: InstanceState): Observable<PublishStep<D>> => {
      const data = newState(instance, state);
      const { stateChecksum: checksum } = data;
      offered.set(instanceKey(instance), { instance, checksum });
      return sendReporting(unit, data).pipe(map((result) => ({ step: 'published', instance, checksum, ...result })));
    };
    const settle = (data: CloudData<'stateAcceptance'>): Observable<PublishStep<D>> => {
      const { result, reason } = data;
      const key = instanceKey(data);
      const { instance, checksum } = offered.get(key) ?? {};
      if (instance === undefined || checksum !== data.checksum.toLowerCase()) return EMPTY;
      offered.delete(key);
      if (result === 'accepted') return of({ step: 'accepted', instance, checksum });
      return concat(
        of<PublishStep<D>>({ step: 'rejected', instance, checksum, reason }),
        requestState(unit, instance).pipe(
          map((result): PublishStep<D> => ({ step: 'requested', instance, ...result })),
        ),
      );
    };

    return merge(unit.on('stateAcceptance').pipe(concatMap(({ data }) => settle(data))), state$.pipe(concatMap(offer)));
  });
