import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new directory, which goes when it is disposed of. */
export const scratch = async (): Promise<AsyncDisposable & { readonly path: (name: string) => string }> => {
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-spec-'));
  return {
    path: (name) => join(directory, name),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true, maxRetries: 5 }),
  };
};
