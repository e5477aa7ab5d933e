import { expect } from 'chai';
import { asyncScheduler, delay, map, of, throwError } from 'rxjs';
import { receiveStates, type ApplyState, type ReceiveStep } from '../../lib/flows/receive-states.js';
import { stateChecksum } from '../../lib/builders/new-state.js';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { cloudMessage } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { stubMessenger, type StubMessenger } from '../support/messenger.js';
import { marbles } from '../support/marbles.js';
import { connectTo, recorded, untilState } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';

const instance = { item: { id: 'service-1' }, subject: { id: 'subject-1' }, instance: 0 };
const state = 'counter=40';
const checksum = stateChecksum(state);
const update = (members: object = {}) => ({
  ...{ messageType: 'updateState', ...instance, stateChecksum: checksum, state },
  ...members,
});
const damaged = update({ state: 'counter=4' });
const request = { messageType: 'stateRequest', ...instance, default: false };

describe('receiveStates', () => {
  let unit: StubMessenger;
  let taken: string[];
  let steps: ReceiveStep<number>[];

  const take = (members?: ApplyState) => {
    const note: ApplyState = ({ instance: number }, text) => of(taken.push(`${number} ${text}`));
    steps = recorded(receiveStates(unit, members ?? note));
  };

  beforeEach(() => {
    unit = stubMessenger();
    taken = [];
  });

  it('gives a state to its instance', () => {
    take();
    unit.hear('updateState', update());
    unit.hear('updateState', update({ stateChecksum: checksum.toUpperCase(), instance: 1 }));
    expect(taken).to.deep.equal(['0 counter=40', '1 counter=40']);
    expect(steps).to.deep.equal([
      { step: 'applied', instance, checksum },
      { step: 'applied', instance: { ...instance, instance: 1 }, checksum },
    ]);
    expect(unit.sent).to.deep.equal([]);
  });

  it('gives an empty state too', () => {
    take();
    unit.hear('updateState', { ...instance, stateChecksum: stateChecksum('') });
    expect(taken).to.deep.equal(['0 ']);
  });

  it('does not take a state that its checksum is not of, and asks for it again', () => {
    take();
    unit.hear('updateState', damaged);
    expect(taken).to.deep.equal([]);
    expect(unit.sent).to.deep.equal([request]);
    expect(steps).to.deep.equal([
      { step: 'damaged', instance, checksum, actual: stateChecksum('counter=4') },
      { step: 'requested', instance, sent: 1 },
    ]);
  });

  it('asks three times in a row at most, by instance, and anew after a state that is whole', () => {
    take();
    for (let count = 0; count < 5; count++) unit.hear('updateState', damaged);
    expect(unit.sent).to.have.length(3);
    expect(steps.map(({ step }) => step).slice(-3)).to.deep.equal(['requested', 'damaged', 'damaged']);
    unit.hear('updateState', { ...damaged, instance: 1 });
    expect(unit.sent).to.have.length(4);
    unit.hear('updateState', update());
    unit.hear('updateState', damaged);
    expect(unit.sent).to.have.length(5);
  });

  it('tells that an instance could not take its state, and goes on', () => {
    const error = new Error('no such instance');
    let count = 0;
    take(() => {
      if (count++ === 0) throw error;
      return throwError(() => error);
    });
    for (let n = 0; n < 2; n++) unit.hear('updateState', update());
    const step = { step: 'applied', instance, checksum, error };
    expect(steps).to.deep.equal([step, step]);
  });

  marbles('gives one state after another', ({ cold, expectObservable }) => {
    const frame$ = cold('  -ab', { a: cloudMessage(update()), b: cloudMessage(update({ instance: 1 })) });
    const expected = '     ----0--1';
    const virtual = virtualUnit(asyncScheduler, { frame$ });
    const step$ = receiveStates(virtual.unit, () => of('done').pipe(delay(3, asyncScheduler)));
    expectObservable(step$.pipe(map((step) => String(step.instance.instance)))).toBe(expected);
  });

  it('takes the states of a real cloud', async () => {
    await using cloud = await startCloud();
    await using real = connectTo(cloud);
    await untilState(real, 'connected');
    const requested = until(cloud.message$, ({ data }) => data.messageType === 'stateRequest');
    const seen = recorded(receiveStates(real, (_, text) => Promise.resolve(taken.push(text))));
    await cloud.sendAndWait(damaged);
    expect((await requested).data).to.deep.equal(request);
    await cloud.sendAndWait(update());
    expect(taken).to.deep.equal([state]);
    expect(seen.map(({ step }) => step)).to.include.members(['damaged', 'requested']);
  });
});
