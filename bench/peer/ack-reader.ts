import type { Writable } from 'node:stream';
import { systemId } from '../message.js';

const header = `{"header":{"version":7,"systemId":"${systemId}","createdAt":"2025-01-01T00:00:00.000000Z","txn":"`;
const head = Buffer.from(header);
const tail = Buffer.from('"},"data":{"messageType":"ack"}}');
const txnKey = Buffer.from('"txn":"');
const txnLength = 36;
const payload = head.length + txnLength + tail.length;
/** A whole ack with room for the txn; the payload is longer than 125 and shorter than 65,536 bytes. */
const template = Buffer.concat([
  Buffer.from([0x82, 126, payload >> 8, payload & 255]),
  head,
  Buffer.alloc(txnLength),
  tail,
]);
const txnAt = 4 + head.length;

const unmask = (bytes: Buffer, from: number, to: number, maskAt: number): void => {
  for (let i = from; i < to; i++) bytes[i] = (bytes[i] ?? 0) ^ (bytes[maskAt + ((i - from) & 3)] ?? 0);
};

/**
 * Reads the frames of one client and writes an ack for each, all of one read in one write. It does as little as can be,
 * because it must not be what limits those who are measured.
 */
export const ackReader = (socket: Writable): ((chunk: Buffer) => void) => {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk);
    const acks: Buffer[] = [];
    let at = 0;
    while (bytes.length >= at + 8) {
      const opcode = bytes.readUInt8(at) & 15;
      const short = bytes.readUInt8(at + 1) & 127;
      const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
      const maskAt = at + (short === 126 ? 4 : 2);
      const from = maskAt + 4;
      if (bytes.length < from + length) break;
      at = from + length;
      if (opcode === 8) {
        socket.end(Buffer.from([0x88, 0]));
        return;
      }
      if (opcode > 2) continue;
      unmask(bytes, from, at, maskAt);
      const txn = bytes.indexOf(txnKey, from) + txnKey.length;
      const ack = Buffer.from(template);
      bytes.copy(ack, txnAt, txn, txn + txnLength);
      acks.push(ack);
    }
    rest = bytes.subarray(at);
    if (acks.length > 0) socket.write(Buffer.concat(acks));
  };
};
