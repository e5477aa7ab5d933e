import { expect } from 'chai';
import {
  aos,
  firstStep,
  fleet,
  spacingOf,
  provenStep,
  type Backoff,
  type BackoffContext,
  type BackoffStep,
} from '../../lib/operators/backoff.js';

/** The waits after as many failures as there are contexts, one after the other. */
const waits = (backoff: Backoff, contexts: readonly BackoffContext[], from: BackoffStep = firstStep): number[] => {
  let step = from;
  return contexts.map((context) => (step = backoff.next(step, context)).delay);
};
const random = (number: number) => () => number;
const never = (): number => {
  throw new Error('nothing random here');
};
const calm: BackoffContext = { random: never };
const times = (count: number, context: BackoffContext = calm) => Array.from({ length: count }, () => context);
const asking = (...bases: (number | undefined)[]) => bases.map((base) => ({ random: never, base }));
const seconds = (milliseconds: readonly number[]) => milliseconds.map((wait) => wait / 1000);

describe('aos', () => {
  it('waits 1, 2, 4 and 8 s in a cycle, and begins the next at once', () => {
    expect(seconds(waits(aos(), times(12)))).to.deep.equal([1, 2, 4, 8, 0, 1, 2, 4, 8, 0, 1, 2]);
  });

  it('begins a cycle at once after a connection that proved useful, and after a clean close', () => {
    expect(seconds(waits(aos(), times(6), provenStep))).to.deep.equal([0, 1, 2, 4, 8, 0]);
    expect(aos().afterClose(calm)).to.equal(0);
  });

  it('numbers attempts and cycles', () => {
    const numbers: number[][] = [];
    let step = firstStep;
    for (let failures = 0; failures <= 6; failures++) {
      numbers.push([step.cycle, step.attempt]);
      step = aos().next(step, calm);
    }
    expect(numbers).to.deep.equal([
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 4],
      [1, 5],
      [2, 1],
      [2, 2],
    ]);
  });

  it('takes nextRequestDelay for the first delay, and does so in the next cycle too', () => {
    expect(seconds(waits(aos(), times(10, { random: never, base: 3000 })))).to.deep.equal([
      3, 6, 12, 24, 0, 3, 6, 12, 24, 0,
    ]);
  });

  it('takes one below 1 s for the wait between two cycles as well, and one below 500 ms for 500 ms', () => {
    const asked = (base: number) => waits(aos(), times(7, { random: never, base }));
    expect(asked(999)).to.deep.equal([999, 1998, 3996, 7992, 999, 999, 1998]);
    for (const base of [1, 0.001, 500]) expect(asked(base)).to.deep.equal([500, 1000, 2000, 4000, 500, 500, 1000]);
  });

  it('makes no more than two attempts a second, whatever the cloud asks for', () => {
    for (const base of [undefined, 0.1, 1, 250, 700])
      for (const retryAfter of [undefined, 0.1, 1, 499, 999]) {
        let at = 0;
        const attempts = [
          0,
          ...waits(aos(), times(60, { random: never, base, retryAfter })).map((wait) => (at += wait)),
        ];
        for (const [index, time] of attempts.entries()) {
          const third = attempts[index + 2] ?? Infinity;
          expect(third - time, `${base}, ${retryAfter}`).to.be.at.least(1000);
        }
      }
  });

  it('begins at once after a connection that proved useful, whatever the cloud asks for', () => {
    expect(aos().next(provenStep, { random: never, base: 1 }).delay).to.equal(0);
  });

  it('feels a change of nextRequestDelay in the very next wait', () => {
    const contexts = asking(undefined, undefined, 3000, 3000, undefined, undefined);
    expect(seconds(waits(aos(), contexts))).to.deep.equal([1, 2, 12, 24, 0, 1]);
    expect(seconds(waits(aos(), asking(5000, 5000, undefined, undefined)))).to.deep.equal([5, 10, 4, 8]);
    expect(seconds(waits(aos(), asking(5000, 2000, 5000, 5000)))).to.deep.equal([5, 4, 20, 40]);
  });

  it('doubles on each retry, also where each answer has another nextRequestDelay', () => {
    expect(waits(aos(), asking(700, 800, 650, 700))).to.deep.equal([700, 1600, 2600, 5600]);
  });

  it('waits 10 min at most: doubled, asked for, or both', () => {
    expect(seconds(waits(aos({ attempts: 12 }), times(12)))).to.deep.equal([
      1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 0,
    ]);
    expect(seconds(waits(aos(), asking(300_000, 300_000, 300_000)))).to.deep.equal([300, 600, 600]);
    expect(seconds(waits(aos(), asking(3_600_000)))).to.deep.equal([600]);
    expect(seconds(waits(aos(), [{ random: never, retryAfter: 3_600_000 }]))).to.deep.equal([600]);
    expect(waits(aos({ attempts: 2000 }), times(1999)).at(-1)).to.equal(600_000);
  });

  it('waits exactly as long as a refusal asks, at a cycle’s end too, and goes on doubling', () => {
    const refused = { random: never, retryAfter: 30_000 };
    expect(seconds(waits(aos(), [calm, refused, calm, calm, refused, calm]))).to.deep.equal([1, 30, 4, 8, 30, 1]);
    expect(seconds(waits(aos(), [calm, calm, { random: never, retryAfter: 1000 }]))).to.deep.equal([1, 2, 1]);
  });

  it('takes a refusal that asks for less than 1 s for one that does not ask', () => {
    const refused = { random: never, retryAfter: 1 };
    expect(waits(aos(), times(6, refused))).to.deep.equal([1000, 2000, 4000, 8000, 500, 1000]);
    expect(waits(aos(), times(5, { ...refused, base: 1 }))).to.deep.equal([500, 1000, 2000, 4000, 500]);
  });

  it('takes other numbers', () => {
    expect(waits(aos({ attempts: 3, initialDelay: 100, maxDelay: 150 }), times(6))).to.deep.equal([
      100, 150, 0, 100, 150, 0,
    ]);
  });
});

