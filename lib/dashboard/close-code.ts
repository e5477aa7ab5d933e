import { ConnectionClosedError } from '../errors.js';

/** Returns the code of the close frame that caused an error, however it is wrapped; undefined for other errors. */
export const closeCode = (error: unknown): number | undefined => {
  if (error instanceof ConnectionClosedError) return error.code;
  return error instanceof Error && error.cause !== undefined ? closeCode(error.cause) : undefined;
};

/** True if a server closed because of the token: with 4401, or with 4403, as servers of graphql-ws do once it has expired. */
export const refusesToken = (error: unknown): boolean => {
  const code = closeCode(error);
  return code === 4401 || code === 4403;
};
