import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { readBlocks } from '../docs/diagrams/block.js';
import { pictureFolder, pictures } from '../docs/diagrams/pictures.js';
import { markdown } from './support/markdown.js';
import { inRepository } from './support/repository.js';

/** The titles of the tests in a spec. */
const testsIn = (spec: string): readonly string[] =>
  [...readFileSync(spec, 'utf8').matchAll(/\b(?:it|marbles)\(\s*(['"`])(.*?)\1,/g)].map(([, , title = '']) => title);

/** The source of one test: up to the next one. */
const testIn = (spec: string, title: string): string => {
  const source = readFileSync(spec, 'utf8');
  const start = source.indexOf(`'${title}',`);
  if (start < 0) return '';
  const length = source.slice(start).search(/\n {2,4}(?:it|marbles)\(|\n\}\);/);
  return source.slice(start, length < 0 ? undefined : start + length);
};

const stringsIn = (source: string): readonly string[] =>
  [...source.matchAll(/'([^'\n]*)'/g)].map(([, string = '']) => string.trim());

describe('the marble diagrams in the docs', () => {
  for (const { page, name, spec, test, rows } of readBlocks('docs'))
    it(`${name} of ${page} has the strings of its spec`, () => {
      const known = stringsIn(testIn(spec, test));
      const drawn = rows.flatMap(({ marbles, during }) => [...(marbles === undefined ? [] : [marbles]), ...during]);
      expect(drawn, name).to.not.be.empty;
      expect(
        drawn.filter((string) => !known.includes(string.trim())),
        `not in "${test}" of ${spec}`,
      ).to.deep.equal([]);
    });

  it('are drawn as they are: npm run diagrams', () => {
    const drawn = pictures();
    const old = [...drawn].filter(([file, picture]) => {
      const path = join(pictureFolder, file);
      return !existsSync(path) || readFileSync(path, 'utf8') !== picture;
    });
    expect(old.map(([file]) => file)).to.deep.equal([]);
    expect(readdirSync(pictureFolder).filter((file) => !drawn.has(file))).to.deep.equal([]);
  });

  it('are shown where their source is, in light and dark, with words for those who cannot see them', () => {
    const missing = readBlocks('docs').filter(({ page, name }) => {
      const text = markdown.get(page) ?? '';
      const picture = new RegExp(
        `srcset="[^"]*/${name}-dark\\.svg" />\\s*<img\\s+alt="[^"]{20,}"\\s+src="[^"]*/${name}\\.svg"`,
      );
      return !picture.test(text);
    });
    expect(missing.map(({ name }) => name)).to.deep.equal([]);
  });
});

interface Link {
  readonly page: string;
  readonly target: string;
  /** The part behind `#`. */
  readonly heading: string;
  readonly title: string;
}

const fenced = /^ *```[^]*?^ *```/gm;

/** What links from one page to something of this package, pictures too; by its address on the web as well. */
const linksOf = (page: string, text: string): Link[] =>
  [
    ...text
      .replaceAll(fenced, '')
      .matchAll(/\]\(([^)\s]+)(?: "([^"]*)")?\)|(?:src|srcset|href)="([^"]+)"|^\[[^\]]+\]: (\S+)$/gm),
  ]
    .map(([, link, title = '', attribute, reference]) => ({ url: link ?? attribute ?? reference ?? '', title }))
    .filter(({ url }) => !/^[a-z]+:/.test(inRepository(url) ?? url))
    .map(({ url, title }) => {
      const [path = '', heading = ''] = (inRepository(url) ?? url).split('#');
      const target = inRepository(url) === undefined ? join(dirname(page), path) : path;
      return { page, target: path === '' ? page : target, heading, title };
    });

/** The names under which the headings of a page can be linked to. */
const headingsOf = (text: string): readonly string[] =>
  [...text.replaceAll(fenced, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the links in README and docs', () => {
  const links = [...markdown].flatMap(([page, text]) => linksOf(page, text));
  const shown = ({ page, target, heading, title }: Link) => `${page} → ${target} ${heading} ${title}`.trim();

  it('lead to files that there are', () => {
    expect(links).to.not.be.empty;
    expect(links.filter(({ target }) => !existsSync(target)).map(shown)).to.deep.equal([]);
  });

  it('lead to headings that there are', () => {
    const wrong = links.filter(
      ({ target, heading }) => heading !== '' && !headingsOf(markdown.get(target) ?? '').includes(heading),
    );
    expect(wrong.map(shown)).to.deep.equal([]);
  });

  it('name tests that there are, where they lead to a spec', () => {
    const wrong = links.filter(
      ({ target, title }) => title !== '' && target.endsWith('.spec.ts') && !testsIn(target).includes(title),
    );
    expect(wrong.map(shown)).to.deep.equal([]);
  });

  it('lead from the README to the list of pages, and from there to every page', () => {
    const linkedFrom = (from: string) => links.filter(({ page }) => page === from).map(({ target }) => target);
    expect(linkedFrom('README.md')).to.include('docs/README.md');
    const linked = linkedFrom('docs/README.md');
    expect([...markdown.keys()].filter((page) => !page.endsWith('README.md') && !linked.includes(page))).to.deep.equal(
      [],
    );
  });
});

describe('the files that the pages for contributors name', () => {
  for (const page of ['docs/architecture.md', 'CONTRIBUTING.md'])
    it(`exist, in ${page}`, () => {
      const named = [...(markdown.get(page) ?? '').matchAll(/`((?:lib|spec|bench|build|examples)\/[\w./-]*)`/g)];
      expect(named).to.not.be.empty;
      const missing = named.map(([, path = '']) => path).filter((path) => !path.includes('NAME') && !existsSync(path));
      expect(missing).to.deep.equal([]);
    });

  it('are in each folder of lib that there is, and no other', () => {
    const [, table = ''] = /^## Folders$([^]*?)^## /m.exec(markdown.get('docs/architecture.md') ?? '') ?? [];
    const named = [...table.matchAll(/^\| `([\w.]+)\/?` /gm)].map(([, name = '']) => name);
    const folders = readdirSync('lib').filter((name) => name !== 'index.ts');
    expect(folders.filter((name) => !named.includes(name))).to.deep.equal([]);
    expect(named.filter((name) => !folders.includes(name))).to.deep.equal([]);
  });
});
