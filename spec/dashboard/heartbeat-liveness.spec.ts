import { asyncScheduler } from 'rxjs';
import { heartbeatLiveness, type HeartbeatLink } from '../../lib/dashboard/heartbeat-liveness.js';
import type { DashboardSuspicion } from '../../lib/dashboard/state.js';
import { DeadLinkError } from '../../lib/errors.js';
import { marbles } from '../support/marbles.js';

describe('the liveness of a dashboard link', () => {
  const link: Omit<HeartbeatLink, 'activity$'> = {
    url: 'wss://server/',
    suspectAfter: 100,
    grace: 5,
    suspect: () => undefined,
  };
  const values = { b: 'bytes', h: 'heard' };
  const suspicions: Readonly<Record<string, DashboardSuspicion>> = { p: 'pong' };

  marbles('doubts after a missing pong until a pong comes, whatever else does', ({ hot, expectObservable }) => {
    const dead = new DeadLinkError('wss://server/', 'suspected (pong), and no sign of life in 5 ms');
    const watch = (activity: string, suspicion: string) =>
      heartbeatLiveness({ ...link, activity$: hot(activity, values) }, hot(suspicion, suspicions), asyncScheduler);

    expectObservable(watch('b-b-b-b-b-b', '--p')).toBe('-------#', undefined, dead);
    expectObservable(watch('b-b-h-b-b-b', '--p'), '20ms !').toBe('-');
  });
});
