// One server of units in a process of its own: that of this package, or a bare one of ws that appends each message by XADD.
import { createClient } from '@redis/client';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { redisLog, serveUnits } from 'unitlink/server';
import { WebSocketServer } from 'ws';
import { heapUsed } from '../measure/heap.js';

/** A server of units that is measured; `idle` is that of this package with a log in memory, whose messages are handled. */
export type UnitCase = 'own' | 'bare' | 'idle';

/** The first message to the process. */
export interface UnitServerSetup {
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly secret: string;
  readonly redisUrl: string;
}

/** What a process has used, in microseconds of CPU and bytes. */
export interface Usage {
  readonly cpu: number;
  readonly heap: number;
  readonly resident: number;
}

const bareServer = async ({ tls, redisUrl }: UnitServerSetup): Promise<string> => {
  const redis = createClient({ url: redisUrl }).on('error', () => undefined);
  await redis.connect();
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true });
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (webSocket) => {
    webSocket.on('message', (bytes: Buffer) => {
      const text = bytes.toString();
      const { header } = JSON.parse(text) as { readonly header: { readonly systemId: string; readonly txn: string } };
      void redis.sendCommand(['XADD', 'bench-units-bare', '*', 'message', text]).then(() => {
        const { systemId, txn } = header;
        const answer = { version: 7, systemId, createdAt: new Date().toISOString(), txn };
        webSocket.send(JSON.stringify({ header: answer, data: { messageType: 'ack' } }), { binary: true });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `wss://127.0.0.1:${(server.address() as AddressInfo).port}/ws/v7/`;
};

const serve = async (kind: UnitCase, setup: UnitServerSetup): Promise<string> => {
  if (kind === 'bare') return bareServer(setup);
  const log = kind === 'own' ? { log: redisLog(setup.redisUrl, { prefix: 'bench-units' }) } : {};
  const { tls, secret } = setup;
  const { url, message$ } = await serveUnits({ tls, secret, ...log, maxUnhandled: 2 ** 40 });
  // Memory has room only for what is not handled.
  if (kind === 'idle')
    message$.subscribe({
      next: ({ done }) => {
        done();
      },
      error: (error: unknown) => {
        console.error(error);
      },
    });
  return url;
};

const usage = (): Usage => {
  const heap = heapUsed();
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, heap, resident: process.memoryUsage.rss() };
};

const [, , kind = 'own'] = process.argv;
process.once('message', (setup: UnitServerSetup) => {
  void serve(kind as UnitCase, setup).then((url) => {
    process.send?.(url);
    process.on('message', () => process.send?.(usage()));
  });
});
process.once('disconnect', () => process.exit());
