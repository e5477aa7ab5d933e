/** Writes what a bundle for browsers gets in place of the unit, which is for Node: one sentence that says so. */

import { writeFileSync } from 'node:fs';

const names = Object.keys(await import('../dist/package/index.js'));
writeFileSync(
  'dist/package/browser.js',
  `throw new Error(
  'unitlink runs in Node, and this is a browser: a page imports unitlink/dashboard, which shows what units report.',
);
export const ${names.map((name) => `${name} = undefined`).join(', ')};
`,
);
