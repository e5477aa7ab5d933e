import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Target } from '../contenders/contender.js';
import type { Figures } from '../measure/job.js';
import type { Step } from '../plan.js';
import { nativeLoop } from './build.js';

/** How many messages are sent before it is measured, and then, with a window. */
const windowed = ['20000', '60000'];

/** Measures the loop in C++. */
export const runNative = async ({ kind, mode, count }: Step, { url, credentials }: Target): Promise<Figures> => {
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-native-'));
  try {
    const texts = [credentials.ca, credentials.cert, credentials.key];
    const paths = texts.map((_, n) => join(directory, `${n}.pem`));
    for (const [n, text] of texts.entries()) await writeFile(paths[n] ?? '', text, { mode: 0o600 });
    const load = kind === 'burst' ? ['burst', String(count)] : ['window', ...windowed];
    const { stdout } = await promisify(execFile)(nativeLoop, [mode, new URL(url).port, ...paths, ...load]);
    return JSON.parse(stdout) as Figures;
  } finally {
    await rm(directory, { recursive: true, maxRetries: 5 });
  }
};
