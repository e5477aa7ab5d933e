import { OptionError, StoreError } from '../errors.js';

/** The texts of LevelDB, which reports no codes. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/no space left/i, 'ENOSPC'],
  [/quota/i, 'ENOSPC'],
  [/permission denied/i, 'EACCES'],
  [/read-only file system/i, 'EROFS'],
  [/too many open files/i, 'EMFILE'],
  [/file too large/i, 'EFBIG'],
  // A table that ends before the block that is read.
  [/\.(ldb|sst): invalid argument/i, 'CORRUPT'],
];

const levelCodes: Readonly<Record<string, string>> = { LEVEL_LOCKED: 'LOCKED', LEVEL_CORRUPTION: 'CORRUPT' };

/** The error for something that failed at a store; one that is a StoreError already stays as it is. */
export const storeFailure = (path: string, doing: string, cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause;
  if (cause instanceof OptionError)
    return new StoreError(path, `cannot be used: ${cause.message}`, { code: 'UNUSABLE', cause });
  const root = rootOf(cause);
  const code = codeOf(root);
  if (code === 'LOCKED') {
    return new StoreError(path, 'is in use by another process, or by another unit of this one', { code, cause });
  }
  return new StoreError(path, `cannot be ${doing}: ${root.message} (${code})`, { code, cause });
};

/** abstract-level wraps what happened in an error that says only that the database is not open. */
const rootOf = (error: unknown): Error => {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? rootOf(error.cause) : error;
};

const codeOf = (error: Error): string => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = levelCodes[code] ?? reasons.find(([text]) => text.test(`${error.name} ${error.message}`))?.[1];
  return known ?? (code === '' || code.startsWith('LEVEL_') ? 'EIO' : code);
};
