import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { markdown } from './support/markdown.js';

/** Code below a link to the file that it is, and nothing else in that line. */
const shown = [...markdown].flatMap(([page, text]) =>
  [...text.matchAll(/^\[`[^`]+`\]\(([^)]+)\)\n\n```\w+\n([^]*?)^```$/gm)].map(([, path = '', code = '']) => ({
    page,
    path: join(dirname(page), path),
    code,
  })),
);

describe('the recipes', () => {
  it('show files as they are', () => {
    expect(shown).to.have.lengthOf.above(5);
    expect(shown.filter(({ path, code }) => readFileSync(path, 'utf8') !== code).map(({ path }) => path)).to.deep.equal(
      [],
    );
  });

  it('have components of 15 lines at most', () => {
    const long = shown.filter(({ page, code }) => page.endsWith('/frameworks.md') && code.split('\n').length > 16);
    expect(long.map(({ path }) => path)).to.deep.equal([]);
  });
});
