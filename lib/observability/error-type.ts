const furthestCause = 8;

/** HTTP statuses and the codes of system, TLS and store errors are few; codes that a peer makes up are not. */
const isCode = (code: unknown): code is string | number =>
  typeof code === 'number'
    ? Number.isInteger(code) && code >= 100 && code <= 599
    : typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,47}$/.test(code);

/**
 * An error as the value of the attribute `error.type`: the HTTP status or the code (`ECONNREFUSED`) of it or of the
 * nearest of its causes that has one, else the name of its class; `_OTHER` for what is no error.
 */
export const errorType = (error: unknown): string => {
  let link: unknown = error;
  for (let distance = 0; distance < furthestCause && link instanceof Error; distance++, link = link.cause)
    if ('code' in link && isCode(link.code)) return String(link.code);
  return error instanceof Error ? error.name : '_OTHER';
};
