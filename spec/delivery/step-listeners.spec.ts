import { expect } from 'chai';
import { fake } from 'sinon';
import { emitStep, withListener, type StepListener, type StepListeners } from '../../lib/delivery/step-listeners.js';

const listener = () => ({ closed: false, next: fake(), complete: fake() });
const all = (...added: StepListener<string>[]) =>
  added.reduce<StepListeners<string>>((listeners, each) => withListener(listeners, each), undefined);

describe('the listeners of a message', () => {
  it('are no list while there is one', () => {
    const only = listener();
    expect(all(only)).to.equal(only);
  });

  it('keep none that has left', () => {
    const [first, second, third] = [listener(), listener(), listener()];
    first.closed = second.closed = true;
    expect(all(first, second, third)).to.equal(third);
    expect(withListener([first, third], second)).to.deep.equal([third, second]);
  });

  it('all hear the last step before the first is completed', () => {
    const [first, second] = [listener(), listener()];
    emitStep(all(first, second), 'acknowledged', true);
    expect(second.next.calledBefore(first.complete)).to.equal(true);
    expect([first, second].map(({ complete }) => complete.callCount)).to.deep.equal([1, 1]);
  });

  it('hear nothing after they have left, also where one leaves at the last step', () => {
    const [first, second] = [listener(), listener()];
    const listeners = all(first, second);
    first.closed = true;
    second.next = fake(() => {
      second.closed = true;
    });
    emitStep(listeners, 'acknowledged', true);
    emitStep(first, 'acknowledged', true);
    expect([first.next, first.complete, second.complete].map(({ callCount }) => callCount)).to.deep.equal([0, 0, 0]);
    expect(second.next.callCount).to.equal(1);
  });
});
