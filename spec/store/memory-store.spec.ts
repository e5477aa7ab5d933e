import { expect } from 'chai';
import { from, type ObservableInput } from 'rxjs';
import { memoryStore } from '../../lib/store/memory-store.js';
import { message } from '../support/store-place.js';

/** What it gives in the same turn. */
const atOnce = <T>(input: ObservableInput<T>): T[] => {
  const values: T[] = [];
  from(input).subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => {
      throw error;
    },
  });
  return values;
};

describe('memoryStore', () => {
  it('keeps in the order of the orders what was not removed, and outlives a close', () => {
    const store = memoryStore();
    atOnce(store.put([message(2), message(1)]));
    atOnce(store.put([message(3)]));
    atOnce(store.remove([2, 7]));
    atOnce(store.close());
    expect(atOnce(store.open())).to.deep.equal([[message(1), message(3)]]);
  });

  it('does nothing before somebody subscribes', () => {
    const store = memoryStore();
    void store.put([message(1)]);
    expect(atOnce(store.open())).to.deep.equal([[]]);
  });
});
