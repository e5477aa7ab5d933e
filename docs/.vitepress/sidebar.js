/** What stands at the left of a page. */

import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** The pages by the sections of docs/README.md, which lists them all. */
export const contents = () =>
  readFileSync('docs/README.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.slice(0, section.indexOf('\n')),
      items: [...section.matchAll(/^\| \[([^\]]+)\]\(([\w/-]+)\.md\)/gm)].map(([, text, path]) => ({
        text: text.replaceAll('`', ''),
        link: `/${path}`,
      })),
    }));

const entries = ['unitlink', 'dashboard', 'server', 'testing', 'observability/otel', 'observability/prom'];

/** The entries of the package and the types of messages, where `npm run docs:reference` has made their pages. */
export const reference = () => {
  if (!existsSync('docs/api/messages')) return [];
  const messages = readdirSync('docs/api/messages').filter((file) => file !== 'index.md');
  return [
    {
      text: 'Entries of the package',
      items: entries.map((name) => ({
        text: name === 'unitlink' ? name : `unitlink/${name.replace('observability/', '')}`,
        link: `/api/${name}/`,
      })),
    },
    {
      text: 'Messages',
      link: '/api/messages/',
      items: messages.map((file) => ({ text: file.replace('.md', ''), link: `/api/messages/${file}` })),
    },
  ];
};
