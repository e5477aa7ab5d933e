/** Links that lead out of the pages. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const { url } = JSON.parse(readFileSync('package.json', 'utf8')).repository;

/** The repository on the web. */
export const repository = url.replace(/^git\+/, '').replace(/\.git$/, '');

/** Has links to specs, examples and other files that are no pages lead to the repository on the web. */
export const linkToRepository = (md) => {
  md.core.ruler.push('link-to-repository', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href === null || /^(?:[a-z]+:|#|\/)/.test(href)) continue;
      const [path, heading] = href.split('#');
      const target = join('docs', dirname(env.relativePath), path);
      if (target === 'docs/README.md') token.attrSet('href', '/contents');
      else if (!target.startsWith('docs/') || !target.endsWith('.md'))
        token.attrSet('href', `${repository}/blob/main/${target}${heading === undefined ? '' : `#${heading}`}`);
      else continue;
      if (!existsSync(target)) throw new Error(`${env.relativePath} links to ${target}, which is not there`);
    }
  });
};
