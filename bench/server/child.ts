// One server in a process of its own, so that its CPU time is its own.
import { WebSocketServer } from 'ws';
import { serveDashboards, stateTopic, valueTopic } from 'unitlink/server';
import { type Case, topicOf, valueOf } from './cases.js';

/** What is measured while a server works. */
export interface Measured {
  /** CPU time in relation to the time that passed. */
  readonly cores: number;
  /** CPU time of one update, in milliseconds. */
  readonly each: number;
  /** The longest time until a health check was answered, in milliseconds. */
  readonly health: number;
}

interface Running {
  readonly url: string;
  readonly update: (n: number) => unknown;
  readonly health: () => Promise<unknown>;
}

const rowOf = (n: number, load: number) => ({ id: `u-${n}`, site: `s-${n % 7}`, state: 'online', load });
const loadOf = (row: Readonly<Record<string, unknown>>): number => row['load'] as number;

const [, , kind = 'same', perSecond = '200', count = '1'] = process.argv;

const serve: Readonly<Record<Case, () => Promise<Running>>> = {
  sorts: async () => {
    // Each page has an order of its own: by the distance from a number.
    const units = stateTopic({
      sort: (one, other, from) => Math.abs(loadOf(one) - Number(from)) - Math.abs(loadOf(other) - Number(from)),
    });
    const server = await serveDashboards({ topics: { units } });
    for (let n = 0; n < 1000; n++) await server.publish('units', rowOf(n, Math.random() * 300));
    return {
      url: server.url,
      update: () => server.publish('units', rowOf(Math.floor(Math.random() * 1000), Math.random() * 300)),
      health: () => fetch(`${server.origin}/healthz`),
    };
  },
  same: async () => {
    const server = await serveDashboards({ topics: { units: valueTopic() } });
    return {
      url: server.url,
      update: (n) => server.publish('units', valueOf(n)),
      health: () => fetch(`${server.origin}/healthz`),
    };
  },
  topics: async () => {
    const names = Array.from({ length: Number(count) }, (_, n) => topicOf(n));
    const topics = Object.fromEntries(names.map((name) => [name, valueTopic()]));
    const server = await serveDashboards({ topics, maxSubscriptions: names.length });
    return {
      url: server.url,
      update: (n) => server.publish(topicOf(n % names.length), valueOf(n)),
      health: () => fetch(`${server.origin}/healthz`),
    };
  },
  bare: async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { readonly port: number };
    const header = { version: 7, clientId: 'page-1', createdAt: '2026-01-01T00:00:00.000000Z', txn: 's-1' };
    const head = { messageType: 'update', subId: 'units', gen: 1, seq: 1, offset: 1, ts: 1_767_225_600_000 };
    return {
      url: `ws://127.0.0.1:${port}`,
      update: (n) => {
        const frame = JSON.stringify({ header, data: { ...head, payload: valueOf(n) } });
        for (const client of server.clients) client.send(frame);
      },
      health: () => Promise.resolve(),
    };
  },
};

const running = await serve[kind as Case]();
process.send?.({ url: running.url });

const measure = async (seconds: number): Promise<Measured> => {
  const { update, health } = running;
  const begun = performance.now();
  const before = process.cpuUsage();
  let updates = 0;
  let longest = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1000) * Number(perSecond));
    for (; updates < due; updates++) void update(updates);
  }, 5);
  const checks = setInterval(() => {
    const asked = performance.now();
    void health().then(() => {
      longest = Math.max(longest, performance.now() - asked);
    });
  }, 200);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  clearInterval(timer);
  clearInterval(checks);
  const { user, system } = process.cpuUsage(before);
  const spent = (user + system) / 1000;
  return { cores: spent / (performance.now() - begun), each: spent / updates, health: longest };
};

process.on('message', (seconds: number) => {
  void measure(seconds).then((measured) => process.send?.(measured));
});
process.once('disconnect', () => process.exit());
