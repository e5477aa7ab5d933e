/**
 * Builds everything into dist, which is emptied before, and says what it does. With UNITLINK_BUILT set it was built before, and
 * stays as it is; with --if-changed it stays where no source is newer than it.
 */

import { execSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env, stderr } from 'node:process';

const steps = [
  ['compiles the library, the specs and the examples', 'tsc'],
  ['compiles the schemas into checks', 'node dist/build/compile-validators.js'],
  ['checks the page of the dashboard', 'tsc -p examples/dashboard/page'],
  ['checks the pages of the frameworks', 'tsc -p examples/frameworks/pages'],
  ['builds the pages', 'vite build'],
  ['builds the package', 'vite build --config build/package.config.js'],
  ['writes the sentence for browsers', 'node build/browser-stub.js'],
  ['removes inner types', 'node build/inner-types.js'],
];

const folders = ['lib', 'examples', 'spec', 'bench', 'build', 'docs/diagrams'];
const sources = [...folders, 'package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.js'];
/** Written last. */
const result = 'dist/.built';

/** The time of the last change of a file, or of anything in a folder, in milliseconds since 1970. */
const newest = (path) => {
  const status = statSync(path);
  // The folder's own time tells of what was removed from it.
  const inside = status.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [];
  return Math.max(status.mtimeMs, ...inside);
};

const isBuilt = () => existsSync(result) && Math.max(...sources.map(newest)) < statSync(result).mtimeMs;

if (!env.UNITLINK_BUILT && !(argv.includes('--if-changed') && isBuilt())) {
  const began = Date.now();
  rmSync('dist', { recursive: true, force: true, maxRetries: 5 });
  for (const [at, [what, command]] of steps.entries()) {
    stderr.write(`build, step ${at + 1} of ${steps.length}: ${what}\n`);
    execSync(command, { stdio: 'inherit' });
  }
  for (const command of ['dist/lib/cli/main.js', 'dist/package/cli.js']) chmodSync(command, 0o755);
  writeFileSync(result, '');
  stderr.write(`built in ${Math.round((Date.now() - began) / 1000)} s\n`);
}
