import { expect } from 'chai';
import { asyncScheduler, map, Subject } from 'rxjs';
import { publishStates, type InstanceState, type PublishStep } from '../../lib/flows/publish-states.js';
import { stateChecksum } from '../../lib/builders/new-state.js';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { cloudMessage } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { stubMessenger, type StubMessenger } from '../support/messenger.js';
import { marbles } from '../support/marbles.js';
import { connectTo, recorded, untilState } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';

const instance = { item: { id: 'service-1' }, subject: { id: 'subject-1' }, instance: 0 };
const other = { ...instance, instance: 1 };
const [first, second] = ['counter=1', 'counter=2'].map((state) => ({ state, checksum: stateChecksum(state) })) as [
  { state: string; checksum: string },
  { state: string; checksum: string },
];
const acceptance = (checksum: string, result = 'accepted', of: object = instance) => ({
  ...{ messageType: 'stateAcceptance', ...of, checksum, result },
  ...(result === 'rejected' && { reason: 'too large' }),
});

describe('publishStates', () => {
  let unit: StubMessenger;
  let state$: Subject<InstanceState>;
  let steps: PublishStep<number>[];

  beforeEach(() => {
    unit = stubMessenger();
    state$ = new Subject();
    steps = recorded(publishStates(unit, state$));
  });

  it('sends a state with its checksum, and tells that the cloud takes it', () => {
    state$.next({ instance, state: first.state });
    expect(unit.sent).to.deep.equal([
      { messageType: 'newState', ...instance, stateChecksum: first.checksum, state: 'counter=1' },
    ]);
    unit.hear('stateAcceptance', acceptance(first.checksum.toUpperCase()));
    expect(steps).to.deep.equal([
      { step: 'published', instance, checksum: first.checksum, sent: 1 },
      { step: 'accepted', instance, checksum: first.checksum },
    ]);
  });

  it('tells that the cloud rejects a state, and asks for the one that it has', () => {
    state$.next({ instance, state: first.state });
    unit.hear('stateAcceptance', acceptance(first.checksum, 'rejected'));
    expect(unit.sent[1]).to.deep.equal({ messageType: 'stateRequest', ...instance, default: false });
    expect(steps.slice(1)).to.deep.equal([
      { step: 'rejected', instance, checksum: first.checksum, reason: 'too large' },
      { step: 'requested', instance, sent: 2 },
    ]);
  });

  it('takes an acceptance for that of the last state of its instance, or for nothing', () => {
    state$.next({ instance, state: first.state });
    state$.next({ instance, state: second.state });
    unit.hear('stateAcceptance', acceptance(first.checksum, 'rejected'));
    unit.hear('stateAcceptance', acceptance(second.checksum, 'rejected', other));
    expect(steps.map(({ step }) => step)).to.deep.equal(['published', 'published']);
    unit.hear('stateAcceptance', acceptance(second.checksum));
    unit.hear('stateAcceptance', acceptance(second.checksum, 'rejected'));
    expect(steps.map(({ step }) => step)).to.deep.equal(['published', 'published', 'accepted']);
  });

  it('knows an instance by its id, whatever else is said of it, and one that is pre-installed by its codename', () => {
    state$.next({ instance: { ...instance, item: { id: 'service-1', type: 'service' } }, state: first.state });
    unit.hear('stateAcceptance', acceptance(first.checksum));
    const preInstalled = { item: { codename: 'clock' }, subject: { codename: 'oem' }, instance: 0 };
    state$.next({ instance: preInstalled, state: first.state });
    unit.hear('stateAcceptance', acceptance(first.checksum, 'accepted', preInstalled));
    expect(steps.map(({ step }) => step)).to.deep.equal(['published', 'accepted', 'published', 'accepted']);
  });

  it('goes on after a state that could not be sent, and says so', () => {
    let isStopped = true;
    unit = stubMessenger({
      send: (data) => {
        if (isStopped) throw new Error('stopped');
        return unit.sent.push(data);
      },
    });
    steps = recorded(publishStates(unit, state$));
    state$.next({ instance, state: first.state });
    isStopped = false;
    state$.next({ instance, state: second.state });
    expect(steps[0]).to.have.nested.property('error.message', 'stopped');
    expect(unit.sent).to.have.length(1);
  });

  marbles('waits for the cloud as long as it takes', ({ cold, expectObservable }) => {
    const frame$ = cold('--------r', { r: cloudMessage(acceptance(second.checksum, 'rejected')) });
    const offered$ = cold('-a-b-------', { a: { instance, state: first.state }, b: { instance, state: second.state } });
    const expected = '     -o-o----(rq)';
    const virtual = virtualUnit(asyncScheduler, { frame$ });
    const names = { o: 'published', r: 'rejected', q: 'requested' };
    expectObservable(publishStates(virtual.unit, offered$).pipe(map(({ step }) => step))).toBe(expected, names);
  });

  it('offers states to a real cloud', async () => {
    await using cloud = await startCloud();
    await using real = connectTo(cloud);
    await untilState(real, 'connected');
    const requested = until(cloud.message$, ({ data }) => data.messageType === 'stateRequest');
    const offered = until(cloud.message$, ({ data }) => data.messageType === 'newState');
    const seen = recorded(publishStates(real, state$));
    state$.next({ instance, state: first.state });
    expect((await offered).data['stateChecksum']).to.equal(first.checksum);
    await cloud.sendAndWait(acceptance(first.checksum, 'rejected'));
    expect((await requested).data).to.deep.equal({ messageType: 'stateRequest', ...instance, default: false });
    expect(seen.map(({ step }) => step)).to.deep.equal(['published', 'rejected', 'requested']);
  });
});
