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
    const { add, notify } = connectionListeners(onFailure);
    add(b);
    add(a);
    notify('onConnect');
    notify('onDisconnect');
    expect(told).to.deep.equal(['b on', 'a on', 'b off', 'a off']);
  });

  it('tells nobody who was removed, and one who was added again as the last', () => {
    const { add, remove, notify } = connectionListeners(onFailure);
    add(a);
    add(b);
    remove(a);
    notify('onConnect');
    add(a);
    notify('onDisconnect');
    expect(told).to.deep.equal(['b on', 'b off', 'a off']);
  });

  it('takes a listener of one event, or none', () => {
    const { add, notify } = connectionListeners(onFailure);
    add({});
    add({ onConnect: () => void told.push('on') });
    add({ onDisconnect: () => void told.push('off') });
    notify('onConnect');
    notify('onDisconnect');
    expect(told).to.deep.equal(['on', 'off']);
  });

  it('calls a listener as its own method', () => {
    const { add, notify } = connectionListeners(onFailure);
    const listener = {
      name: 'itself',
      onConnect() {
        told.push(this.name);
      },
    };
    add(listener);
    notify('onConnect');
    expect(told).to.deep.equal(['itself']);
  });

  it('refuses to add one twice and to remove one that is not there', () => {
    const { add, remove, notify } = connectionListeners(onFailure);
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
    notify('onConnect');
    expect(told).to.deep.equal([]);
  });

  it('goes on after one that throws, and tells of the failure', () => {
    const { add, notify } = connectionListeners(onFailure);
    const error = new Error('mine');
    const thrower = () => {
      throw error;
    };
    add({ onConnect: thrower, onDisconnect: thrower });
    add(a);
    notify('onConnect');
    notify('onDisconnect');
    expect(told).to.deep.equal(['a on', 'a off']);
    expect(onFailure.args).to.deep.equal([
      ['the onConnect of a listener', error],
      ['the onDisconnect of a listener', error],
    ]);
  });

  it('does not notify one that an earlier one has removed', () => {
    const { add, remove, notify } = connectionListeners(onFailure);
    add({
      onConnect: () => {
        remove(a);
      },
    });
    add(a);
    add(b);
    notify('onConnect');
    expect(told).to.deep.equal(['b on']);
  });

  it('goes on to the next when one removes itself', () => {
    const { add, remove, notify } = connectionListeners(onFailure);
    const once = {
      onConnect: () => {
        told.push('once');
        remove(once);
      },
    };
    add(once);
    add(a);
    notify('onConnect');
    notify('onConnect');
    expect(told).to.deep.equal(['once', 'a on', 'a on']);
  });

  it('tells one that is added meanwhile from the next event on', () => {
    const { add, notify } = connectionListeners(onFailure);
    add({
      onConnect: () => {
        add(a);
      },
    });
    notify('onConnect');
    expect(told).to.deep.equal([]);
    notify('onDisconnect');
    expect(told).to.deep.equal(['a off']);
  });

  it('tells all of one event before anybody of an event within it', () => {
    const { add, notify } = connectionListeners(onFailure);
    add({
      onConnect: () => {
        notify('onDisconnect');
      },
    });
    add(a);
    add(b);
    notify('onConnect');
    expect(told).to.deep.equal(['a on', 'b on', 'a off', 'b off']);
  });
});
