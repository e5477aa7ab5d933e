import type { Observable } from 'rxjs';
import type { Messenger } from './messenger.js';
import type { InstanceIdent } from '../builders/new-state.js';
import { nameOf } from './name-of.js';
import { sendReporting, type SendResult } from './send-reporting.js';

/** Options of {@link requestState}. */
export interface RequestStateOptions {
  /**
   * True for the initial state, false for the latest that the cloud has.
   *
   * @defaultValue false
   */
  readonly initial?: boolean;
}

/**
 * Asks the cloud for the state of an instance when it is subscribed. The answer is an `updateState`, which
 * {@link receiveStates} passes to the app.
 *
 * @typeParam D - the result of `send`
 * @param unit - the unit that sends the request
 * @param instance - the instance whose state is requested
 * @param options - the initial state or the latest
 * @returns an Observable that emits the result of `send` once
 *
 * @example
 * ```ts
 * requestState(unit, instance, { initial: true }).subscribe(({ error }) => console.log(error ?? 'requested'));
 * ```
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
