import { errorText } from '../protocol/error-text.js';
import type { ErrorInfo } from '../protocol/from-schema.js';

const failed = 1;
const runtimeError = 2;

/**
 * Describes an error to the cloud.
 *
 * @param error - anything that was thrown; one of the operating system carries its errno
 * @param aosCode - the code of the protocol, if it is known
 * @returns the `errorInfo` of a message
 *
 * @example
 * ```ts
 * errorInfo(new Error('no space left')); // { aosCode: 1, exitCode: 0, message: 'no space left' }
 * ```
 */
export const errorInfo = (error: unknown, aosCode?: number): ErrorInfo => {
  const errno = error instanceof Error && 'errno' in error ? Math.abs(Number(error.errno)) : 0;
  const exitCode = Number.isInteger(errno) ? errno : 0;
  return { aosCode: aosCode ?? (exitCode === 0 ? failed : runtimeError), exitCode, message: errorText(error) };
};
