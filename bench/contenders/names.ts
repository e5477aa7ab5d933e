import type { ContenderFactory } from './contender.js';

/**
 * Who is measured, in the order of the tables. `limit again` is the limit once more: how far the two differ is what the
 * machine adds. `acknowledged` and `onSettled` are unitlink where the app observes each result in these ways, instead of by
 * `status$`; `durable` is unitlink with a queue on disk. `poco` is no JavaScript: a program in C++.
 */
export const names = [
  'limit',
  'limit again',
  'unitlink',
  'acknowledged',
  'onSettled',
  'durable',
  'socket.io',
  'mqtt',
  'mqtt tcp',
  'nats',
  'rxjs',
  'poco',
] as const;

export type Name = (typeof names)[number];

/** Loads no more than the one that is measured. */
export const load: Readonly<Record<Exclude<Name, 'poco'>, () => Promise<ContenderFactory>>> = {
  limit: async () => (await import('./limit.js')).limit,
  'limit again': async () => (await import('./limit.js')).limit,
  unitlink: async () => (await import('./unitlink.js')).byStatus,
  acknowledged: async () => (await import('./unitlink.js')).byAcknowledged,
  onSettled: async () => (await import('./unitlink.js')).byOnSettled,
  durable: async () => (await import('./unitlink.js')).byStatus,
  'socket.io': async () => (await import('./socket-io.js')).socketIo,
  mqtt: async () => (await import('./mqtt.js')).mqttClient,
  'mqtt tcp': async () => (await import('./mqtt.js')).mqttOverTcp,
  nats: async () => (await import('./nats.js')).jetStream,
  rxjs: async () => (await import('./rxjs.js')).rxjsWebSocket,
};
