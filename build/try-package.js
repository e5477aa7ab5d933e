/**
 * Installs the package as a user does, in an empty folder, and runs what the README shows: the first program against
 * `unitlink cloud`, a queue on disk, the doctor, a dashboard with its server, and the demo. Ends with 1 where one of them fails.
 *
 *     npm pack && node build/try-package.js unitlink-0.1.0.tgz     # on the Node that runs this
 *     node build/try-package.js unitlink-0.1.0.tgz node@22         # on what a package of npm brings: node@VERSION, deno, bun
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process, { argv, execPath, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';

const [, , tarball, runtime] = argv;
if (tarball === undefined) throw new Error('Which package? For example: node build/try-package.js unitlink-0.1.0.tgz');

const readme = readFileSync('README.md', 'utf8');
/** The code of the README that contains a text. */
const snippet = (part) => [...readme.matchAll(/```js\n(.*?)```/gs)].find(([, code]) => code.includes(part))[1];

const first = snippet('const { messageType, attempt }');
const store = `
import { connectUnit, fileCredentials } from 'unitlink';
const systemId = 'unit-1';
const credentials = fileCredentials({ ca: 'certs/ca.pem', cert: 'certs/unit.pem', key: 'certs/unit.key' });
${snippet('fileStore(')}
console.log('on disk');
await unit.stop();
`;
const dashboard = `
${snippet('connectDashboard({')}
const { filter, firstValueFrom } = await import('rxjs');
await firstValueFrom(units$.pipe(filter(({ status }) => status === 'fresh')));
dashboard.stop();
await server.stop();
`;

const folder = mkdtempSync(join(tmpdir(), 'unitlink-try-'));
const inFolder = (path) => join(folder, 'node_modules', path);
const install = (...packages) =>
  execFileSync('npm', ['install', '--loglevel', 'error', ...packages], { cwd: folder, stdio: 'ignore' });

const isNode = runtime === undefined || runtime.startsWith('node');
const runtimes = {
  node: () => [runtime === undefined ? execPath : inFolder('node/bin/node')],
  deno: () => [inFolder('.bin/deno'), 'run', '--allow-all'],
  bun: () => [inFolder('.bin/bun'), 'run'],
};

/** Starts a program, or the command, in the folder. */
const start = (program, ...args) => {
  const [command, ...before] = runtimes[(runtime ?? 'node').replace(/@.*/, '')]();
  const file = program === 'unitlink' ? inFolder('unitlink/dist/package/cli.js') : program;
  return spawn(command, [...before, file, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
};

/** Runs it, and fails where it does not end with 0 within 90 s or does not print these parts. */
const run = async ([program, ...args], ...parts) => {
  const child = start(program, ...args);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const late = setTimeout(() => child.kill(), 90_000);
  const [code, signal] = await once(child, 'close');
  clearTimeout(late);
  const missing = parts.find((part) => !output.includes(part));
  if (code !== 0) throw new Error(`it ended with ${code ?? signal}:\n${output}`);
  if (missing !== undefined) throw new Error(`"${missing}" is not in its output:\n${output}`);
};

const files = ['--ca', 'certs/ca.pem', '--cert', 'certs/unit.pem', '--key', 'certs/unit.key'];
const steps = {
  'the first program': [['first.mjs'], 'alerts acknowledged at transmission 1', 'stopped'],
  'a queue on disk': [['store.mjs'], 'on disk'],
  'unitlink doctor': [['unitlink', 'doctor', '--system-id', 'unit-1', ...files], 'All is well'],
  'a dashboard and its server': [['dashboard.mjs'], 'fresh {'],
  'unitlink demo': [['unitlink', 'demo'], 'nothing undelivered'],
};

let cloud;
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  for (const [name, code] of Object.entries({ first, store, dashboard }))
    writeFileSync(join(folder, `${name}.mjs`), code);
  // A queue on disk needs the lock of classic-level before Node 22.13; Deno and Bun need none.
  install(resolve(tarball), ...(isNode ? ['classic-level'] : []), ...(runtime === undefined ? [] : [runtime]));
  cloud = start('unitlink', 'cloud', '--certs', 'certs');
  cloud.stderr.resume();
  await once(createInterface(cloud.stdout), 'line');
  for (const [what, [command, ...parts]] of Object.entries(steps)) {
    const began = Date.now();
    const failure = await run(command, ...parts).then(
      () => undefined,
      ({ message }) => message,
    );
    if (failure !== undefined) process.exitCode = 1;
    stdout.write(`${what}: ${failure ?? 'runs'} (${Date.now() - began} ms)\n`);
  }
} finally {
  cloud?.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
