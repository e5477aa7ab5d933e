/** The names of headings, which links lead to. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The name of a heading as the web page of the repository has it, so that one link is right in both. */
export const slugOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Throws if a link of a built page leads to a page or a heading that there is not; VitePress looks at pages alone. */
export const checkAnchors = (folder) => {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.html'));
  const pages = new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  const idsByPage = new Map();
  const idsOf = (page) => {
    const known = idsByPage.get(page);
    if (known) return known;
    const ids = new Set([...pages.get(page).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    idsByPage.set(page, ids);
    return ids;
  };
  const dead = [...pages].flatMap(([page, html]) =>
    [...html.matchAll(/<a [^>]*href="([^":]+)"/g)]
      .map(([, href]) => href)
      .filter((href) => {
        const [path, heading = ''] = href.split('#');
        const target = path === '' ? page : path.startsWith('/') ? path.slice(1) : join(dirname(page), path);
        const file = [target, `${target}.html`, join(target, 'index.html')].find((name) => pages.has(name));
        if (file === undefined) return !existsSync(join(folder, target)) || target === '';
        return heading !== '' && !idsOf(file).has(decodeURIComponent(heading));
      })
      .map((href) => `${relative('.', page)} → ${href}`),
  );
  if (dead.length > 0) throw new Error(`links that lead nowhere:\n${[...new Set(dead)].join('\n')}`);
};
