const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text in the bytes of a file or of a line, without a byte order mark; undefined where they are not UTF-8. What is
 * UTF-16, as some programs of Windows write it, is not UTF-8 even where its bytes could be read as such.
 */
export const decodeText = (bytes: Uint8Array): string | undefined => {
  if (bytes.includes(0)) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

/** The encoding of bytes that {@link decodeText} cannot read, in words that quote nothing of them. */
export const notUtf8 = (bytes: Uint8Array): string => (isUtf16(bytes) ? 'UTF-16 and not UTF-8' : 'not UTF-8');

/** By its byte order mark, or by the zero byte that each letter of ASCII has in it. */
const isUtf16 = (bytes: Uint8Array): boolean => {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const start = bytes.subarray(0, 64);
  return start.filter((byte) => byte === 0).length * 3 >= start.length && start.includes(0);
};
