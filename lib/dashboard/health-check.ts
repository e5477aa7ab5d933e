import type { Connected } from './connection.js';
import type { Look } from './health-timer.js';
import type { DashboardState, Doubt, Status } from './state.js';
import type { Health } from './dashboard.js';
import type { View } from './subscription-state.js';

/** What the health monitor sees, and what it can do about it. Times in milliseconds. */
export interface Patient {
  readonly connected: Connected | undefined;
  readonly views: ReadonlySet<View<unknown>>;
  readonly state: DashboardState;
  /** Ends a wait. */
  readonly wake: () => void;
}

/** A timer that should have ended so long ago was forgotten, in milliseconds. */
const overdue = 1000;

/** Looks for what nothing else has seen, and sets it right: a second look at everything that a lost timer would hide. */
export const examine = ({ at, wall, jumped }: Look, patient: Patient): Health => {
  const { connected, views, state, wake } = patient;
  const repaired: string[] = [];
  const repair = (what: string, how: () => void) => {
    repaired.push(what);
    how();
  };
  const watches: Record<Status, number> = { fresh: 0, stale: 0, resyncing: 0, error: 0, paused: 0 };
  let oldest: number | undefined;

  if (connected) {
    const { socket, doubt } = connected;
    const suspect = (why: Doubt) => () => {
      doubt(why);
    };
    if (!socket.isOpen()) repair('the WebSocket is closed, and nobody was told', suspect('monitor'));
    else if (at > socket.deadAt + overdue) repair('the link is silent, and nobody has noticed', suspect('silence'));
    else if (jumped) repair('the clock jumped: the machine slept', suspect('monitor'));
  } else if ('until' in state && wall - state.until > overdue) {
    repair('a wait was over, and nothing was tried', wake);
  }
  for (const view of views) {
    watches[view.status]++;
    if (view.asOf !== undefined) oldest = Math.max(oldest ?? 0, wall + (connected?.socket.skew ?? 0) - view.asOf);
    if (!connected || at < view.dueAt + overdue) continue;
    if (view.status !== 'fresh' || !connected.socket.hasRoute(view.subId))
      repair(`${view.topic} was not subscribed, or got no answer`, () => {
        view.again();
      });
  }
  return { at: wall, healthy: repaired.length === 0, repaired, watches, oldest };
};
