import { isUtf8 } from 'node:buffer';
import type { ReceivedMessage } from './unit-server-events.js';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isMessage = (value: unknown): value is ReceivedMessage => {
  if (!isObject(value) || !isObject(value['header']) || !isObject(value['data'])) return false;
  const { version, systemId, txn } = value['header'];
  return (
    version === 7 &&
    typeof systemId === 'string' &&
    typeof txn === 'string' &&
    typeof value['data']['messageType'] === 'string'
  );
};

/** Reads the message of a frame; returns the reason as text if there is none. */
export const readMessage = (bytes: Buffer): ReceivedMessage | string => {
  if (!isUtf8(bytes)) return 'not UTF-8';
  try {
    const parsed: unknown = JSON.parse(bytes.toString());
    return isMessage(parsed) ? parsed : 'no message of protocol version 7';
  } catch {
    return 'not JSON';
  }
};

/** The bytes of a cloud message; `data` goes in as it is. */
export const writeMessage = (systemId: string, txn: string, data: object): string => {
  const createdAt = `${new Date().toISOString().slice(0, -1)}000Z`;
  return JSON.stringify({ header: { version: 7, systemId, createdAt, txn }, data });
};

// Opcode 9 with the FIN bit; a frame of the server is not masked, and a control frame carries less than 126 bytes.
export const pingFrame = (payload: string): Buffer =>
  Buffer.concat([Buffer.from([0x89, payload.length]), Buffer.from(payload)]);
