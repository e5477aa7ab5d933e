/** Builds everything into dist, which is made anew. With UNITLINK_BUILT set it was built before, and stays as it is. */

import { execSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { env } from 'node:process';

const steps = [
  'tsc',
  'node dist/build/compile-validators.js',
  'tsc -p examples/dashboard/page',
  'tsc -p examples/frameworks/pages',
  'vite build',
  'vite build --config build/package.config.js',
  'node build/inner-types.js',
];

if (!env.UNITLINK_BUILT) {
  rmSync('dist', { recursive: true, force: true });
  for (const step of steps) execSync(step, { stdio: 'inherit' });
  for (const command of ['dist/lib/cli/main.js', 'dist/package/cli.js']) chmodSync(command, 0o755);
}
