import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

/** Words that are not the words of the field, or not those of today. The changelog has them in its list of renames. */
const unwanted =
  /\b(?:(?:is|are|be|been) told|told (?:of|apart)|anew|for ever|shall|goes? again|fates?|whoever|in life|wish(?:es|ed)?|wakes up|comes? to itself|puts? to use|taken into use|doubt(?:s|ed)?|besides?|mistrusts?|lets? go|does? wrong|stands for)\b/gi;

const files = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'examples', 'lib'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  ),
].filter((file) => /\.(?:md|ts|tsx|yaml|html|vue|svelte)$/.test(file) && !file.startsWith('docs/api/'));

describe('the language of code and docs', () => {
  it('is standard English, with the words of the field', () => {
    const found = files.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, at) => [...line.matchAll(unwanted)].map(([word]) => `${file}:${at + 1} ${word}`)),
    );
    expect(found).to.deep.equal([]);
  });
});
