import { expect } from 'chai';
import { readDuration } from '../../lib/protocol/duration.js';

describe('readDuration', () => {
  const cases: readonly (readonly [value: unknown, seconds: number])[] = [
    [0, 0],
    [10, 10],
    [10.5, 10.5],
    [0.4, 0.4],
    ['10', 10],
    ['10.5', 10.5],
    ['0.4', 0.4],
    [' 10\n', 10],
    ['1h20m1s', 4801],
    ['1.5h', 5400],
    ['250ms', 0.25],
    ['5us', 5e-6],
    ['5µs', 5e-6],
    ['5ns', 5e-9],
    ['2d', 172_800],
    ['1w', 604_800],
    ['1y', 31_556_925.974_74],
    ['PT5S', 5],
    ['PT0.5S', 0.5],
    ['PT0.500000000S', 0.5],
    ['PT1M0,25S', 60.25],
    ['P1DT2H', 93_600],
    ['P1W', 604_800],
    ['P1M', 31_556_925.974_74 / 12],
    ['P1Y', 31_556_925.974_74],
    ['-PT5S', -5],
  ];
  for (const [value, seconds] of cases)
    it(`reads ${JSON.stringify(value)} as ${seconds} s`, () => {
      expect(readDuration(value)).to.be.closeTo(seconds, 1e-9);
    });

  it('reads nothing else', () => {
    const others = [
      '',
      'soon',
      'P',
      'PT',
      '5',
      '5x',
      '1h 5m',
      'PT1.5M',
      'PT.5S',
      'h',
      '1'.repeat(101),
      NaN,
      Infinity,
      true,
      {},
      [],
    ];
    expect(others.filter((value) => readDuration(value) !== undefined)).to.deep.equal(['5']);
  });
});
