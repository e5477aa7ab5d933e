import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.js';

/** A copy of the compiled package in which a bug is planted. */
export interface Planted extends AsyncDisposable {
  /** The folder of the copy. */
  readonly place: string;
  /** The module of the worker that runs it. */
  readonly worker: URL;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The folder of the compiled library. */
export const library: string = join(root, 'dist', 'lib');

/**
 * Copies the compiled package to a place of its own and plants the bug there.
 *
 * @throws Error where a patch does not match exactly once: the code has changed, and the mutant has to follow
 */
export const plant = async ({ name, patches }: Mutant): Promise<Planted> => {
  const files = new Map<string, string>();
  for (const { file, find, put } of patches) {
    const text = files.get(file) ?? (await readFile(join(library, file), 'utf8'));
    const [before = '', ...after] = text.split(find);
    if (after.length !== 1)
      throw new Error(`'${name}': ${JSON.stringify(find)} is ${after.length} times in ${file}, and has to be once`);
    files.set(file, before + put + after.join(''));
  }
  return plantFiles(files);
};

/** Copies the compiled package, its specs included, to a place of its own, with other texts of these files of the library. */
export const plantFiles = async (files: ReadonlyMap<string, string>): Promise<Planted> => {
  const place = await mkdtemp(join(tmpdir(), 'unitlink-mutant-'));
  const dispose = () => rm(place, { recursive: true, force: true, maxRetries: 5 });
  try {
    await linkAll(join(root, 'dist'), join(place, 'dist'));
    await cp(join(root, 'package.json'), join(place, 'package.json'));
    // Specs read sources and pages.
    for (const name of await readdir(root))
      if (name !== 'dist' && name !== 'package.json') await symlink(join(root, name), join(place, name));
    for (const [file, text] of files) {
      const path = join(place, 'dist', 'lib', file);
      await unlink(path); // a link to the file of the project
      await writeFile(path, text);
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    place,
    worker: pathToFileURL(join(place, 'dist', 'bench', 'simulation', 'worker.js')),
    [Symbol.asyncDispose]: dispose,
  };
};

/** Copies a folder by hard links, where the file system has them; the copies are only ever replaced. */
const linkAll = async (from: string, to: string): Promise<void> => {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkAll(source, target);
    else await link(source, target).catch(() => cp(source, target));
  }
};
