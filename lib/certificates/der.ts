/** A value of DER, the encoding of certificates. */
export interface DerValue {
  readonly tag: number;
  readonly body: Uint8Array;
}

/** The values that follow each other in these bytes, such as the members of a sequence. */
export const derValues = (bytes: Uint8Array): readonly DerValue[] => {
  const values: DerValue[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? first : bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
    at = start + length;
    values.push({ tag, body: bytes.subarray(start, at) });
  }
  return values;
};

const utf16 = 0x1e;
const latin1 = 0x14;

/** The text of a string of DER, whichever of its kinds. */
export const derText = ({ tag, body }: DerValue): string => {
  if (tag === utf16) return new TextDecoder('utf-16be').decode(body);
  return new TextDecoder(tag === latin1 ? 'latin1' : 'utf-8').decode(body);
};
