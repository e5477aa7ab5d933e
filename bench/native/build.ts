import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../../bench/native/loop.cpp', import.meta.url));
const libraries = ['-lPocoNetSSL', '-lPocoNet', '-lPocoJSON', '-lPocoFoundation', '-pthread'];

/** The path of the loop in C++, once it is built. */
export const nativeLoop: string = fileURLToPath(new URL('loop', import.meta.url));

/** Builds the loop in C++. Returns false where there is no compiler, or no Poco (`libpoco-dev` of Debian). */
export const buildNativeLoop = (): boolean =>
  spawnSync('g++', ['-std=c++17', '-O2', '-o', nativeLoop, source, ...libraries]).status === 0;
