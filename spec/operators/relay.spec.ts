import { expect } from 'chai';
import { Relay } from '../../lib/operators/relay.js';

const listen = (relay: Relay<string>) => {
  const seen: string[] = [];
  return { seen, subscription: relay.value$.subscribe((value) => seen.push(value)) };
};

describe('a relay', () => {
  it('gives each value to all who are there, and nothing to those who come later or have left', () => {
    const relay = new Relay<string>();
    const first = listen(relay);
    relay.next('a');
    const second = listen(relay);
    relay.next('b');
    first.subscription.unsubscribe();
    relay.next('c');
    expect([first.seen, second.seen]).to.deep.equal([
      ['a', 'b'],
      ['b', 'c'],
    ]);
  });

  it('knows if anybody is there', () => {
    const relay = new Relay<string>();
    expect(relay.isObserved).to.equal(false);
    const { subscription } = listen(relay);
    expect(relay.isObserved).to.equal(true);
    subscription.unsubscribe();
    expect(relay.isObserved).to.equal(false);
  });

  it('gives a value to those who were there before it, also where one leaves or comes with it', () => {
    const relay = new Relay<string>();
    let late: string[] = [];
    const leaving = relay.value$.subscribe(() => {
      leaving.unsubscribe();
      ({ seen: late } = listen(relay));
    });
    const { seen } = listen(relay);
    relay.next('a');
    relay.next('b');
    expect([seen, late]).to.deep.equal([['a', 'b'], ['b']]);
  });
});
