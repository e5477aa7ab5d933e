import { createHash } from 'node:crypto';
import type { UnitData } from '../protocol/envelope.js';

/** Names an instance of an item for a subject. */
export type InstanceIdent = Pick<UnitData<'newState'>, 'item' | 'subject' | 'instance'>;

/** The checksum of a state as `newState`, `stateAcceptance` and `updateState` carry it: SHA3-224, lower-case hex. */
export const stateChecksum = (state: string): string => createHash('sha3-224').update(state).digest('hex');

/** A `newState` message: the state of an instance with its checksum. `send` takes up to 65,536 characters. */
export const newState = ({ item, subject, instance }: InstanceIdent, state: string): UnitData<'newState'> => ({
  messageType: 'newState',
  item,
  subject,
  instance,
  stateChecksum: stateChecksum(state),
  state,
});
