import { mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CloudCredentials } from '../../testing/cloud/start-cloud.js';

/** The paths of the written credentials of a unit. */
export interface WrittenCerts {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Writes the credentials as ca.pem, unit.pem and unit.key into a directory: this one, or a new temporary one. */
export const writeCerts = async (
  { ca, cert, key }: CloudCredentials,
  directory: string | undefined,
): Promise<WrittenCerts> => {
  const into = directory === undefined ? await mkdtemp(join(tmpdir(), 'unitlink-cloud-')) : resolve(directory);
  await mkdir(into, { recursive: true });
  const files = { ca: join(into, 'ca.pem'), cert: join(into, 'unit.pem'), key: join(into, 'unit.key') };
  await replace(files.ca, ca, 0o644);
  await replace(files.key, key, 0o600);
  await replace(files.cert, cert, 0o644);
  return files;
};

/** A file that others may be reading: they find it whole, and never a key with the mode of a file that was there before. */
const replace = async (file: string, text: string, mode: number): Promise<void> => {
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, text, { mode, flag: 'wx' });
  await rename(fresh, file);
};
