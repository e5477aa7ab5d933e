import { DeadLinkError } from 'unitlink/dashboard';

/** What a lost connection is counted under: the code of its end, or that nothing was heard. */
export const closeCode = (error: unknown): string => {
  if (error instanceof DeadLinkError) return 'silent';
  if (!(error instanceof Error)) return 'other';
  if ('code' in error && (typeof error.code === 'number' || typeof error.code === 'string')) return String(error.code);
  return error.cause === undefined ? 'other' : closeCode(error.cause);
};
