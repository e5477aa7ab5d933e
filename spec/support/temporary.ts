import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a test with the path of a directory that is not there yet, and removes what it leaves there. */
export const inTemporary = (test: (directory: string) => Promise<void>) => async (): Promise<void> => {
  const parent = await mkdtemp(join(tmpdir(), 'unitlink-spec-'));
  try {
    await test(join(parent, 'keys'));
  } finally {
    await rm(parent, { recursive: true, force: true, maxRetries: 5 });
  }
};
