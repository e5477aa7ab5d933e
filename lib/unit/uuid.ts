const size = 16;
const pool = Buffer.allocUnsafeSlow(256 * size);
let used = pool.length;

const digits = Buffer.from('0123456789abcdef');
const text = Buffer.from('00000000-0000-0000-0000-000000000000');
/** The place of each byte in the text. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/**
 * A UUID v4. Unlike that of `crypto.randomUUID` it is one piece: V8 keeps what is put together of twenty pieces as
 * twenty-one, eight times as large, until somebody reads it.
 */
export const uuid = (): string => {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  pool[used + 6] = ((pool[used + 6] ?? 0) & 0x0f) | 0x40;
  pool[used + 8] = ((pool[used + 8] ?? 0) & 0x3f) | 0x80;
  for (const place of places) {
    const byte = pool[used++] ?? 0;
    text[place] = digits[byte >> 4] ?? 0;
    text[place + 1] = digits[byte & 15] ?? 0;
  }
  return text.toString('latin1');
};
