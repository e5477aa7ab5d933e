/** The `code` of a system or TLS error, as a member to spread; nothing where there is none. */
export const codeOf = (error: unknown): { readonly code?: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
