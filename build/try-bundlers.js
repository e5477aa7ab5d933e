/**
 * Installs the package as a user does, in an empty folder, builds the page of `npm run size` with each bundler, by its defaults
 * and with the condition `es2015` that docs/dashboard.md recommends, and prints its weight. Ends with 1 where it is not built, or
 * is heavier than bench/page-limits.ts allows.
 *
 *     npm pack && node build/try-bundlers.js unitlink-0.1.0.tgz
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process, { argv, stdout } from 'node:process';
import { gzipSync } from 'node:zlib';
import { page, pageLimits } from '../dist/bench/page-limits.js';

const [, , tarball] = argv;
if (tarball === undefined) throw new Error('Which package? For example: node build/try-bundlers.js unitlink-0.1.0.tgz');

const folder = mkdtempSync(join(tmpdir(), 'unitlink-bundlers-'));
const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
const bin = (name) => join(folder, 'node_modules/.bin', name);
const write = (file, text) => writeFileSync(join(folder, file), text);

/** Each writes out.js, with these conditions besides its own. */
const bundlers = {
  esbuild: (conditions) =>
    run(
      bin('esbuild'),
      ...['page.mjs', '--bundle', '--minify', '--format=esm', '--target=es2022', '--outfile=out.js'],
      ...(conditions.length > 0 ? [`--conditions=${conditions.join()}`] : []),
    ),
  rollup: (conditions) => {
    write(
      'rollup.config.mjs',
      `import resolve from '@rollup/plugin-node-resolve';
       import terser from '@rollup/plugin-terser';
       const plugins = [resolve({ browser: true, exportConditions: ${JSON.stringify(conditions)} }), terser({ ecma: 2020, module: true })];
       export default { input: 'page.mjs', output: { file: 'out.js', format: 'es' }, plugins };`,
    );
    return run(bin('rollup'), '--config', '--silent');
  },
  webpack: (conditions) => {
    write(
      'webpack.config.cjs',
      `module.exports = {
         mode: 'production', entry: './page.mjs', target: ['web', 'es2022'],
         resolve: { conditionNames: ${JSON.stringify([...conditions, '...'])} },
         output: { path: __dirname, filename: 'out.js' },
       };`,
    );
    return run(bin('webpack'), '--config', 'webpack.config.cjs');
  },
};

try {
  write('package.json', '{ "private": true }');
  write('page.mjs', page);
  const tools = ['esbuild@0', 'rollup@4', '@rollup/plugin-node-resolve', '@rollup/plugin-terser'];
  run('npm', 'install', '--loglevel', 'error', resolve(tarball), ...tools, 'webpack@5', 'webpack-cli');
  for (const [name, bundle] of Object.entries(bundlers)) {
    const limit = name === 'esbuild' ? pageLimits.esbuild : pageLimits.bundled;
    for (const conditions of [[], ['es2015']]) {
      bundle(conditions);
      const size = gzipSync(readFileSync(join(folder, 'out.js')), { level: 9 }).length;
      const isTooLarge = size > limit;
      if (isTooLarge) process.exitCode = 1;
      const how = conditions.length > 0 ? `with the condition ${conditions.join()}` : 'by its defaults';
      stdout.write(`${name} ${how}: ${size} bytes gzip${isTooLarge ? `, more than ${limit}` : ''}\n`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
