/**
 * Installs the package as a user does, in an empty folder, and compiles a program that imports each entry, declarations of
 * libraries checked as well, with each version of TypeScript that is named, on Node and for a bundler. Ends with 1 where it does not compile.
 *
 *     npm pack && node build/try-types.js unitlink-0.1.0.tgz 5.4 5.9 latest
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process, { argv, stdout } from 'node:process';

const [, , tarball, ...versions] = argv;
if (versions.length === 0) throw new Error('Which package and TypeScript? For example: unitlink-0.1.0.tgz 5.4 latest');

const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
const program = entries.map((entry, at) => `export * as entry${at} from '${name}${entry.slice(1)}';\n`).join('');

const folder = mkdtempSync(join(tmpdir(), 'unitlink-types-'));
const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
const install = (...packages) => run('npm', 'install', '--loglevel', 'error', ...packages);
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  writeFileSync(join(folder, 'program.ts'), program);
  install(resolve(tarball), '@types/node@20', '@opentelemetry/api', 'prom-client');
  for (const version of versions) {
    install(`typescript@${version}`);
    for (const [module, resolution] of [
      ['nodenext', 'nodenext'],
      ['esnext', 'bundler'],
    ]) {
      const compilerOptions = {
        ...{ module, moduleResolution: resolution, target: 'es2022', lib: ['es2023', 'esnext.disposable'] },
        ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true, types: ['node'] },
      };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
      let outcome = 'compiles';
      try {
        run(join(folder, 'node_modules/.bin/tsc'));
      } catch (error) {
        process.exitCode = 1;
        outcome = `does not compile:\n${error.stdout}`;
      }
      stdout.write(`TypeScript ${version}, ${resolution}: ${outcome}\n`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
