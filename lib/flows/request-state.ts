import type { Observable } from 'rxjs';
import type { Exchange } from './messenger.js';
import type { InstanceIdent } from '../builders/new-state.js';
import { nameOf } from './name-of.js';
import { tell, type Told } from './send-reporting.js';

/** Which state is meant. */
export interface RequestStateOptions {
  /** True: the initial state, false (default): the latest that the cloud has. */
  readonly initial?: boolean;
}

/**
 * Asks the cloud for the state of an instance when it is subscribed, and emits what `send` gave. The answer is an
 * `updateState`, which {@link takeStates} gives to the app.
 */
export const requestState = <D>(
  unit: Exchange<D>,
  { item, subject, instance }: InstanceIdent,
  { initial = false }: RequestStateOptions = {},
): Observable<Told<D>> =>
  tell(unit, {
    messageType: 'stateRequest',
    item: nameOf(item),
    subject: nameOf(subject),
    instance,
    default: initial,
  });
