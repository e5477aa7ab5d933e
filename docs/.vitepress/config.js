/** The documentation site: the pages of docs as they are, with search, and the generated reference. */

import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { checkAnchors, slugOf } from './anchors.js';
import { drawFlowcharts } from './flowcharts.js';
import { linkToRepository, repository } from './links.js';
import { picturesByTheme } from './pictures.js';
import { absentInBrowsers } from './playground/absent.js';
import { mendSearchBox } from './search-box.js';
import { contents, reference } from './sidebar.js';

const { description } = JSON.parse(readFileSync('package.json', 'utf8'));

const icon = readFileSync('examples/dashboard/page/icon.svg', 'utf8');

/** The part of a page that can be found: of the reference the names and what they are, so that explanations come first. */
const searched = (source, env, md) =>
  md.render(env.relativePath.startsWith('api/') ? source.split(/^## (?!Call Signature)/m, 1)[0] : source, env);

export default defineConfig({
  title: 'unitlink',
  description,
  lang: 'en',
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  rewrites: { 'README.md': 'contents.md' },
  outDir: '../dist/site',
  cacheDir: '../node_modules/.cache/vitepress',
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: slugOf },
    config: (md) => md.use(linkToRepository).use(picturesByTheme).use(drawFlowcharts),
  },
  themeConfig: {
    search: { provider: 'local', options: { _render: searched } },
    outline: { level: [2, 3] },
    externalLinkIcon: true,
    nav: [
      { text: 'Guide', link: '/guide/first-steps' },
      { text: 'Playground', link: '/playground' },
      { text: 'Messages', link: '/api/messages/' },
      { text: 'API', link: '/api/unitlink/' },
      { text: 'All pages', link: '/contents' },
      { text: 'Repository', link: repository },
    ],
    sidebar: { '/api/': reference(), '/': contents() },
    footer: { message: 'MIT licence' },
  },
  vite: {
    logLevel: 'warn',
    // The unit in the playground is half a megabyte, in a worker that only this page loads.
    plugins: [mendSearchBox(), { ...absentInBrowsers(), apply: 'serve' }],
    worker: { format: 'es', plugins: () => [absentInBrowsers()] },
  },
  buildEnd: ({ outDir }) => checkAnchors(outDir),
});
