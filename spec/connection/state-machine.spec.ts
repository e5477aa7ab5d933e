import { expect } from 'chai';
import type { ConnectionState } from '../../lib/connection/connection-state.js';
import { stateMachine } from '../../lib/connection/state-machine.js';
import { stubSocket } from '../support/stub-transport.js';

const socket = stubSocket();
const connected = { state: 'connected', url: 'wss://a.example/', since: 0, socket } as const;
const waiting = { state: 'waiting', attempt: 1, delay: 0, cause: new Error('cut') } as const;

/** The transitions, and a log of everything that can be seen of them. */
const setUp = (onTold: (event: string) => void = () => undefined) => {
  const log: string[] = [];
  const seen = stateMachine({
    notify: (event) => {
      log.push(event);
      onTold(event);
    },
  });
  seen.state$.subscribe({ next: ({ state }: ConnectionState) => log.push(state), error: () => log.push('error') });
  seen.socket$.subscribe({ next: (open) => log.push(open ? 'open' : 'shut'), error: () => log.push('error') });
  return { ...seen, log };
};

describe('the state machine', () => {
  it('tell all of a connection before the delivery may go on', () => {
    const { transition, log } = setUp();
    transition(connected);
    expect(log).to.deep.equal(['shut', 'connected', 'onConnect', 'open']);
  });

  it('stop the delivery before anybody is told of the end, and know its cause', () => {
    const { transition, log, lostCause } = setUp();
    transition(connected);
    log.length = 0;
    transition(waiting);
    expect(log).to.deep.equal(['shut', 'waiting', 'onDisconnect']);
    expect(lostCause()).to.equal(waiting.cause);
  });

  it('tell nobody of states between two connections', () => {
    const { transition, log } = setUp();
    for (const event of [{ state: 'discovering' }, waiting, { state: 'stopped' }] as const) transition(event);
    expect(log).to.deep.equal(['shut', 'discovering', 'waiting', 'stopped']);
  });

  it('are connected exactly between the two notifications', () => {
    const asked: unknown[] = [];
    const { transition, isConnected } = setUp((event) => asked.push([event, isConnected()]));
    transition(connected);
    transition(waiting);
    expect(asked).to.deep.equal([
      ['onConnect', true],
      ['onDisconnect', false],
    ]);
  });

  it('show another link in the place of one without a gap, and tell nobody of a disconnect', () => {
    const { transition, log, isConnected, lostCause } = setUp();
    transition(connected);
    log.length = 0;
    transition({ ...connected, url: 'wss://b.example/' });
    expect(log).to.deep.equal(['shut', 'connected', 'open']);
    expect(isConnected()).to.equal(true);
    transition(waiting);
    expect(log.slice(3)).to.deep.equal(['shut', 'waiting', 'onDisconnect']);
    expect(lostCause()).to.equal(waiting.cause);
  });

  it('wait for one another, and never open a socket that a listener has ended', () => {
    const { transition, log } = setUp((event) => {
      if (event === 'onConnect') transition({ state: 'stopped' });
    });
    transition(connected);
    expect(log).to.deep.equal(['shut', 'connected', 'onConnect', 'shut', 'stopped', 'onDisconnect']);
  });

  it('replay the latest state', () => {
    const { transition, state$ } = setUp();
    transition({ state: 'discovering' });
    transition(waiting);
    const late: string[] = [];
    state$.subscribe({ next: ({ state }) => late.push(state), error: () => late.push('error') });
    expect(late).to.deep.equal(['waiting']);
  });
});
