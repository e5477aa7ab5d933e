import type { Observable } from 'rxjs';
import type { Messenger } from './messenger.js';
import type { InstanceIdent } from '../builders/new-state.js';
import { nameOf } from './name-of.js';
import { sendReporting, type SendResult } from './send-reporting.js';

/** Which state is meant. */
export interface RequestStateOptions {
  /** True: the initial state, false (default): the latest that the cloud has. */
  readonly initial?: boolean;
}

/**
 * Asks the cloud for the state of an instance when it is subscribed, and emits what `send` gave. The answer is an
 * `updateState`, which {@link receiveStates} gives to the app.
 */
export const requestState = <D>(
  unit: Messenger<D>,
  { item, subject, instance }: InstanceIdent,
  { initial = false }: RequestStateOptions = {},
): Observable<SendResult<D>> =>
  sendReporting(unit, {
    messageType: 'stateRequest',
    item: nameOf(item),
    subject: nameOf(subject),
    instance,
    default: initial,
  });
