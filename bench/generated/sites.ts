import { readdir, readFile } from 'node:fs/promises';
import { Session, type Profiler } from 'node:inspector';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { library } from '../simulation/plant.js';
import { changesOf } from './changes.js';

/** A place of a compiled file where a bug can slip in: a condition, a number, a statement. */
export interface Site {
  /** Relative to the compiled library. */
  readonly file: string;
  readonly line: number;
}

/** The sites of the files that are loaded, and those that a piece of work executes. */
export class Sites {
  readonly all: Site[] = [];
  readonly #offsets = new Map<string, { readonly first: number; readonly offsets: readonly number[] }>();
  readonly #session = new Session();

  private constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  static async of(files: RegExp): Promise<Sites> {
    const sites = new Sites();
    const names = (await readdir(library, { recursive: true })).filter(
      (name) => name.endsWith('.js') && !name.includes('compiled/') && files.test(name),
    );
    for (const file of names.sort()) sites.#add(file, await readFile(join(library, file), 'utf8'));
    return sites;
  }

  #add(file: string, text: string): void {
    const offsets = [...new Set(changesOf(text).map(({ start }) => start))].sort((one, other) => one - other);
    this.#offsets.set(join(library, file), { first: this.all.length, offsets });
    for (const offset of offsets) this.all.push({ file, line: text.slice(0, offset).split('\n').length });
  }

  /** Returns the numbers of the sites that were executed since the last call. */
  reached(): readonly number[] {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (_error, { result }) => (scripts = result));
    return scripts.filter(({ url }) => url.startsWith('file:')).flatMap((script) => this.#reachedIn(script));
  }

  #reachedIn({ url, functions }: Profiler.ScriptCoverage): readonly number[] {
    const known = this.#offsets.get(fileURLToPath(url));
    if (!known) return [];
    const { first, offsets } = known;
    const counts = new Map<number, number>();
    // A range that stands within another one comes after it, and tells more.
    for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges))
      for (let index = firstFrom(offsets, startOffset); index < offsets.length; index++) {
        if ((offsets[index] ?? 0) >= endOffset) break;
        counts.set(index, count);
      }
    return [...counts].flatMap(([index, count]) => (count > 0 ? [first + index] : []));
  }
}

/** The index of the first offset from a value on. */
const firstFrom = (offsets: readonly number[], from: number): number => {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
};
