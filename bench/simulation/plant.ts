import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.js';

/** A copy of the compiled package in which a bug is planted. */
export interface Planted extends AsyncDisposable {
  /** The module of the worker that runs it. */
  readonly worker: URL;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Copies the compiled package to a place of its own and plants the bug there.
 *
 * @throws Error where a patch does not match exactly once: the code has changed, and the mutant has to follow
 */
export const plant = async ({ name, patches }: Mutant): Promise<Planted> => {
  const place = await mkdtemp(join(tmpdir(), 'unitlink-mutant-'));
  const dispose = () => rm(place, { recursive: true, force: true });
  try {
    await cp(join(root, 'dist', 'lib'), join(place, 'dist', 'lib'), { recursive: true });
    await cp(join(root, 'dist', 'bench', 'simulation'), join(place, 'dist', 'bench', 'simulation'), {
      recursive: true,
    });
    await cp(join(root, 'package.json'), join(place, 'package.json'));
    await symlink(join(root, 'node_modules'), join(place, 'node_modules'));
    for (const { file, find, put } of patches) {
      const path = join(place, 'dist', 'lib', file);
      const [before = '', ...after] = (await readFile(path, 'utf8')).split(find);
      if (after.length !== 1)
        throw new Error(`'${name}': ${JSON.stringify(find)} is ${after.length} times in ${file}, and has to be once`);
      await writeFile(path, before + put + after.join(''));
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    worker: pathToFileURL(join(place, 'dist', 'bench', 'simulation', 'worker.js')),
    [Symbol.asyncDispose]: dispose,
  };
};
