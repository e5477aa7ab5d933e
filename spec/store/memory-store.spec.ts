import { expect } from 'chai';
import { memoryStore } from '../../lib/store/memory-store.js';
import { content, fill, message } from '../support/store-place.js';

describe('memoryStore', () => {
  it('takes everything and keeps nothing', async () => {
    const store = memoryStore();
    await fill(store, [message(1), message(2)]);
    await store.remove([1]);
    expect(await content(store)).to.deep.equal([]);
  });
});
