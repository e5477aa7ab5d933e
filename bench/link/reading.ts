import { once } from 'node:events';
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { filter, firstValueFrom, of } from 'rxjs';
import { connectUnit, nodeTransport, type Transport } from 'unitlink';
import { WebSocket } from 'ws';
import { systemId, txnOf } from '../message.js';
import { MemoryTcp } from './memory-tcp.js';
import type { Pair } from './pair.js';

const messages = {
  small: {
    messageType: 'requestLog',
    correlationId: '0b7d1c1e-5a4f-4c53-9d8f-000000000000',
    logType: 'systemLog',
    filter: { from: '2026-03-02T08:15:30.000000Z', nodeIds: [{ codename: 'gw' }] },
  },
  large: {
    messageType: 'desiredStatus',
    instances: Array.from({ length: 256 }, (_, n) => ({
      item: { id: `0b7d1c1e-5a4f-4c53-9d8f-${String(n).padStart(12, '0')}` },
      subject: { id: '8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b' },
      priority: n,
      numInstances: 2,
      labels: ['edge'],
    })),
  },
} as const;

/** So many messages come in one read. */
const together = { small: 64, large: 2 } as const;

const textOf = (size: 'small' | 'large'): Buffer => {
  const header = { version: 7, systemId, createdAt: '2026-03-02T08:15:30.000000Z', txn: txnOf(0) };
  return Buffer.from(JSON.stringify({ header, data: messages[size] }));
};

/** Sends messages with txns of their own, so many in each read, and lets each read be worked on. */
const sender = (size: 'small' | 'large', tcp: MemoryTcp) => {
  const text = textOf(size);
  const frame = Buffer.concat([Buffer.from([0x82, 126, text.length >> 8, text.length & 255]), text]);
  const read = Buffer.concat(Array<Buffer>(together[size]).fill(frame));
  const txnAt = frame.indexOf(txnOf(0));
  let sent = 0;
  return async (times: number): Promise<void> => {
    for (let n = 0; n < times; n += together[size]) {
      for (let at = txnAt; at < read.length; at += frame.length) read.write(txnOf(sent++), at);
      tcp.push(read);
      await turn();
    }
  };
};

const readByHand = async (size: 'small' | 'large', handle: (data: object) => void) => {
  const tcp = new MemoryTcp();
  const createConnection = () => tcp as unknown as Socket;
  const socket = new WebSocket('ws://127.0.0.1/', { perMessageDeflate: false, createConnection });
  socket.on('message', (frame: Buffer) => {
    const { header, data } = JSON.parse(frame.toString()) as { header: { txn: string }; data: object };
    const answer = { version: 7, systemId, createdAt: new Date().toISOString(), txn: header.txn };
    socket.send(JSON.stringify({ header: answer, data: { messageType: 'ack' } }));
    handle(data);
  });
  await once(socket, 'open');
  return sender(size, tcp);
};

const readByUnit = async (size: 'small' | 'large', handle: (data: object) => void) => {
  const tcp = new MemoryTcp();
  const agent = Object.assign(new Agent(), { createConnection: () => tcp });
  const answer = JSON.stringify({ version: 7, systemId, connectionInfo: ['ws://127.0.0.1/'], errorCode: 0 });
  const transport: Transport = {
    ...nodeTransport({ agent: () => agent }),
    identify: () => ['https://127.0.0.1/'],
    discover: () => of(answer),
  };
  const credentials = { ca: 'a', cert: 'b', key: 'c' };
  const unit = connectUnit({ systemId, credentials, transport, allowInsecure: true });
  unit.handle(messages[size].messageType, ({ data }) => {
    handle(data);
    return undefined;
  });
  await firstValueFrom(unit.state$.pipe(filter(({ state }) => state === 'connected')), { defaultValue: undefined });
  return sender(size, tcp);
};

/** Messages that are read, handled and acknowledged, over a stream in memory. */
export const reading = async (size: 'small' | 'large'): Promise<Pair> => {
  let handled = 0;
  const count = () => {
    handled++;
  };
  const [bare, unit] = [await readByHand(size, count), await readByUnit(size, count)];
  const checked = (read: (times: number) => Promise<void>) => async (times: number) => {
    handled = 0;
    await read(times);
    if (handled !== times) throw new Error(`${handled} of ${times} messages were handled`);
  };
  return {
    title: `to read, handle and acknowledge a ${messages[size].messageType} of ${textOf(size).length} bytes`,
    times: size === 'small' ? 6400 : 100,
    bare: checked(bare),
    unit: checked(unit),
  };
};
