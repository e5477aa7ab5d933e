import { expect } from 'chai';
import { stdinLines } from '../../../lib/cli/io/stdin.js';
import { recorded } from '../../support/unit-on-cloud.js';

/** Lets all that is pending go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the lines of stdin', () => {
  it('are read no further while the reader of the answers is behind', async () => {
    const taken: number[] = [];
    const chunks = async function* () {
      for (const n of [1, 2, 3]) {
        taken.push(n);
        yield Buffer.from(`${n}\n`);
        await turn();
      }
    };
    const waiting: (() => void)[] = [];
    const ready = () => new Promise<void>((resolve) => waiting.push(resolve));
    const lines = recorded(stdinLines(chunks(), ready, () => undefined));
    for (const n of [1, 2, 3]) {
      for (let idle = 0; idle < 5; idle++) await turn();
      expect(taken).to.have.length(n);
      expect(lines.map(({ number }) => number)).to.have.length(n);
      waiting.shift()?.();
    }
  });
});
