import { jetstream, jetstreamManager, StorageType, type JetStreamClient } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { dataOf, envelopeOf, txnOf } from '../message.js';
import type { ContenderFactory } from './contender.js';

const subject = 'units.bench';
/** What the server keeps of the messages, in bytes; the oldest go. */
const max_bytes = 256 * 2 ** 20;

/** JetStream over TCP: each message is acknowledged once the server has stored it, in memory. */
export const jetStream: ContenderFactory = {
  create: ({ url, credentials: { ca, cert, key } }) => {
    const { host, protocol } = new URL(url);
    let stream: JetStreamClient | undefined;
    const early: (() => void)[] = [];
    const send = (n: number, onAck: () => void): void => {
      if (stream === undefined) {
        early.push(() => {
          send(n, onAck);
        });
        return;
      }
      const text = JSON.stringify(envelopeOf(txnOf(n), dataOf(n)));
      stream.publish(subject, text, { timeout: 60_000 }).then(onAck, console.error);
    };
    const open = async (): Promise<void> => {
      const connection = await connect({ servers: host, ...(protocol === 'wss:' && { tls: { ca, cert, key } }) });
      const { streams } = await jetstreamManager(connection);
      await streams.add({ name: 'bench', subjects: [subject], storage: StorageType.Memory, max_bytes });
      stream = jetstream(connection);
      for (const each of early) each();
    };
    return {
      connect: () => {
        open().catch(console.error);
      },
      send,
    };
  },
  createIdle: () => undefined, // it has none without a connection
};
