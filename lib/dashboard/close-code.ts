import { ConnectionClosedError } from '../errors.js';

/** The code of the close frame that an error stands for, however it is wrapped; undefined where it is another one. */
export const closeCode = (error: unknown): number | undefined => {
  if (error instanceof ConnectionClosedError) return error.code;
  return error instanceof Error && error.cause !== undefined ? closeCode(error.cause) : undefined;
};
