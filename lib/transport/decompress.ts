import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type BrotliOptions, type ZlibOptions } from 'node:zlib';
import { codeOf } from './code-of.js';

type Decode = (bytes: Buffer, limits: Pick<ZlibOptions & BrotliOptions, 'maxOutputLength'>) => Promise<Buffer>;

const decodeGzip: Decode = promisify<Buffer, ZlibOptions, Buffer>(gunzip);
const decodeBrotli: Decode = promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress);
const decodeZlib = promisify<Buffer, ZlibOptions, Buffer>(inflate);
const decodeRaw = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);
/** Some servers leave the two bytes of the zlib format out. */
const decodeDeflate: Decode = (bytes, limits) => {
  const hasHead = bytes.length === 0 || (bytes.readUInt8(0) & 0x0f) === 8;
  return hasHead ? decodeZlib(bytes, limits) : decodeRaw(bytes, limits);
};

const decoders: ReadonlyMap<string, Decode> = new Map([
  ['gzip', decodeGzip],
  ['x-gzip', decodeGzip],
  ['deflate', decodeDeflate],
  ['x-deflate', decodeDeflate],
  ['br', decodeBrotli],
]);

/**
 * A body without its content coding, of `most` bytes at most.
 *
 * @throws Error with `type` `max-size` where it is longer; with a text that says so where it is not whole
 */
export const decompress = async (bytes: Buffer, coding: string | null, most: number): Promise<Buffer> => {
  const name = coding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return bytes;
  const decode = decoders.get(name);
  if (decode === undefined) throw new Error('a body in a content coding that was not asked for');
  try {
    return await decode(bytes, { maxOutputLength: most });
  } catch (cause) {
    const { code } = codeOf(cause);
    if (code === 'ERR_BUFFER_TOO_LARGE') throw Object.assign(new Error('too long'), { type: 'max-size' });
    if (code === 'Z_BUF_ERROR') throw cutOff();
    throw new Error('a body that cannot be decompressed', { cause });
  }
};

/** The error of a body that ended too early. */
export const cutOff = (): Error =>
  Object.assign(new Error('the answer was cut off before its end'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
