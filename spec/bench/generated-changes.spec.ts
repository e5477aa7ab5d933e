import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { equivalent, isEquivalent } from '../../bench/generated/equivalent.js';
import { library } from '../../bench/simulation/plant.js';
import { changesOf } from '../../bench/generated/changes.js';

describe('changesOf', () => {
  const changed = (text: string): string[] =>
    changesOf(text).map(({ start, end, put }) => text.slice(0, start) + put + text.slice(end));

  it('negates conditions, and moves bounds', () => {
    expect(changed('if (a < 7) go();')).to.deep.equal([
      'if (!(a < 7)) go();',
      'if (a <= 7) go();',
      'if (a < 14) go();',
      'if (a < 7) ;',
    ]);
  });

  it('takes operators out of a pipe, and statements out of a function', () => {
    expect(changed('x = a$.pipe(map(f), take(1));')).to.deep.equal([
      ';',
      'x = a$.pipe((source$) => source$, take(1));',
      'x = a$.pipe(map(f), (source$) => source$);',
      'x = a$.pipe(map(f), take(2));',
    ]);
  });

  it('changes no words of errors and texts', () => {
    expect(changed('const f = () => { throw new LimitError(`more than ${a + 1}`); };')).to.deep.equal([]);
    expect(
      changed("class LimitError extends NetworkError { constructor(n) { super(n > 1 ? 'many' : 'one'); } }"),
    ).to.deep.equal([]);
  });

  it('changes nothing that the compiler adds for using', () => {
    const text = `var __disposeResources = (this && this.__disposeResources) || (function (E) { return !E; })(true);
      const f = async () => {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
          const a = __addDisposableResource(env_1, await open(1), true);
          return a;
        } catch (e_1) {
          env_1.error = e_1;
          env_1.hasError = true;
        } finally {
          const result_1 = __disposeResources(env_1);
          if (result_1) await result_1;
        }
      };`;
    expect(changed(text)).to.deep.equal([text.replace('open(1)', 'open(2)')]);
  });
});

describe('the changes that nobody can see', () => {
  for (const one of equivalent)
    it(`have one in ${one.file}: ${one.line}`, () => {
      const text = readFileSync(join(library, one.file), 'utf8');
      expect(changesOf(text).filter((change) => isEquivalent(one.file, text, change))).not.to.deep.equal([]);
    });
});
