import { errorText } from '../protocol/error-text.js';
import type { ErrorInfo } from '../protocol/from-schema.js';

const failed = 1;
const runtimeError = 2;

/** What an error is to the cloud; one of the operating system carries its errno. `aosCode` says it better where known. */
export const errorInfo = (error: unknown, aosCode?: number): ErrorInfo => {
  const errno = error instanceof Error && 'errno' in error ? Math.abs(Number(error.errno)) : 0;
  const exitCode = Number.isInteger(errno) ? errno : 0;
  return { aosCode: aosCode ?? (exitCode === 0 ? failed : runtimeError), exitCode, message: errorText(error) };
};
