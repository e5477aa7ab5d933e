import type { CloudData, UnitData } from '../../lib/protocol/envelope.js';

const instance = { item: { id: 'item' }, subject: { id: 'subject' } };

/** A valid message that carries a number, and as much text as is wanted. */
export const numbered = (number: number, text = ''): UnitData<'newState'> => ({
  messageType: 'newState',
  ...instance,
  instance: number,
  stateChecksum: 'a0',
  state: text,
});

/** The same from the cloud. */
export const numberedByCloud = (number: number, text = ''): CloudData<'updateState'> => ({
  ...numbered(number, text),
  messageType: 'updateState',
});

/** The number that such a message carries. */
export const numberOf = (data: object): number => ('instance' in data ? Number(data.instance) : NaN);