describe('spacingOf', () => {
  it('is twice the age of a success, or ten times the first delay where that is less', () => {
    expect([aos(), fleet()].map((backoff) => spacingOf(backoff, 5000))).to.deep.equal([10_000, 10_000]);
    expect(spacingOf(aos(), 100)).to.equal(200);
    expect(spacingOf(aos({ initialDelay: 5 }), 5000)).to.equal(50);
    expect(spacingOf({ ...aos(), next: (step) => step }, 5000)).to.equal(10_000);
  });
});

describe('fleet', () => {
  const luck = (number: number, count: number, from?: BackoffStep) =>
    seconds(waits(fleet(), times(count, { random: random(number) }), from));

  it('spreads the first attempt after a loss over 5 s', () => {
    expect([0, 0.5, 1].map((number) => luck(number, 1, provenStep))).to.deep.equal([[0], [2.5], [5]]);
  });

  it('spreads the attempt after a clean close over 1 s', () => {
    expect([0, 0.25, 1].map((number) => fleet().afterClose({ random: random(number) }))).to.deep.equal([0, 250, 1000]);
  });

  it('waits the first delay at least', () => {
    expect(luck(0, 12)).to.deep.equal([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('waits three times the last wait at most, 30 s in the first three cycles, then twice as long in each', () => {
    expect(luck(1, 4)).to.deep.equal([3, 9, 27, 30]);
    expect(luck(1, 14).slice(4)).to.deep.equal(Array(10).fill(30));
    expect(luck(1, 19).slice(14)).to.deep.equal([60, 60, 60, 60, 60]);
    expect(luck(1, 24).slice(19)).to.deep.equal([120, 120, 120, 120, 120]);
    expect(luck(1, 29).slice(24)).to.deep.equal([240, 240, 240, 240, 240]);
    expect(luck(1, 34).slice(29)).to.deep.equal([480, 480, 480, 480, 480]);
  });

  it('waits 10 min at most, in an outage of any length', () => {
    expect(luck(1, 39).slice(34)).to.deep.equal([600, 600, 600, 600, 600]);
    expect(luck(1, 10_000).at(-1)).to.equal(600);
  });

  it('grows from where the last wait was, so that no two units keep in step', () => {
    const draws = [0.5, 0, 1, 0.25];
    const contexts = draws.map((number) => ({ random: random(number) }));
    expect(waits(fleet(), contexts)).to.deep.equal([2000, 1000, 3000, 3000]);
  });

  it('keeps what it grew to from one cycle to the next, and falls back after a connection that proved useful', () => {
    expect(luck(1, 6).slice(4)).to.deep.equal([30, 30]);
    expect(luck(1, 5, provenStep)).to.deep.equal([5, 15, 30, 30, 30]);
  });

  it('takes nextRequestDelay for a floor that jitter only adds to', () => {
    const asked = (number: number) => waits(fleet(), times(3, { random: random(number), base: 60_000 }));
    expect(seconds(asked(0))).to.deep.equal([60, 60, 60]);
    expect(seconds(asked(1))).to.deep.equal([89, 89, 89]);
    expect(seconds(waits(fleet(), times(3, { random: random(0), base: 4000 })))).to.deep.equal([4, 4, 4]);
    expect(seconds(waits(fleet(), times(3, { random: random(1), base: 4000 })))).to.deep.equal([12, 33, 33]);
  });

  it('makes no wait shorter than 500 ms, whatever the cloud asks for', () => {
    for (const base of [undefined, 0.1, 1, 300])
      for (const retryAfter of [undefined, 0.1, 1, 300]) {
        const [least = 0] = waits(fleet(), times(20, { random: random(0), base, retryAfter })).sort((a, b) => a - b);
        expect(least, `${base}, ${retryAfter}`).to.be.at.least(500);
      }
  });

  it('adds its jitter to the wait that a refusal asks for, up to 10 min', () => {
    const refused = (number: number, retryAfter: number, base?: number) =>
      waits(fleet(), [{ random: random(number), retryAfter, base }]).map((wait) => wait / 1000);
    expect([refused(0, 20_000), refused(1, 20_000)]).to.deep.equal([[20], [50]]);
    expect([refused(0, 2000), refused(1, 2000)]).to.deep.equal([[2], [8]]);
    expect([refused(0, 1000), refused(1, 1000)]).to.deep.equal([[1], [4]]);
    expect([refused(0, 599_500), refused(1, 3_600_000)]).to.deep.equal([[599.5], [600]]);
    // Repeat later: the answer's delay is the first delay as well, and counts once.
    expect([refused(0, 10_000, 10_000), refused(1, 10_000, 10_000)]).to.deep.equal([[10], [40]]);
  });

  it('takes other numbers', () => {
    const backoff = fleet({ attempts: 2, initialDelay: 10, maxDelay: 100, spread: 50, firstCap: 20 });
    expect(waits(backoff, times(12, { random: random(1) }), provenStep)).to.deep.equal([
      50, 20, 20, 20, 20, 20, 40, 40, 80, 80, 100, 100,
    ]);
  });
});
