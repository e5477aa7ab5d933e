import { expect } from 'chai';
import { playScenario } from '../../lib/scenario/play-scenario.js';
import type { Scenario } from '../../lib/scenario/scenario.js';

const play = (scenario: Partial<Scenario>, real = false) =>
  playScenario({ name: 'one', see: [], ...scenario }, { real });
const seen = (...events: readonly string[]) => events.map((event) => ({ event }));

describe('playScenario', () => {
  it('passes when everything was seen in its order, and ends there', async () => {
    const { passed, failures, events } = await play({ see: seen('unit connecting', 'unit connected') });
    expect({ passed, failures }).to.deep.equal({ passed: true, failures: [] });
    expect(events.at(-1)?.text).to.equal('unit connected');
  });

  it('fails where another order was expected, and tells what was seen instead', async () => {
    const { passed, failures } = await play({ see: seen('unit connected', 'unit discovering'), lasts: 1000 });
    expect(passed).to.equal(false);
    expect(failures).to.deep.equal([
      'expected "unit discovering" after "unit connected", saw "app told connected" at 9 ms',
    ]);
  });

  it('fails on real sockets as well where something else was expected', async () => {
    const { failures } = await play({ see: seen('unit waiting'), lasts: 400 }, true);
    expect(failures).to.have.lengthOf(1);
    expect(failures[0]).to.match(/^expected "unit waiting", saw "unit discovering" at \d+ ms/);
  });

  it('fails where something comes too early, or too late', async () => {
    const early = await play({ see: [{ event: 'unit connected', from: 10 }], lasts: 1000 });
    expect(early.failures[0]).to.match(/^expected "unit connected" from 10 ms, saw /);
    const late = await play({ see: [{ event: 'unit connected', by: 8 }], lasts: 1000 });
    expect(late.failures[0]).to.match(/^expected "unit connected" by 8 ms, saw /);
    const between = await play({ see: [{ event: 'unit connected', from: 9, by: 9 }] });
    expect(between.passed).to.equal(true);
  });

  it('fails where something is seen that must not be', async () => {
    const { failures } = await play({ see: seen('unit connected'), never: ['cloud session * opened'] });
    expect(failures).to.deep.equal(['expected never "cloud session 1 opened", saw it at 9 ms']);
  });

  it('fails where a step waits for what does not come', async () => {
    const { failures } = await play({ app: [{ when: 'unit waiting', stop: true }], lasts: 1000 });
    expect(failures).to.deep.equal([
      'expected all steps to be taken within 1000 ms, saw some wait for events that did not come',
    ]);
  });

  it('fails where the cloud cannot do what a step says', async () => {
    const { failures } = await play({ cloud: [{ send: { messageType: 'desiredStatus' } }] });
    expect(failures).to.deep.equal(['CloudError: no unit is connected, or it is silenced']);
  });

  it('goes on for as long as it lingers, so that what must not come can', async () => {
    const scenario = { see: seen('unit connected'), cloud: [{ at: 20, resetSessions: true }] as const };
    const never = ['app told disconnected'];
    expect((await play({ ...scenario, never })).passed).to.equal(true);
    expect((await play({ ...scenario, never, linger: 50 })).passed).to.equal(false);
  });

  it('takes steps at their times, after events, and after each other', async () => {
    const send = { messageType: 'alerts', items: [] } as const;
    const { events } = await play({
      app: [
        { at: 100, send, as: 'a' },
        { after: 30, send, as: 'b' },
        { when: 'message b acknowledged', after: 5, send, as: 'c' },
      ],
      see: seen('message c acknowledged'),
    });
    const queued = events.filter(({ text }) => text.endsWith(' queued'));
    expect(queued.map(({ at, text }) => `${at} ${text}`)).to.deep.equal([
      '100 message a queued',
      '130 message b queued',
      '137 message c queued',
    ]);
  });

  it('plays an hour at once', async () => {
    const { passed, events } = await play({
      options: { backoff: 'aos' },
      cloud: [{ outage: 3_000_000 }],
      see: [{ event: 'unit connected', from: 3_000_000 }],
    });
    expect(passed).to.equal(true);
    expect(events.length).to.be.greaterThan(1000);
  });
});
