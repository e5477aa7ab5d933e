import * as unitlink from 'unitlink';
import { names, type Name } from './contenders/names.js';
import { buildNativeLoop } from './native/build.js';
import { hasNats } from './peer/nats-peer.js';
import type { Mode } from './peers.js';

/** What is measured of one contender in one mode. */
export interface Step {
  readonly name: Name;
  readonly mode: Mode;
  /** What the job is, and where its figures go. */
  readonly kind: 'traffic' | 'burst' | 'queue' | 'idle' | 'links';
  readonly count: number;
  /** In milliseconds. */
  readonly warmUp: number;
  readonly lasting: number;
  readonly latencyLasting: number;
  /** About how long it takes, in milliseconds; of use for nothing but the time left. */
  readonly takes: number;
}

const idleCount = 5000;
const linkCount = 300;
const burstCount = 100_000;
/** How many queued messages each can drain in reasonable time. */
const most: Readonly<Record<Name, number>> = {
  limit: 1_000_000,
  'limit again': 1_000_000,
  unitlink: 1_000_000,
  acknowledged: 1_000_000,
  onSettled: 1_000_000,
  durable: 0,
  'socket.io': 10_000,
  // Its message ids begin again at 65,535: of more than that it never calls back for all.
  mqtt: 10_000,
  'mqtt tcp': 10_000,
  nats: 0,
  poco: 0,
  rxjs: 10_000,
};

/** Until what runs all the time is compiled, in milliseconds. */
const warmUp = 700;

/** Who has goals to meet, and so is measured in more rounds, with the limit that the goals go by. */
const own: readonly Name[] = ['limit', 'limit again', 'unitlink', 'acknowledged', 'onSettled', 'durable'];
/** Who is measured where another way to observe the result makes no difference. */
const kinds = names.filter((name) => !['limit again', 'acknowledged', 'onSettled', 'poco'].includes(name));

/** Whose latency is not measured. */
const untimed: readonly Name[] = ['durable', 'poco'];

const rest = { count: 0, warmUp: 0, lasting: 0, latencyLasting: 0 };

const hasPoco = buildNativeLoop();
const isThere = (name: Name): boolean =>
  name === 'durable' ? 'levelStore' in unitlink : name === 'nats' ? hasNats() : name !== 'poco' || hasPoco;

/** Who sends a burst in reasonable time. */
const bursting = names.filter((name) => most[name] >= burstCount || name === 'poco').filter(isThere);

const traffic = (lasting: number, latencyLasting: number, who: readonly Name[] = names): Step[] =>
  (['tls', 'plain'] as const).flatMap((mode) =>
    who
      .filter(isThere)
      .filter((name) => mode === 'tls' || name !== 'durable')
      .map((name): Step => {
        const latency = mode === 'tls' && kinds.includes(name) && !untimed.includes(name) ? latencyLasting : 0;
        const takes = 2500 + warmUp + lasting + 1.5 * latency;
        return { ...rest, name, mode, kind: 'traffic', warmUp, lasting, latencyLasting: latency, takes };
      }),
  );

const bursts = (who: readonly Name[] = bursting): Step[] =>
  (['tls', 'plain'] as const).flatMap((mode) =>
    who
      .filter((name) => bursting.includes(name))
      .map((name): Step => ({ ...rest, name, mode, kind: 'burst', count: burstCount, takes: 3500 })),
  );

const queues = (...counts: readonly number[]): Step[] =>
  counts.flatMap((count) =>
    kinds
      .filter((name) => count <= most[name])
      .map((name): Step => ({ ...rest, name, mode: 'tls', kind: 'queue', count, takes: 1000 + count / 50 })),
  );

const idles = kinds
  .filter((name) => name !== 'durable')
  .filter(isThere)
  .flatMap((name): Step[] => [
    { ...rest, name, mode: 'tls', kind: 'idle', count: idleCount, takes: 1500 },
    { ...rest, name, mode: 'tls', kind: 'links', count: linkCount, takes: 10_000 },
  ]);

/** The steps of a run, round by round; in each round the contenders take turns. */
export const plan = (quick: boolean): readonly (readonly Step[])[] =>
  quick
    ? [[...traffic(400, 1000), ...bursts(), ...queues(1000, 10_000), ...idles], traffic(400, 1000, own)]
    : [
        [...traffic(2000, 2000), ...bursts(), ...queues(1000, 10_000, 100_000, 1_000_000), ...idles],
        [...traffic(2000, 2000), ...bursts(), ...queues(1000, 10_000)],
        [...traffic(2000, 2000), ...bursts(), ...queues(1000, 10_000, 100_000)],
        [...traffic(2000, 2000, own), ...bursts(own)],
        [...traffic(2000, 2000, own), ...bursts(own)],
      ];
