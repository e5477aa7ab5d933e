import type { UnitData } from 'unitlink';
import { WebSocket, type ClientOptions } from 'ws';
import { dataOf, envelopeOf, txnOf } from '../message.js';
import type { ContenderFactory, Target } from './contender.js';

interface Queued {
  readonly n: number;
  readonly data: UnitData;
  readonly onAck: () => void;
}

interface Waiting {
  readonly frame: string;
  readonly sentAt: number;
  readonly onAck: () => void;
}

const window = 256;
const ackTimeout = 10_000;
/** As units send them. */
const asBinary = { binary: true };

/** The loop that one would write by hand on bare `ws`: nothing in it that at-least-once on an open socket can do without. */
const loop = (open: () => WebSocket) => {
  const waiting = new Map<string, Waiting>();
  let queue: (Queued | undefined)[] = [];
  let head = 0;
  let ws: WebSocket | undefined;

  const pump = () => {
    if (ws?.readyState !== WebSocket.OPEN) return;
    for (; waiting.size < window && head < queue.length; head++) {
      const next = queue[head];
      queue[head] = undefined;
      if (next === undefined) continue;
      const txn = txnOf(next.n);
      const frame = JSON.stringify(envelopeOf(txn, next.data));
      waiting.set(txn, { frame, sentAt: Date.now(), onAck: next.onAck });
      ws.send(frame, asBinary);
    }
    if (head === queue.length) {
      queue = [];
      head = 0;
    }
  };
  const receive = (frame: Buffer) => {
    const { header, data } = JSON.parse(frame.toString()) as { header: { txn: string }; data: { messageType: string } };
    const message = waiting.get(header.txn);
    if (data.messageType !== 'ack' || message === undefined) return;
    waiting.delete(header.txn);
    message.onAck();
    pump();
  };
  const sweep = () => {
    const due = Date.now() - ackTimeout;
    for (const [txn, message] of waiting) {
      if (message.sentAt > due) break;
      waiting.delete(txn);
      waiting.set(txn, { ...message, sentAt: Date.now() });
      ws?.send(message.frame, asBinary);
    }
  };
  setInterval(sweep, 1000);

  return {
    connect: () => {
      ws = open();
      ws.on('open', pump);
      ws.on('message', receive);
    },
    send: (n: number, onAck: () => void) => {
      queue.push({ n, data: dataOf(n), onAck });
      pump();
    },
  };
};

const openSocket = ({ url, credentials: { ca, cert, key } }: Target): WebSocket => {
  const options: ClientOptions = { perMessageDeflate: false, ca, cert, key };
  return new WebSocket(url, options);
};

export const limit: ContenderFactory = {
  create: (target) => loop(() => openSocket(target)),
  createIdle: () =>
    loop(() => openSocket({ url: 'ws://127.0.0.1:1', discoveryUrl: '', credentials: { ca: '', cert: '', key: '' } })),
};
