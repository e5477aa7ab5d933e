import { readFile } from 'node:fs/promises';
import { describeError } from '../../observability/describe-error.js';
import { failed, type Check, type CheckName } from './check.js';

/** The text of a file, or why there is none. */
export const readForCheck = async (check: CheckName, file: string): Promise<string | Check> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = describeError(error);
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return failed(check, isMissing ? 'file-missing' : 'file-unreadable', file, code === undefined ? {} : { code });
  }
};
