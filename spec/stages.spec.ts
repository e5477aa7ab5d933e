import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { sourceFiles } from './support/source-files.js';

const specs = sourceFiles('spec').filter((file) => file.endsWith('.spec.ts'));
const isSlow = (file: string) => file.endsWith('.slow.spec.ts') || /^(?:e2e|faults)\//.test(file);

describe('the stages of the specs', () => {
  it('leave the specs that start the command to the slow stage', () => {
    const early = specs.filter(
      (file) => !isSlow(file) && /\bspawnCommand\(/.test(readFileSync(`spec/${file}`, 'utf8')),
    );
    expect(early).to.deep.equal([]);
  });

  it('set no limit of real time', () => {
    const timed = specs.filter(
      (file) =>
        !/^(?:e2e|faults)\//.test(file) &&
        /\bperformance\.now\(\) - \w+\)[^;]*\b(?:below|most|lessThan|within)\b/.test(
          readFileSync(`spec/${file}`, 'utf8'),
        ),
    );
    expect(timed).to.deep.equal([]);
  });
});
