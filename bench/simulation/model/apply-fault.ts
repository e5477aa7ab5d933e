import type { SimulatedCloud } from './cloud.js';
import type { SimulatedLink } from './link.js';
import type { Fault, FaultKind } from './plan.js';
import type { SimulatedProcess } from './process.js';
import type { SimulatedStore } from './store.js';
import type { SimulatedWorld } from './world.js';

/** The parts of a simulation that faults act on. */
export interface Victims {
  readonly world: SimulatedWorld;
  readonly cloud: SimulatedCloud;
  readonly store: SimulatedStore;
  readonly process: () => SimulatedProcess;
  /** Starts another process. */
  readonly restart: () => void;
  readonly setClock: (by: number) => void;
}

const codes = [1000, 1001, 1011, 1012, 4000];

/** The effect of a fault that lasts until `end`. */
type Effect = (fault: Fault, victims: Victims, end: number) => void;

const openLinks = ({ process }: Victims): readonly SimulatedLink[] =>
  [...process().links].filter(({ isOpen }) => isOpen);

/** The fault is active from now on; the network and the cloud find it there. */
const begin: Effect = (fault, { world: { network } }) => {
  network.begin(fault);
};

const effects: Readonly<Record<FaultKind, Effect>> = {
  'token-chaos': begin,
  discovery: begin,
  upgrade: begin,
  'accept-then-close': begin,
  ackless: begin,
  store: begin,
  reset: (_, { cloud }) => {
    for (const link of cloud.sessions) cloud.end(link);
  },
  close: ({ variant }, { cloud }) => {
    for (const link of cloud.sessions) cloud.end(link, codes[Math.floor(variant * codes.length)]);
  },
  silence: ({ variant }, victims, end) => {
    for (const { up, down } of openLinks(victims)) {
      if (variant < 0.7) down.stalledUntil = end;
      if (variant > 0.3) up.stalledUntil = end;
    }
  },
  blackhole: ({ variant }, { process }) => {
    for (const { up, down } of process().links) {
      // Where nothing comes up, what goes down is not acknowledged by TCP, and soon nothing goes down either.
      down.isDead = true;
      if (variant > 0.3) up.isDead = true;
    }
  },
  'half-open': (_, { cloud }) => {
    cloud.forget(false);
  },
  'network-down': (fault, { world, process }, end) => {
    world.network.begin(fault);
    for (const { up, down } of process().links) up.stalledUntil = down.stalledUntil = end;
  },
  'token-expiry': ({ variant }, { cloud }) => {
    cloud.voidTokens();
    // A unit that comes with one has lost its session as well, or not.
    if (variant < 0.7) for (const link of cloud.sessions) cloud.end(link, 4001);
  },
  restart: (fault, { world, cloud }) => {
    world.network.begin(fault);
    cloud.forget(fault.variant < 0.6);
    if (fault.variant > 0.3) cloud.voidTokens();
  },
  'slow-reader': (fault, { world, cloud }, end) => {
    world.network.begin(fault);
    for (const link of cloud.sessions) link.cloudReads(false);
    world.clock.at(end, () => {
      for (const link of cloud.sessions) link.cloudReads(true);
    });
  },
  crash: ({ variant }, { world, store, process, restart }, end) => {
    if (!process().isUp) return;
    process().crash(variant < 0.6);
    store.crash(variant > 0.5);
    world.clock.at(end, restart);
  },
  stop: ({ variant }, { process }) => {
    if (process().isUp) process().stop(variant < 0.3);
  },
  freeze: (_, { process }, end) => {
    process().line.frozenUntil = Math.max(process().line.frozenUntil, end);
  },
  'clock-jump': ({ variant }, { setClock }) => {
    setClock(Math.round((variant - 0.5) * 7_200_000));
  },
  credentials: (_, { process }) => {
    process().renewCredentials();
  },
  garbage: ({ variant }, { cloud }) => {
    cloud.babble(variant);
  },
};

/** Makes a fault happen now. */
export const applyFault = (fault: Fault, victims: Victims): void => {
  effects[fault.kind](fault, victims, victims.world.clock.now + fault.duration);
};
