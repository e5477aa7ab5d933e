import type { SimulatedCloud } from './cloud.js';
import type { Link } from './link.js';
import type { Fault } from './plan.js';
import type { SimulatedProcess } from './process.js';
import type { SimulatedStore } from './store.js';
import type { World } from './world.js';

/** The parts of a simulation that faults act on. */
export interface Victims {
  readonly world: World;
  readonly cloud: SimulatedCloud;
  readonly store: SimulatedStore;
  readonly process: () => SimulatedProcess;
  /** Starts another process. */
  readonly restart: () => void;
  readonly setClock: (by: number) => void;
}

const codes = [1000, 1001, 1011, 1012, 4000];

/** Lets a fault happen now. */
export const applyFault = (fault: Fault, { world, cloud, store, process, restart, setClock }: Victims): void => {
  const { clock, network } = world;
  const { kind, duration, variant } = fault;
  const end = clock.now + duration;
  const open = (): readonly Link[] => [...process().links].filter(({ isOpen }) => isOpen);
  const startAnew = () => {
    clock.at(end, restart);
  };
  switch (kind) {
    case 'reset':
      for (const link of cloud.sessions) cloud.end(link);
      return;
    case 'close':
      for (const link of cloud.sessions) cloud.end(link, codes[Math.floor(variant * codes.length)]);
      return;
    case 'silence':
      for (const { up, down } of open()) {
        if (variant < 0.7) down.stalledUntil = end;
        if (variant > 0.3) up.stalledUntil = end;
      }
      return;
    case 'blackhole':
      for (const { up, down } of process().links) {
        // Where nothing comes up, what goes down is not acknowledged by TCP, and soon nothing goes down either.
        down.isDead = true;
        if (variant > 0.3) up.isDead = true;
      }
      return;
    case 'half-open':
      cloud.forget(false);
      return;
    case 'network-down':
      network.begin(fault);
      for (const { up, down } of process().links) up.stalledUntil = down.stalledUntil = end;
      return;
    case 'token-expiry':
      cloud.voidTokens();
      // Whoever comes with one has lost its session as well, or not.
      if (variant < 0.7) for (const link of cloud.sessions) cloud.end(link, 4001);
      return;
    case 'restart':
      network.begin(fault);
      cloud.forget(variant < 0.6);
      if (variant > 0.3) cloud.voidTokens();
      return;
    case 'slow-reader':
      network.begin(fault);
      for (const link of cloud.sessions) link.cloudReads(false);
      clock.at(end, () => {
        for (const link of cloud.sessions) link.cloudReads(true);
      });
      return;
    case 'crash':
      if (!process().isUp) return;
      process().crash(variant < 0.6);
      store.crash(variant > 0.5);
      startAnew();
      return;
    case 'stop':
      if (process().isUp) process().stop(variant < 0.3);
      return;
    case 'freeze':
      process().line.frozenUntil = Math.max(process().line.frozenUntil, end);
      return;
    case 'clock-jump':
      setClock(Math.round((variant - 0.5) * 7_200_000));
      return;
    case 'credentials':
      process().renewCredentials();
      return;
    case 'garbage':
      cloud.babble(variant);
      return;
    case 'token-chaos':
    case 'discovery':
    case 'upgrade':
    case 'accept-then-close':
    case 'ackless':
    case 'store':
      network.begin(fault);
  }
};
