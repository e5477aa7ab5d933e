import { fileURLToPath } from 'node:url';
import type { InlineConfig, Plugin } from 'vite';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// It is read as it stands, and as compiled into dist.
const top = fromHere('.').includes('/dist/') ? '../../../' : '../../';

/** The package says of itself that its modules do nothing by being imported, which is not true of those of this page. */
const withEffects: Plugin = {
  name: 'with-effects',
  transform: { filter: { id: /examples\/dashboard\/page\// }, handler: () => ({ moduleSideEffects: true }) },
};

/** How the page is built. `npx vite --config examples/dashboard/vite.config.ts` serves it while it is written. */
const config: InlineConfig = {
  root: fromHere(`${top}examples/dashboard/page`),
  build: {
    outDir: fromHere(`${top}dist/examples/dashboard/page`),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  plugins: [withEffects],
  logLevel: 'warn',
};

export default config;
