import { concat, concatMap, defer, EMPTY, map, merge, of, type Observable } from 'rxjs';
import type { Messenger } from './messenger.js';
import { newState, type InstanceIdent } from '../builders/new-state.js';
import type { CloudData } from '../protocol/envelope.js';
import { instanceKey } from './instance-key.js';
import { requestState } from './request-state.js';
import { sendReporting, type SendResult } from './send-reporting.js';

/** A state, and the instance whose it is. */
export interface InstanceState {
  readonly instance: InstanceIdent;
  readonly state: string;
}

/** A step of a state on its way to the cloud; `D` is what `send` gives. */
export type PublishStep<D = unknown> =
  /** It was sent, or could not be. */
  | (SendResult<D> & { readonly step: 'published'; readonly instance: InstanceIdent; readonly checksum: string })
  | { readonly step: 'accepted'; readonly instance: InstanceIdent; readonly checksum: string }
  /** The cloud does not take it, for this reason, and is asked for the state that it has. */
  | {
      readonly step: 'rejected';
      readonly instance: InstanceIdent;
      readonly checksum: string;
      readonly reason: string;
    }
  /** The cloud was asked for the state that it has, or could not be; the answer is an `updateState`. */
  | (SendResult<D> & { readonly step: 'requested'; readonly instance: InstanceIdent });

/**
 * Sends each new state of an instance to the cloud, with its checksum, and tells whether the cloud takes it. One that it
 * rejects is told, and the state that the cloud has is requested, which {@link receiveStates} gives to the app. It fails only
 * where `state$` does.
 *
 * ```
 * a value of state$          → newState
 * stateAcceptance, accepted  → a step
 * stateAcceptance, rejected  → a step, stateRequest
 * ```
 *
 * An acceptance of another state than the last one of its instance means nothing.
 */
export const publishStates = <D>(unit: Messenger<D>, state$: Observable<InstanceState>): Observable<PublishStep<D>> =>
  defer(() => {
    const offered = new Map<string, { readonly instance: InstanceIdent; readonly checksum: string }>();

    const offer = ({ instance, state }: InstanceState): Observable<PublishStep<D>> => {
      const data = newState(instance, state);
      const { stateChecksum: checksum } = data;
      offered.set(instanceKey(instance), { instance, checksum });
      return sendReporting(unit, data).pipe(map((told) => ({ step: 'published', instance, checksum, ...told })));
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
        requestState(unit, instance).pipe(map((told): PublishStep<D> => ({ step: 'requested', instance, ...told }))),
      );
    };

    return merge(unit.on('stateAcceptance').pipe(concatMap(({ data }) => settle(data))), state$.pipe(concatMap(offer)));
  });
