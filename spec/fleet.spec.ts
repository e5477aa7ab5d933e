import { expect } from 'chai';
import { asyncScheduler, concat, defer, filter, map, NEVER, of, pairwise, throwError, timer } from 'rxjs';
import { policies, unitlink, type Policy } from '../examples/fleet/policies.js';
import { picture } from '../examples/fleet/picture.js';
import { seeded } from '../examples/fleet/random.js';
import { simulate, type Failover } from '../examples/fleet/simulate.js';
import { aos, fleet, type Backoff } from '../lib/operators/backoff.js';
import { virtualUnit } from '../lib/testing/virtual/unit.js';
import { recorded } from './support/unit-on-cloud.js';
import { marbles } from './support/marbles.js';

const failover: Failover = { units: 4, outage: 60_000, rate: 1000, burst: 1000, horizon: 300_000 };
const lostAt = 10_000;

/** When each unit of a simulated fleet attempts to connect. */
const simulated = (policy: Policy): number[][] => {
  const attempts: number[][] = Array.from({ length: failover.units }, () => []);
  simulate(policy, { ...failover, onAttempt: (unit, at) => attempts[unit]?.push(at) });
  return attempts;
};

/** When a real unit with the same random numbers does, once its connection is lost; it is recorded as time passes. */
const real = (backoff: Backoff, unit: number): number[] => {
  const now = () => asyncScheduler.now() - lostAt;
  const refused$ = throwError(() => new Error('refused'));
  const whenThere = <T>(it: T, rest$ = NEVER) => defer(() => (isGone() ? refused$ : concat(of(it), rest$)));
  const isGone = () => now() >= 0 && now() < failover.outage;
  const lost$ = timer(lostAt).pipe(map(() => { throw new Error('lost'); })); // prettier-ignore
  const link$ = defer(() => whenThere('open', now() < 0 ? lost$ : NEVER));
  const { unit: connected } = virtualUnit(
    asyncScheduler,
    { link$, discovery$: whenThere({}) },
    { backoff, random: seeded(unit + 1), lifetime: lostAt + failover.horizon },
  );
  return recorded(
    connected.state$.pipe(
      pairwise(),
      filter(([before]) => before.state === 'waiting'),
      map(() => now()),
      filter((at) => at < failover.horizon),
    ),
  );
};

describe('the fleet', () => {
  for (const [name, backoff] of [
    ['aos', aos()],
    ['fleet', fleet()],
  ] as const)
    marbles(`attempts with ${name} exactly when real units do`, ({ flush }) => {
      const units = Array.from({ length: failover.units }, (_, unit) => real(backoff, unit));
      flush();
      expect(Math.min(...units.map(({ length }) => length))).to.be.greaterThan(3);
      expect(simulated(unitlink(name, backoff))).to.deep.equal(units);
    });

  it('keeps the worst 100 ms under 5 % of the units with fleet, and has all of them at once with aos', () => {
    const peaks = policies
      .slice(0, 2)
      .map((policy) => simulate(policy, { ...failover, units: 10_000, rate: 5000, burst: 5000 }).peak);
    expect(peaks[0]).to.equal(2);
    expect(peaks[1]).to.be.lessThan(0.05);
  });

  it('has 99 % of 10,000 units with fleet back in 30 s, where the cloud takes all', () => {
    const [, policy] = policies;
    if (policy === undefined) throw new Error('there is no fleet');
    const { nearlyAll } = simulate(policy, { ...failover, units: 10_000, rate: 1e6, burst: 1e6 });
    expect(nearlyAll).to.be.lessThan(30_000);
  });

  it('accepts no more than the rate, and refuses the rest', () => {
    const every100: Policy = { name: 'x', waits: () => () => 100 };
    const { refused, nearlyAll, attempts } = simulate(every100, {
      ...{ units: 100, outage: 1000, rate: 100, burst: 10, horizon: 5000 },
    });
    // 10 at each tenth of a second, from 1.0 to 1.9 s.
    expect(nearlyAll).to.equal(900);
    expect(refused).to.equal(90 + 80 + 70 + 60 + 50 + 40 + 30 + 20 + 10);
    expect(attempts).to.equal(900 + 100 + refused);
  });

  it('counts those who give up, and those who are not back', () => {
    const twice: Policy = { name: 'x', waits: () => { let left = 2; return () => (left-- > 0 ? 10 : undefined); } }; // prettier-ignore
    expect(simulate(twice, { ...failover, units: 3 })).to.include({ gaveUp: 3, attempts: 6, nearlyAll: undefined });
  });

  it('is drawn with a row for each, for light and dark', () => {
    const fifty = { ...failover, units: 50, horizon: 120_000 };
    const svg = picture(
      policies.map((policy) => simulate(policy, fifty)),
      fifty,
      120_000,
    );
    expect(svg.match(/<path class="area" d="M176 /g)).to.have.lengthOf(policies.length);
    expect(svg)
      .to.contain('prefers-color-scheme:dark')
      .and.to.contain('unitlink fleet')
      .and.to.contain('100 % gave up');
    expect(svg).not.to.match(/NaN|undefined|Infinity/);
  });
});
