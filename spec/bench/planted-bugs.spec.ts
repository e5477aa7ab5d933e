import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { serverMutants } from '../../bench/server-simulation/mutants.js';
import { mutants } from '../../bench/simulation/mutants.js';

describe('the planted bugs', () => {
  it('each find the code that they change, once', () => {
    const unfit = [...mutants, ...serverMutants].flatMap(({ name, patches }) =>
      patches
        .filter(({ file, find }) => {
          const code = readFileSync(new URL(`../../lib/${file}`, import.meta.url), 'utf8');
          return code.split(find).length !== 2;
        })
        .map(({ file }) => `${name}: ${file}`),
    );
    expect(unfit).to.deep.equal([]);
  });
});
