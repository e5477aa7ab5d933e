import { randomFillSync } from 'node:crypto';

const binaryAndFinal = 0x82;
const masked = 0x80;
const maskLength = 4;

// One call for random bytes costs as much for a thousand masks as for one.
const masks = Buffer.allocUnsafeSlow(1024 * maskLength);
let usedMasks = masks.length;

/** One mask in the order that a word of the payload needs it in: as bytes, and as a word of this machine. */
const turned = new Uint8Array(maskLength);
const turnedWord = new Int32Array(turned.buffer);

/**
 * The texts as binary WebSocket frames of a client, one after the other, each under a mask of its own.
 *
 * `ws` writes two chunks with a callback for each frame and masks byte by byte, which is a quarter of all that a message
 * costs; this makes one chunk of a whole batch and masks by the word.
 */
export const clientFrames = (texts: readonly string[]): Buffer => {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headLength(length) + length, 0));
  const words = new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >> 2);
  let end = 0;
  for (const [index, text] of texts.entries()) {
    const start = writeHead(bytes, end, lengths[index] ?? 0);
    end = start + bytes.write(text, start);
    mask(bytes, words, start, end);
  }
  return bytes;
};

const headLength = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10) + maskLength;

/** Returns the start of the payload, right behind its mask. */
const writeHead = (bytes: Buffer, at: number, length: number): number => {
  bytes[at] = binaryAndFinal;
  let next = at + 2;
  if (length < 126) bytes[at + 1] = masked | length;
  else if (length < 65_536) {
    bytes[at + 1] = masked | 126;
    next = bytes.writeUInt16BE(length, next);
  } else {
    bytes[at + 1] = masked | 127;
    next = bytes.writeUInt32BE(length, bytes.writeUInt32BE(0, next));
  }
  if (usedMasks === masks.length) {
    randomFillSync(masks);
    usedMasks = 0;
  }
  for (let i = 0; i < maskLength; i++) bytes[next++] = masks[usedMasks++] ?? 0;
  return next;
};

/** Masks the payload from `start` to `end` with the four bytes before it; `words` is all memory that `bytes` lies in. */
const mask = (bytes: Buffer, words: Int32Array, start: number, end: number): void => {
  const key = start - maskLength;
  let at = start;
  for (; at < end && ((bytes.byteOffset + at) & 3) !== 0; at++) xor(bytes, at, key + ((at - start) & 3));
  for (let i = 0; i < maskLength; i++) turned[i] = bytes[key + ((at - start + i) & 3)] ?? 0;
  const word = turnedWord[0] ?? 0;
  for (let w = (bytes.byteOffset + at) >> 2; at + 4 <= end; at += 4, w++) words[w] = (words[w] ?? 0) ^ word;
  for (; at < end; at++) xor(bytes, at, key + ((at - start) & 3));
};

const xor = (bytes: Buffer, at: number, by: number): void => {
  bytes[at] = (bytes[at] ?? 0) ^ (bytes[by] ?? 0);
};
