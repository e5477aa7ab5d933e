import { expect } from 'chai';
import { EndpointCache } from '../../lib/connection/endpoint-cache.js';

describe('EndpointCache', () => {
  const full = (...urls: readonly string[]) => {
    const cache = new EndpointCache();
    cache.set({ urls, token: 'token' });
    return cache;
  };

  it('is empty at first, keeps what it is given, and gives it back', () => {
    const cache = new EndpointCache();
    const endpoints = { urls: ['a', 'b'], token: 'token' };
    expect(cache.get()).to.equal(undefined);
    expect(cache.set(endpoints)).to.equal(endpoints);
    expect(cache.get()).to.equal(endpoints);
  });

  it('leaves out an endpoint that is passed over, and keeps order and token', () => {
    const cache = full('a', 'b', 'c');
    cache.exclude('b');
    expect(cache.get()).to.deep.equal({ urls: ['a', 'c'], token: 'token' });
  });

  it('leaves out an endpoint that is named twice as a whole', () => {
    const cache = full('a', 'b', 'a');
    cache.exclude('a');
    expect(cache.get()?.urls).to.deep.equal(['b']);
  });

  it('is empty once the last endpoint is passed over', () => {
    const cache = full('a', 'b');
    cache.exclude('a');
    cache.exclude('b');
    expect(cache.get()).to.equal(undefined);
  });

  it('puts the first endpoint behind the others', () => {
    const cache = full('a', 'b', 'c');
    cache.moveToBack();
    expect(cache.get()).to.deep.equal({ urls: ['b', 'c', 'a'], token: 'token' });
  });

  it('keeps the only endpoint when that is put behind', () => {
    const cache = full('a');
    cache.moveToBack();
    expect(cache.get()?.urls).to.deep.equal(['a']);
  });

  it('forgets everything when it is cleared', () => {
    const cache = full('a');
    cache.clear();
    expect(cache.get()).to.equal(undefined);
  });

  it('puts what failed last in the next list where there was no time for all of this one', () => {
    const cache = full('a', 'b', 'c');
    cache.exclude('a');
    cache.runOut();
    expect(cache.get()).to.equal(undefined);
    expect(cache.set({ urls: ['a', 'b', 'c'], token: 'token' }).urls).to.deep.equal(['b', 'c', 'a']);
  });

  for (const [title, forget] of [
    [
      'once one has opened',
      (cache: EndpointCache) => {
        cache.opened();
      },
    ],
    [
      'once it is cleared',
      (cache: EndpointCache) => {
        cache.clear();
      },
    ],
    [
      'once all have failed',
      (cache: EndpointCache) => {
        cache.exclude('b');
      },
    ],
  ] as const)
    it(`takes the next list in the order of the cloud ${title}`, () => {
      const cache = full('a', 'b');
      cache.exclude('a');
      forget(cache);
      expect(cache.set({ urls: ['a', 'b'], token: 'token' }).urls).to.deep.equal(['a', 'b']);
    });

  it('bears everything while it is empty, and an unknown endpoint', () => {
    const cache = new EndpointCache();
    cache.exclude('a');
    cache.moveToBack();
    cache.clear();
    expect(cache.get()).to.equal(undefined);
    cache.set({ urls: ['a'], token: 'token' });
    cache.exclude('b');
    expect(cache.get()?.urls).to.deep.equal(['a']);
  });

  it('changes nothing in what it was given', () => {
    const urls = ['a', 'b'];
    const cache = new EndpointCache();
    cache.set({ urls, token: 'token' });
    cache.exclude('a');
    cache.moveToBack();
    expect(urls).to.deep.equal(['a', 'b']);
  });

  it('is another cache each time', () => {
    full('a');
    expect(new EndpointCache().get()).to.equal(undefined);
  });
});
