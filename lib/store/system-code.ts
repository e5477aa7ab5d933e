/** The code of an error of the system, as in `ENOENT`; undefined where it has none. */
export const systemCode = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
