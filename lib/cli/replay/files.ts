import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { decodeText, notUtf8 } from '../../protocol/decode-text.js';
import { describeError } from '../../observability/describe-error.js';
import { readScenario } from '../../scenario/read-scenario.js';
import { ScenarioError } from '../../scenario/scenario-error.js';
import type { Scenario } from '../../scenario/scenario.js';
import { UsageError } from '../options/usage-error.js';

/** A file to be replayed: a scenario, or the text of a message log. */
export interface ReplayFile {
  readonly file: string;
  readonly scenario?: Scenario;
  readonly log?: string;
}

const scenarios = ['.yaml', '.yml'];

/**
 * Reads the files, and those in the directories. All are read before any is played, so that a mistake is reported at once.
 *
 * @throws UsageError for what cannot be read
 */
export const replayFiles = async (paths: readonly string[]): Promise<readonly ReplayFile[]> => {
  const files = await Promise.all(paths.map(filesAt));
  return Promise.all(files.flat().map(read));
};

const filesAt = async (path: string): Promise<readonly string[]> => {
  const found = await attempt(path, () => stat(path));
  if (!found.isDirectory()) return [path];
  const names = await attempt(path, () => readdir(path, { recursive: true }));
  const files = names.filter((name) => [...scenarios, '.log'].includes(extname(name))).sort();
  if (files.length === 0) throw new UsageError(`${path} has no .yaml or .log file in it`);
  return files.map((name) => join(path, name));
};

const read = async (file: string): Promise<ReplayFile> => {
  const bytes = await attempt(file, () => readFile(file));
  const text = decodeText(bytes);
  if (text === undefined) throw new UsageError(`${file} is ${notUtf8(bytes)}; save it as UTF-8`);
  if (!scenarios.includes(extname(file))) return { file, log: text };
  return { file, scenario: checked(() => readScenario(text, file)) };
};

/** Turns errors in files of the user into usage errors. */
const checked = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw error instanceof ScenarioError ? new UsageError(error.message) : error;
  }
};

const attempt = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${describeError(error).message}`);
  }
};
