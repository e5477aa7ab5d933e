/** Keeps the declarations that no entry of the package leads to out of it, by an .npmignore in dist/lib. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const root = resolve('dist/lib');
const reached = new Set();

const reach = (file) => {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g))
    reach(resolve(dirname(file), path.replace(/\.js$/, '.d.ts')));
};

for (const { types } of Object.values(exports)) if (types !== undefined) reach(resolve(types));

const inner = readdirSync(root, { recursive: true })
  .map((file) => join(root, file))
  .filter((file) => file.endsWith('.d.ts') && !reached.has(file));
writeFileSync(join(root, '.npmignore'), inner.map((file) => `/${relative(root, file)}\n`).join(''));
