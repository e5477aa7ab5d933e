import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { library } from '../simulation/plant.js';
import { mocha } from './mocha.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** What was measured, by file of specs. */
const memory = join(root, 'node_modules', '.cache', 'unitlink-spec-reach');

/** What a file of specs executes of the compiled library. */
export interface SpecReach {
  /** Relative to the package. */
  readonly spec: string;
  /** The time its run took, in milliseconds. */
  readonly took: number;
  /** True if it passes on the library as it is. */
  readonly passes: boolean;
  /** For each file, what each process executed of it. */
  readonly ranges: Readonly<Record<string, readonly (readonly Range[])[]>>;
  /** Digests of those files, by which a change of one is seen. */
  readonly digests: Readonly<Record<string, string>>;
}

/** A range of a file; the shortest around a place tells if that was executed. */
type Range = readonly [from: number, to: number, isExecuted: 0 | 1];

/** Runs each fast file of specs alone where it has changed, and returns what each executes, the quickest first. */
export const reachOfSpecs = async (
  files: RegExp,
  onProgress: (done: number, all: number) => void,
): Promise<readonly SpecReach[]> => {
  await mkdir(memory, { recursive: true });
  const specs = (await readdir(join(root, 'dist/spec'), { recursive: true }))
    .filter((name) => name.includes('/') && /(?<!\.slow)\.spec\.js$/.test(name) && !/^(e2e|faults|bench)\//.test(name))
    .filter((name) => files.test(name))
    .map((name) => `dist/spec/${name}`)
    .sort();
  const all: SpecReach[] = [];
  for (const spec of specs) {
    const text = await readFile(join(root, spec), 'utf8');
    const kept = join(memory, `${createHash('sha256').update(spec).update(text).digest('hex')}.json`);
    const known = await readFile(kept, 'utf8').then(
      (json) => JSON.parse(json) as SpecReach,
      () => undefined,
    );
    const isValid = known !== undefined && (await hasSameFiles(known));
    const reach = isValid ? known : await measure(spec);
    if (!isValid) await writeFile(kept, JSON.stringify(reach));
    all.push(reach);
    onProgress(all.length, specs.length);
  }
  return all.sort((one, other) => one.took - other.took);
};

const digestOf = async (file: string): Promise<string> =>
  readFile(join(library, file)).then(
    (bytes) => createHash('sha256').update(bytes).digest('hex'),
    () => '',
  );

const hasSameFiles = async ({ digests }: SpecReach): Promise<boolean> => {
  for (const [file, digest] of Object.entries(digests)) if ((await digestOf(file)) !== digest) return false;
  return true;
};

const measure = async (spec: string): Promise<SpecReach> => {
  const place = await mkdtemp(join(tmpdir(), 'unitlink-reach-'));
  try {
    const begun = performance.now();
    const run = spawn(process.execPath, [...mocha, spec], {
      cwd: root,
      stdio: 'ignore',
      env: { ...process.env, NODE_V8_COVERAGE: place },
      timeout: 300_000,
    });
    const [code] = (await once(run, 'exit')) as [number | null];
    const took = performance.now() - begun;
    const ranges: Record<string, Range[][]> = {};
    for (const name of await readdir(place)) {
      for (const { url, functions } of coverageIn(await readFile(join(place, name), 'utf8'))) {
        if (!url.startsWith('file:') || !fileURLToPath(url).startsWith(library)) continue;
        const file = fileURLToPath(url).slice(library.length + 1);
        (ranges[file] ??= []).push(
          functions.flatMap((of) =>
            of.ranges.map(({ startOffset, endOffset, count }): Range => [startOffset, endOffset, count > 0 ? 1 : 0]),
          ),
        );
      }
    }
    const digests: Record<string, string> = {};
    for (const file of Object.keys(ranges)) digests[file] = await digestOf(file);
    return { spec, took, passes: code === 0, ranges, digests };
  } finally {
    await rm(place, { recursive: true, force: true, maxRetries: 5 });
  }
};

/** Returns what a process has written, which is not whole where it was killed meanwhile. */
const coverageIn = (json: string): readonly Profiler.ScriptCoverage[] => {
  try {
    return (JSON.parse(json) as { readonly result: readonly Profiler.ScriptCoverage[] }).result;
  } catch {
    return [];
  }
};

/** Returns true if a file of specs executes the code at an offset of a compiled file. */
export const isReachedBy = ({ ranges }: SpecReach, file: string, offset: number): boolean =>
  (ranges[file] ?? []).some((ofProcess) => {
    let [length, isExecuted] = [Infinity, false];
    for (const [from, to, executed] of ofProcess) {
      if (from > offset || offset >= to || to - from > length) continue;
      [length, isExecuted] = [to - from, executed === 1];
    }
    return isExecuted;
  });
