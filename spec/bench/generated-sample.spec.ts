import { expect } from 'chai';
import { changesOf } from '../../bench/generated/changes.js';
import { sample, type Placed } from '../../bench/generated/sample.js';

describe('sample', () => {
  const changes = (text: string): readonly Placed[] =>
    changesOf(text).map((change) => ({ ...change, file: 'a.js', text }));
  const lines = Array.from({ length: 40 }, (_, index) => `if (a${index} < 1) go(${index});`);
  const shown = (drawn: readonly Placed[]): readonly string[] =>
    drawn.map(({ text, start, end, kind }) => `${kind} ${text.slice(start, end)}`);

  it('draws the same with the same seed, others with another', () => {
    const all = changes(lines.join('\n'));
    expect(sample(all, 10, 1))
      .to.have.length(10)
      .and.to.deep.equal(sample([...all].reverse(), 10, 1));
    expect(sample(all, 10, 2)).not.to.deep.equal(sample(all, 10, 1));
  });

  it('keeps what was drawn where other lines come or go', () => {
    const drawn = shown(sample(changes(lines.join('\n')), 60, 1));
    const after = shown(sample(changes(['b();', '', ...lines.slice(1)].join('\n')), 60, 1));
    expect(drawn.filter((one) => !after.includes(one) && !/\ba0\b|go\(0\)/.test(one)).length).to.be.at.most(2);
  });
});
