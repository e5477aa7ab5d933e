import { expect } from 'chai';
import { fake } from 'sinon';
import { ListenerError } from '../../lib/errors.js';
import { connectionListeners, type ConnectionListener } from '../../lib/connection/listeners.js';

describe('connectionListeners', () => {
  const told: string[] = [];
  const teller = (name: string): ConnectionListener => ({
    onConnect: () => void told.push(`${name} on`),
    onDisconnect: () => void told.push(`${name} off`),
  });
  const onFailure = fake();
  const a = teller('a');
  const b = teller('b');

  beforeEach(() => {
    told.length = 0;
    onFailure.resetHistory();
  });

  it('tells all, in the order they were added', () => {
    const { add, tell } = connectionListeners(onFailure);
    add(b);
    add(a);
    tell('onConnect');
    tell('onDisconnect');
    expect(told).to.deep.equal(['b on', 'a on', 'b off', 'a off']);
  });

  it('tells nobody who was removed, and one who was added again as the last', () => {
    const { add, remove, tell } = connectionListeners(onFailure);
    add(a);
    add(b);
    remove(a);
    tell('onConnect');
    add(a);
    tell('onDisconnect');
    expect(told).to.deep.equal(['b on', 'b off', 'a off']);
  });

  it('takes a listener of one event, or none', () => {
    const { add, tell } = connectionListeners(onFailure);
    add({});
    add({ onConnect: () => void told.push('on') });
    add({ onDisconnect: () => void told.push('off') });
    tell('onConnect');
    tell('onDisconnect');
    expect(told).to.deep.equal(['on', 'off']);
  });

  it('calls a listener as its own method', () => {
    const { add, tell } = connectionListeners(onFailure);
    const listener = {
      name: 'itself',
      onConnect() {
        told.push(this.name);
      },
    };
    add(listener);
    tell('onConnect');
    expect(told).to.deep.equal(['itself']);
  });

  it('refuses to add one twice and to remove one that is not there', () => {
    const { add, remove, tell } = connectionListeners(onFailure);
    add(a);
    expect(() => {
      add(a);
    }).to.throw(ListenerError, 'added already');
    expect(() => {
      remove(b);
    }).to.throw(ListenerError, 'not there');
    remove(a);
    expect(() => {
      remove(a);
    }).to.throw(ListenerError, 'not there');
    tell('onConnect');
    expect(told).to.deep.equal([]);
  });

  it('goes on after one that throws, and tells of the failure', () => {
    const { add, tell } = connectionListeners(onFailure);
    const error = new Error('mine');
    const thrower = () => {
      throw error;
    };
    add({ onConnect: thrower, onDisconnect: thrower });
    add(a);
    tell('onConnect');
    tell('onDisconnect');
    expect(told).to.deep.equal(['a on', 'a off']);
    expect(onFailure.args).to.deep.equal([
      ['the onConnect of a listener', error],
      ['the onDisconnect of a listener', error],
    ]);
  });

  it('does not tell one that an earlier one has removed', () => {
    const { add, remove, tell } = connectionListeners(onFailure);
    add({
      onConnect: () => {
        remove(a);
      },
    });
    add(a);
    add(b);
    tell('onConnect');
    expect(told).to.deep.equal(['b on']);
  });

  it('goes on to the next when one removes itself', () => {
    const { add, remove, tell } = connectionListeners(onFailure);
    const once = {
      onConnect: () => {
        told.push('once');
        remove(once);
      },
    };
    add(once);
    add(a);
    tell('onConnect');
    tell('onConnect');
    expect(told).to.deep.equal(['once', 'a on', 'a on']);
  });

  it('tells one that is added meanwhile from the next event on', () => {
    const { add, tell } = connectionListeners(onFailure);
    add({
      onConnect: () => {
        add(a);
      },
    });
    tell('onConnect');
    expect(told).to.deep.equal([]);
    tell('onDisconnect');
    expect(told).to.deep.equal(['a off']);
  });

  it('tells all of one event before anybody of an event within it', () => {
    const { add, tell } = connectionListeners(onFailure);
    add({
      onConnect: () => {
        tell('onDisconnect');
      },
    });
    add(a);
    add(b);
    tell('onConnect');
    expect(told).to.deep.equal(['a on', 'b on', 'a off', 'b off']);
  });
});
