import { expect } from 'chai';
import { InFlight } from '../../lib/collections/in-flight.js';

interface Message {
  readonly txn: string;
}

/** Runs steps as `+a` (track), `a` (ack), `!a` (nack), `<3` (expire what was sent before 3 ms), `x` (lose all), `-a` (forget). */
const played = (steps: string): string => {
  const inFlight = new InFlight<Message>();
  const messages = new Map<string, Message>();
  const texts = steps.split(' ').map((step, now) => {
    const txn = step.slice(1);
    if (step.startsWith('+')) {
      const message = messages.get(txn) ?? { txn };
      messages.set(txn, message);
      inFlight.track(message, now, 0, 0);
      return undefined;
    }
    if (step.startsWith('!')) return inFlight.reject(txn)?.message.txn ?? 'unknown';
    if (step.startsWith('<'))
      return inFlight
        .expire(({ sentAt }) => sentAt < Number(txn))
        .map((each) => each.txn)
        .join('');
    if (step === 'x')
      return inFlight
        .loseAll()
        .map(({ message }) => message.txn)
        .join('');
    if (step.startsWith('-')) {
      inFlight.forget(txn);
      return undefined;
    }
    const settled = inFlight.settle(step);
    if (settled === undefined) return 'unknown';
    return settled.flight ? settled.message.txn : `late ${settled.message.txn}`;
  });
  return [...texts.filter((text) => text !== undefined), inFlight.size].join(', ');
};

describe('InFlight', () => {
  const cases: readonly (readonly [steps: string, result: string, title: string])[] = [
    ['+a a', 'a, 0', 'settles what was written'],
    ['+a a a', 'a, unknown, 0', 'settles it once'],
    ['b', 'unknown, 0', 'knows nothing of what was not written'],
    ['+a +b b a', 'b, a, 0', 'settles in any order'],
    ['+a !a a', 'a, late a, 0', 'settles late what was nacked'],
    ['+a !a !a', 'a, unknown, 0', 'rejects what is in flight alone'],
    ['+a +b +c <2', 'ab, 1', 'expires the first as long as they are due'],
    ['+a <1 +a a a', 'a, a, unknown, 0', 'takes what was written again for in flight'],
    ['+a +b x', 'ab, 0', 'loses all in the order of their writes'],
    ['+b +a x a b', 'ba, late a, late b, 0', 'settles late what was lost'],
    ['+a x -a a', 'a, unknown, 0', 'forgets what is not to be sent again'],
    ['+a -a a', 'unknown, 0', 'forgets what is in flight'],
    ['+a +b +a x', 'ba, 0', 'puts what is written again last'],
  ];
  for (const [steps, result, title] of cases)
    it(`${title} (${steps})`, () => {
      expect(played(steps)).to.equal(result);
    });

  it('returns the first that was written, with what is known of its write', () => {
    const inFlight = new InFlight<Message>();
    expect(inFlight.first()).to.equal(undefined);
    const message = { txn: 'a' };
    inFlight.track(message, 1, 200, 30);
    inFlight.track({ txn: 'b' }, 2, 300, 40);
    expect(inFlight.first()).to.deep.equal({ message, sentAt: 1, end: 200, underWay: 30 });
  });
});
