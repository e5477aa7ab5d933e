import { aos, fleet, type Backoff } from 'unitlink';

/** Returns the waits of one client before its attempts, from the loss of its connection on; `undefined` when it gives up. */
export type Waits = () => number | undefined;

/** The waits of the clients of a fleet. Random numbers are from 0 to 1; times in milliseconds. */
export interface Policy {
  readonly name: string;
  readonly waits: (random: () => number) => Waits;
}

/** A `Backoff` of unitlink, from a connection that proved useful on. */
export const unitlink = (name: string, { next }: Backoff): Policy => ({
  name,
  waits: (random) => {
    let step = { attempt: 0, delay: 0, cycle: 0, base: 0, doublings: 0 };
    return () => (step = next(step, { random })).delay;
  },
});

/** A delay that depends on nothing but the number of the attempt, from 0. */
const byAttempt = (name: string, delay: (attempt: number, random: () => number) => number | undefined): Policy => ({
  name,
  waits: (random) => {
    let attempt = 0;
    return () => delay(attempt++, random);
  },
});

const between = (from: number, to: number, random: () => number): number => from + random() * (to - from);

const phoenix = [10, 50, 100, 150, 200, 250, 500, 1000, 2000];
const signalR = [0, 2000, 10_000, 30_000];

/** The presets of unitlink, and other clients with the defaults of their sources. */
export const policies: readonly Policy[] = [
  unitlink('unitlink aos', aos()),
  unitlink('unitlink fleet', fleet()),
  unitlink('unitlink fleet, 60 s', fleet({ spread: 60_000 })),
  byAttempt('centrifuge', (attempt, random) => Math.min(20_000, 500 + random() * Math.min(20_000, 500 * 2 ** attempt))),
  byAttempt('aws-crt', (attempt, random) => between(1000, Math.min(120_000, 1000 * 2 ** attempt), random)),
  byAttempt('ably', (attempt, random) =>
    attempt === 0 ? 0 : 15_000 * Math.min((attempt + 2) / 3, 2) * between(0.8, 1, random),
  ),
  {
    name: 'reconnecting-websocket',
    // Each instance draws its shortest wait once; the first attempt waits for it as well, once a connection has lasted 5 s.
    waits: (random: () => number) => {
      let delay = between(1000, 5000, random) / 1.3;
      return () => (delay = Math.min(10_000, delay * 1.3));
    },
  },
  byAttempt('socket.io', (attempt, random) => {
    const delay = 1000 * 2 ** attempt;
    const draw = random(); // one draw decides both the size of the deviation and its sign
    const deviation = draw * 0.5 * delay;
    return Math.min(5000, Math.floor(draw * 10) % 2 === 0 ? delay - deviation : delay + deviation);
  }),
  byAttempt('NATS, TLS, no limit', (_, random) => 2000 + random() * 1000),
  byAttempt('partysocket', (attempt) => Math.min(10_000, 3000 * 1.3 ** attempt)),
  byAttempt('phoenix', (attempt) => phoenix[attempt] ?? 5000),
  byAttempt('Home Assistant', (attempt) => Math.min(attempt, 5) * 1000),
  byAttempt('MQTT.js', () => 1000),
  byAttempt('graphql-ws', (attempt, random) =>
    attempt < 5 ? 1000 * 2 ** attempt + between(300, 3000, random) : undefined,
  ),
  byAttempt('SignalR', (attempt) => signalR[attempt]),
];
