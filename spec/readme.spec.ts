import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { speedLines } from '../bench/speed-lines.js';
import { textBetweenMarks } from '../bench/write-between-marks.js';
import { markdown } from './support/markdown.js';
import { inRepository, repositoryUrl } from './support/repository.js';

const readme = markdown.get('README.md') ?? '';

/** The sentences and cells of a page that are long enough to say something, without code, figures of speed, links and emphasis. */
const sentencesOf = (text: string): readonly string[] =>
  text
    .replaceAll(/^ *```[^]*?^ *```|^\[[^\]]+\]: .*$|<!-- (\w+):start -->[^]*<!-- \1:end -->|<!--[^]*?-->/gm, '')
    .replaceAll(/\]\([^)]*\)|\]\[[^\]]*\]|[[\]*_`]/g, '')
    .split(/\n\s*\n|\||^\s*- |(?<=[.:;!?])\s/m)
    .map((sentence) => sentence.replaceAll(/\s+/g, ' ').trim().toLowerCase())
    .filter((sentence) => sentence.split(' ').length > 5);

describe('the README', () => {
  it('is 12,000 bytes at most: a registry cuts long ones, and people leave them', () => {
    expect(Buffer.byteLength(readme)).to.be.at.most(12_000);
  });

  it('has no link that leads nowhere on the page of the package', () => {
    const urls = [...readme.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)].map(
      ([, one, other]) => one ?? other ?? '',
    );
    expect(urls).to.have.lengthOf.above(15);
    expect(urls.filter((url) => !url.startsWith('https://'))).to.deep.equal([]);
  });

  it('names the owner of the repository as package.json does, and so do its other members', () => {
    const { homepage, bugs } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly homepage: string;
      readonly bugs: { readonly url: string };
    };
    expect(homepage).to.equal(`${repositoryUrl}#readme`);
    expect(bugs.url).to.equal(`${repositoryUrl}/issues`);
    const urls = [...readme.matchAll(/https:\/\/(?:raw\.githubusercontent|github)\.com\/[^)\s]+/g)].map(([url]) => url);
    expect(urls.filter((url) => inRepository(url) === undefined)).to.deep.equal([]);
  });

  it('shares no sentence with another page', () => {
    const own = new Set(sentencesOf(readme));
    expect(own.size).to.be.above(20);
    const twice = [...markdown]
      .filter(([page]) => page !== 'README.md')
      .flatMap(([page, text]) =>
        sentencesOf(text)
          .filter((sentence) => own.has(sentence))
          .map((s) => `${page}: ${s}`),
      );
    expect(twice).to.deep.equal([]);
  });

  it('has four lines of the figures of speed, as measured', () => {
    const figures = (table: string) => table.split('\n').map((row) => row.split('|').map((cell) => cell.trim()));
    const [, , ...measured] = figures(speedLines(markdown.get('docs/performance.md') ?? ''));
    const [, , ...shown] = figures(textBetweenMarks(readme, 'speed'));
    expect(shown).to.have.lengthOf(4).and.to.deep.equal(measured);
  });

  it('says how to set up a clone', () => {
    for (const line of ['npm ci && npm start', 'npm ci && npm test']) expect(readme).to.include(line);
  });
});
