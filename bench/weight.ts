/** Measures what it costs to install and to import the package, beside mqtt and socket.io-client, and prints the limits. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const names = ['unitlink', 'mqtt', 'socket.io-client', 'rxjs'] as const;
type Name = (typeof names)[number];

const rounds = 9;
/** CPU time of an import in relation to that of mqtt. */
const mostCpu = 110 / 121;
const mostPacked = 450_000;
const mostFiles = 800;
const mostInstalled = 15e6;

interface Import {
  /** CPU time in milliseconds. */
  readonly cpu: number;
  /** Resident memory afterwards in MiB. */
  readonly rss: number;
}

const importOnce = (name: Name): Import => {
  const code = `
    const before = process.cpuUsage();
    await import('${name}');
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ cpu: (user + system) / 1000, rss: process.memoryUsage.rss() / 2 ** 20 }));`;
  const answer = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
  return JSON.parse(answer) as Import;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Takes turns, so that what else the machine does slows all alike. */
const imports = (): ReadonlyMap<Name, Import> => {
  const all = new Map<Name, Import[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) for (const name of names) all.get(name)?.push(importOnce(name));
  const middle = (each: readonly Import[]): Import => ({
    cpu: median(each.map(({ cpu }) => cpu)),
    rss: median(each.map(({ rss }) => rss)),
  });
  return new Map([...all].map(([name, each]) => [name, middle(each)]));
};

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly unknown[];
}

const pack = (): Packed => {
  const answer = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(answer) as [Packed];
  return packed;
};

const bytesIn = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? bytesIn(path) : statSync(path).size;
    })
    .reduce((sum, bytes) => sum + bytes, 0);

/** The bytes of each package that comes along with one, itself apart. */
const dependenciesOf = (folder: string, all = new Map<string, number>()): ReadonlyMap<string, number> => {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    const at = [join(folder, 'node_modules', name), join('node_modules', name)].find((path) => existsSync(path));
    if (at === undefined || all.has(name)) continue;
    all.set(name, bytesIn(at));
    dependenciesOf(at, all);
  }
  return all;
};

const total = (sizes: ReadonlyMap<string, number>): number => [...sizes.values()].reduce((sum, one) => sum + one, 0);
const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const judge = (what: string, shown: string, isHeld: boolean): void => {
  console.log(`${isHeld ? 'holds' : 'OVER '}  ${what}: ${shown}`);
  if (!isHeld) process.exitCode = 1;
};

const packed = pack();
const installed = (name: Name): number => {
  const folder = name === 'unitlink' ? '.' : join('node_modules', name);
  return total(dependenciesOf(folder)) + (name === 'unitlink' ? packed.unpackedSize : bytesIn(folder));
};
const found = imports();
for (const [name, { cpu, rss }] of found)
  console.log(
    `${name}: import ${cpu.toFixed(0)} ms of CPU, then ${rss.toFixed(0)} MiB; installed ${mega(installed(name))}`,
  );

const ratio = (found.get('unitlink')?.cpu ?? NaN) / (found.get('mqtt')?.cpu ?? NaN);
judge('CPU of the import, times mqtt', `${ratio.toFixed(2)} of ${mostCpu.toFixed(2)}`, ratio <= mostCpu);
judge('packed', `${(packed.size / 1e3).toFixed(0)} of ${mostPacked / 1e3} kB`, packed.size <= mostPacked);
judge('files', `${packed.files.length} of ${mostFiles}`, packed.files.length <= mostFiles);

const heaviest = [...dependenciesOf('.')].sort(([, one], [, other]) => other - one).slice(0, 5);
const held = heaviest.map(([name, bytes]) => `${name} ${mega(bytes)}`).join(', ');
const size = installed('unitlink');
judge('installed', `${mega(size)} of ${mega(mostInstalled)}, of which ${held}`, size <= mostInstalled);
