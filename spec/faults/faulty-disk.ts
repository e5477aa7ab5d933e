import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What goes wrong with a call that changes a file; `disk.c` says what each is. */
export type DiskFault = 'kill' | 'half' | 'power' | 'ENOSPC' | 'EIO';

/** Which calls go wrong, and how. */
export interface DiskPlan {
  readonly fault: DiskFault;
  /** The number of the first of them, from 1. */
  readonly at: number;
  /** How many, one after the other. Default 1. */
  readonly times?: number;
  /** Whether only those count that sync. Default: all that change a file. */
  readonly onlySyncs?: boolean;
}

/** Makes the disk of a child process fail. */
export interface FaultyDisk extends Disposable {
  /** The environment of a child for whose calls under this path the plan holds; without a plan they are only counted. */
  readonly environment: (path: string, plan?: Partial<DiskPlan>) => NodeJS.ProcessEnv;
  /** How many calls the child made, also where it was killed. */
  readonly calls: (path: string) => number;
}

const source = fileURLToPath(new URL('../../../spec/faults/disk.c', import.meta.url));
const errnos: Readonly<Partial<Record<DiskFault, number>>> = { ENOSPC: 28, EIO: 5 };

/** Compiles the library that stands between a child and its disk; needs a C compiler. */
export const faultyDisk = (): FaultyDisk => {
  const directory = mkdtempSync(join(tmpdir(), 'unitlink-disk-'));
  const library = join(directory, 'disk.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O0', '-o', library, source, '-ldl', '-lpthread'], { stdio: 'inherit' });
  return {
    environment: (path, { fault, at = 0, times = 1, onlySyncs = false } = {}) => ({
      ...process.env,
      ...{ LD_PRELOAD: library, DISK_UNDER: path, DISK_COUNT: `${path}.calls`, DISK_AT: String(at) },
      ...{ DISK_TIMES: String(times), DISK_ONLY: onlySyncs ? 'sync' : '' },
      ...(fault && { DISK_DO: String(errnos[fault] ?? fault) }),
    }),
    calls: (path) => Number(readFileSync(`${path}.calls`).readBigUInt64LE()),
    [Symbol.dispose]: () => {
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
