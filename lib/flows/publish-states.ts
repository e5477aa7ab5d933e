import { concat, concatMap, defer, EMPTY, map, merge, of, type Observable } from 'rxjs';
import type { Exchange } from './messenger.js';
import { newState, type InstanceIdent } from '../builders/new-state.js';
import type { CloudData } from '../protocol/envelope.js';
import { instanceKey } from './instance-key.js';
import { requestState } from './request-state.js';
import { tell, type Told } from './send-reporting.js';

/** A state, and the instance whose it is. */
export interface InstanceState {
  readonly instance: InstanceIdent;
  readonly state: string;
}

/** A step of a state on its way to the cloud; `D` is what `send` gives. */
export type OfferStep<D = unknown> =
  /** It was sent, or could not be. */
  | (Told<D> & { readonly step: 'offered'; readonly instance: InstanceIdent; readonly checksum: string })
  | { readonly step: 'accepted'; readonly instance: InstanceIdent; readonly checksum: string }
  /** The cloud does not take it, for this reason, and is asked for the state that it has. */
  | {
      readonly step: 'rejected';
      readonly instance: InstanceIdent;
      readonly checksum: string;
      readonly reason: string;
    }
  /** The cloud was asked for the state that it has, or could not be; the answer is an `updateState`. */
  | (Told<D> & { readonly step: 'requested'; readonly instance: InstanceIdent });

/**
 * Sends each new state of an instance to the cloud, with its checksum, and tells whether the cloud takes it. One that it
 * rejects is told, and the state that the cloud has is requested, which {@link takeStates} gives to the app. It fails only
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
export const offerStates = <D>(unit: Exchange<D>, state$: Observable<InstanceState>): Observable<OfferStep<D>> =>
  defer(() => {
    const offered = new Map<string, { readonly instance: InstanceIdent; readonly checksum: string }>();

    const offer = ({ instance, state }: InstanceState): Observable<OfferStep<D>> => {
      const data = newState(instance, state);
      const { stateChecksum: checksum } = data;
      offered.set(instanceKey(instance), { instance, checksum });
      return tell(unit, data).pipe(map((told) => ({ step: 'offered', instance, checksum, ...told })));
    };
    const settle = (data: CloudData<'stateAcceptance'>): Observable<OfferStep<D>> => {
      const { result, reason } = data;
      const key = instanceKey(data);
      const { instance, checksum } = offered.get(key) ?? {};
      if (instance === undefined || checksum !== data.checksum.toLowerCase()) return EMPTY;
      offered.delete(key);
      if (result === 'accepted') return of({ step: 'accepted', instance, checksum });
      return concat(
        of<OfferStep<D>>({ step: 'rejected', instance, checksum, reason }),
        requestState(unit, instance).pipe(map((told): OfferStep<D> => ({ step: 'requested', instance, ...told }))),
      );
    };

    return merge(unit.on('stateAcceptance').pipe(concatMap(({ data }) => settle(data))), state$.pipe(concatMap(offer)));
  });
