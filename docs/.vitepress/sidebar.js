/** What stands at the left of a page. */

import { readFileSync } from 'node:fs';

/** The pages by the sections of docs/README.md, which lists them all. */
export const contents = () =>
  readFileSync('docs/README.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.slice(0, section.indexOf('\n')),
      items: [...section.matchAll(/^\| \[([^\]]+)\]\(([\w/-]+)\.md\)/gm)].map(([, text, path]) => ({
        text,
        link: `/${path}`,
      })),
    }));
