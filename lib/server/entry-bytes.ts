/** The largest entry as JSON, in bytes: several of them, or one and all that goes with it, fit into a frame. */
export const maxEntry: number = 128 * 1024;

/** Returns the bytes of an entry as JSON; 0 if it has no JSON. */
export const entryBytes = (value: unknown): number => {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 0 : Buffer.byteLength(text);
};

/** An entry as JSON brings it, so that the app may go on to change its object, and its bytes: 0 if it has no JSON. */
export const writtenEntry = (value: unknown): { readonly value: unknown; readonly bytes: number } => {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined
    ? { value: undefined, bytes: 0 }
    : { value: JSON.parse(text) as unknown, bytes: Buffer.byteLength(text) };
};
