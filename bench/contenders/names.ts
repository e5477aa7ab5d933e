import type { ContenderFactory } from './contender.js';

/** Who is measured, in the order of the table; the durable one is unitlink with a queue on disk. */
export const names = ['limit', 'unitlink', 'durable', 'socket.io', 'mqtt', 'rxjs'] as const;

export type Name = (typeof names)[number];

/** Loads no more than the one that is measured. */
export const load: Readonly<Record<Name, () => Promise<ContenderFactory>>> = {
  limit: async () => (await import('./limit.js')).limit,
  unitlink: async () => (await import('./unitlink.js')).unitlinkUnit,
  durable: async () => (await import('./unitlink.js')).unitlinkUnit,
  'socket.io': async () => (await import('./socket-io.js')).socketIo,
  mqtt: async () => (await import('./mqtt.js')).mqttClient,
  rxjs: async () => (await import('./rxjs.js')).rxjsWebSocket,
};
