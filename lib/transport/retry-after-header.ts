/** The wait that a `Retry-After` header in seconds asks for, in milliseconds, as a member to spread. */
export const retryAfterHeader = (value: string | null | undefined): { readonly retryAfter?: number } =>
  value !== null && value !== undefined && /^\d{1,6}$/.test(value) && Number(value) > 0
    ? { retryAfter: Number(value) * 1000 }
    : {};
