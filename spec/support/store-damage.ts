import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import { levelStore } from '../../lib/store/level-store.js';
import { content, fill, message, messages, movedFrom, orders, storeError } from './store-place.js';

/** A store of 500 messages at this path; `compacted` has them in a table, not in a log. */
export const filled = async (path: string, { compacted = false }: { compacted?: boolean } = {}): Promise<void> => {
  await fill(levelStore(path), messages(1, 500));
  if (compacted) await content(levelStore(path));
};

/** Edits the database behind the back of the store. */
export const edit = async (path: string, change: (level: ClassicLevel) => Promise<void>): Promise<void> => {
  const level = new ClassicLevel(path);
  await change(level);
  await level.close();
};

/** Opens the store, expects that it was moved aside and a new one works; gives where it went. */
export const expectSetAside = async (path: string, code: string): Promise<string> => {
  const error = await storeError(levelStore(path).open());
  const [moved = '', ...others] = await movedFrom(path);
  expect(error).to.include({ code, path });
  expect(error.message).to.include(`it was moved to ${moved}, open it again to start anew`);
  expect(others).to.deep.equal([]);
  await fill(levelStore(path), [message(7)]);
  expect(orders(await content(levelStore(path)))).to.deep.equal([7]);
  return moved;
};
