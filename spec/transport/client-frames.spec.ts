import { expect } from 'chai';
import fc from 'fast-check';
import { clientFrames } from '../../lib/transport/client-frames.js';

interface Frame {
  readonly head: readonly [number, number];
  readonly mask: string;
  readonly text: string;
}

/** Reads byte by byte, as the standard has it. */
const readAll = (bytes: Buffer): Frame[] => {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length;) {
    const head = [bytes.readUInt8(at), bytes.readUInt8(at + 1)] as const;
    const short = head[1] & 127;
    const length =
      short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short === 126 ? bytes.readUInt16BE(at + 2) : short;
    const maskAt = at + 2 + (short === 127 ? 8 : short === 126 ? 2 : 0);
    const mask = bytes.subarray(maskAt, maskAt + 4);
    at = maskAt + 4 + length;
    const text = bytes.subarray(maskAt + 4, at).map((byte, i) => byte ^ mask.readUInt8(i % 4));
    frames.push({ head, mask: mask.toString('hex'), text: new TextDecoder('utf-8', { fatal: true }).decode(text) });
  }
  return frames;
};
const texts = (bytes: Buffer): string[] => readAll(bytes).map(({ text }) => text);

describe('clientFrames', () => {
  it('makes binary, final and masked frames', () => {
    expect(readAll(clientFrames(['a', 'b'])).map(({ head }) => head)).to.deep.equal([
      [0x82, 0x81],
      [0x82, 0x81],
    ]);
    expect(clientFrames([]).length).to.equal(0);
  });

  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
    it(`writes a length of ${length} as short as the standard demands`, () => {
      const bytes = clientFrames(['x'.repeat(length)]);
      expect(bytes.length - length).to.equal(length < 126 ? 6 : length < 65_536 ? 8 : 14);
      expect(texts(bytes)).to.deep.equal(['x'.repeat(length)]);
    });

  it('counts bytes, not characters', () => {
    expect(texts(clientFrames(['é'.repeat(63), '€', '😀'.repeat(40)]))).to.deep.equal([
      'é'.repeat(63),
      '€',
      '😀'.repeat(40),
    ]);
  });

  it('reads back the same, whatever the lengths and wherever a frame begins', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { maxLength: 20 }), (given) => {
        expect(texts(clientFrames(given))).to.deep.equal(given);
      }),
    );
  });

  it('masks each frame anew, beyond any number of masks made ahead', () => {
    const masks = readAll(clientFrames(Array.from({ length: 5000 }, () => 'x'))).map(({ mask }) => mask);
    expect(new Set(masks).size).to.be.greaterThan(4990);
  });
});
