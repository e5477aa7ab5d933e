import { createHash } from 'node:crypto';
import type { UnitData } from '../protocol/envelope.js';

/** Names an instance of an item for a subject. */
export type InstanceIdent = Pick<UnitData<'newState'>, 'item' | 'subject' | 'instance'>;

/**
 * The checksum of a state in `newState`, `stateAcceptance` and `updateState`.
 *
 * @param state - the state as text
 * @returns its SHA3-224 in lower-case hex
 *
 * @example
 * ```ts
 * stateChecksum(state) === data.stateChecksum.toLowerCase();
 * ```
 */
export const stateChecksum = (state: string): string => createHash('sha3-224').update(state).digest('hex');

/**
 * A `newState` message: the state of an instance with its checksum.
 *
 * @param instance - the instance that has the state
 * @param state - the state as text; `send` accepts up to 65,536 characters
 * @returns the body of the message, for `send`
 *
 * @example
 * ```ts
 * unit.send(newState({ item, subject, instance: 0 }, 'on'));
 * ```
 */
export const newState = ({ item, subject, instance }: InstanceIdent, state: string): UnitData<'newState'> => ({
  messageType: 'newState',
  item,
  subject,
  instance,
  stateChecksum: stateChecksum(state),
  state,
});
