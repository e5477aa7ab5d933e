import { constants } from 'node:os';
import { inspect } from 'node:util';
import { KeystoreError } from '../errors.js';
import { errorText } from '../protocol/error-text.js';
import type { ErrorInfo } from '../protocol/from-schema.js';

const failed = 1;
const runtimeError = 2;
const codes: ReadonlyMap<string, number> = new Map([
  ['MISSING_SECRET', 5],
  ['BAD_NODE', 6],
  ['UNREADABLE', 6],
  ['BAD_CHAIN', 6],
  ['BAD_REQUEST', 6],
  ['BAD_SERIAL', 6],
  ['KEY_MISMATCH', 6],
  ['EXPIRED', 6],
  ['UNKNOWN_TYPE', 12],
]);
const errnos: ReadonlyMap<string, number> = new Map(Object.entries(constants.errno));

/** Describes to the cloud why something failed. */
export const errorInfo = (error: unknown): ErrorInfo => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const exitCode = errnos.get(code) ?? 0;
  const known = error instanceof KeystoreError ? codes.get(code) : undefined;
  return {
    aosCode: known ?? (exitCode > 0 ? runtimeError : failed),
    exitCode,
    message: errorText(error),
  };
};

/** The error, or if it holds the secret anywhere another one that does not: it will be sent and logged. */
export const withoutSecret = (error: unknown, secret: string): unknown => {
  if (secret === '' || !inspect(error, { depth: 9 }).includes(secret)) return error;
  const { message, code = 'FAILED' } = plain(error);
  return new KeystoreError(message.replaceAll(secret, '***'), { code });
};

const plain = (error: unknown): { message: string; code?: string } =>
  error instanceof Error
    ? { message: errorText(error), ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}) }
    : { message: errorText(error) };
