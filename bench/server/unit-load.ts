// Units in a process of their own, as cheap as can be: sockets of ws that send frames and count acks.
import { once } from 'node:events';
import { createAuthority, type Authority } from 'unitlink/testing';
import { WebSocket } from 'ws';
import { signedTokens } from '../../lib/server/units/tokens.js';
import type { UnitServerSetup } from './unit-child.js';

/** A question to the process: the certificates of the servers, so many units on one of them, or messages for so long. */
export type LoadQuestion =
  | { readonly kind: 'setup'; readonly redisUrl: string }
  | { readonly kind: 'connect'; readonly url: string; readonly count: number }
  | { readonly kind: 'send'; readonly url: string; readonly inFlight: number; readonly milliseconds: number };

/** What became of the messages. */
export interface Sent {
  readonly acks: number;
  readonly nacks: number;
  /** The time until the last one was answered. */
  readonly milliseconds: number;
}

interface LoadUnit {
  readonly systemId: string;
  readonly webSocket: WebSocket;
}

const secret = 'of the bench';
const connectedAtOnce = 20;
const belongs = (systemId: string, commonName: string): boolean => systemId === commonName;
const tokens = signedTokens({ secret, life: 3_600_000, now: Date.now, belongs });
const unitsOf = new Map<string, LoadUnit[]>();
let authority: Authority | undefined;
let last = 0;

const setup = async (redisUrl: string): Promise<UnitServerSetup> => {
  authority = await createAuthority();
  const server = await authority.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], server: true });
  return { tls: { cert: server.cert, key: server.key, ca: authority.ca }, secret, redisUrl };
};

const open = async (url: string): Promise<LoadUnit> => {
  const systemId = `u-${++last}`;
  const { cert, key } = (await authority?.issue({ commonName: systemId })) ?? {};
  for (;;) {
    const webSocket = new WebSocket(url, {
      ...{ ca: authority?.ca, cert, key, perMessageDeflate: false, skipUTF8Validation: true },
      headers: { authorization: `Bearer ${tokens.issue(systemId)}` },
    });
    // A server that is busy with others closes a connection whose request is late.
    if (await once(webSocket, 'open').catch(() => false)) return { systemId, webSocket };
  }
};

/** Connects units until there are so many. */
const connect = async (url: string, count: number): Promise<number> => {
  const units = unitsOf.get(url) ?? [];
  unitsOf.set(url, units);
  let missing = count - units.length;
  const some = async (): Promise<void> => {
    while (missing-- > 0) units.push(await open(url));
  };
  await Promise.all(Array.from({ length: connectedAtOnce }, some));
  return units.length;
};

const text = 'x'.repeat(120);
const frameOf = (systemId: string, txn: number): Buffer => {
  const createdAt = '2026-01-01T00:00:00.000000Z';
  const header = { version: 7, systemId, createdAt, txn: `0b7d1c1e-5a4f-4c53-9d8f-${txn}` };
  const items = [{ tag: 'systemAlert', timestamp: createdAt, message: text }];
  return Buffer.from(JSON.stringify({ header, data: { messageType: 'alerts', items } }));
};

/** Has each unit keep so many messages on their way, and waits until all are answered. */
const send = async (url: string, inFlight: number, milliseconds: number): Promise<Sent> => {
  const begun = performance.now();
  let [acks, nacks, waiting] = [0, 0, 0];
  await new Promise<void>((resolve) => {
    for (const { systemId, webSocket } of unitsOf.get(url) ?? []) {
      const next = (): void => {
        waiting++;
        webSocket.send(frameOf(systemId, ++last));
      };
      webSocket.removeAllListeners('message').on('message', (bytes: Buffer) => {
        waiting--;
        if (bytes.includes('"nack"')) nacks++;
        else acks++;
        if (performance.now() - begun < milliseconds) next();
        else if (waiting === 0) resolve();
      });
      for (let n = 0; n < inFlight; n++) next();
    }
  });
  return { acks, nacks, milliseconds: performance.now() - begun };
};

const answer = (question: LoadQuestion): Promise<unknown> => {
  if (question.kind === 'setup') return setup(question.redisUrl);
  if (question.kind === 'connect') return connect(question.url, question.count);
  return send(question.url, question.inFlight, question.milliseconds);
};

process.on('message', (question: LoadQuestion) => {
  void answer(question).then((said) => process.send?.(said));
});
process.once('disconnect', () => process.exit());
