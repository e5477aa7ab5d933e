import type { LinkState } from './link-state.js';
import type { HealthTick } from './health-timer.js';
import type { DashboardSuspicion, Status } from './state.js';
import type { Health } from './dashboard.js';
import type { SubscriptionState } from './subscription-state.js';

/** Dependencies of {@link checkHealth}. */
export interface HealthPorts {
  readonly link: Pick<LinkState, 'connected' | 'state'>;
  readonly subscriptions: ReadonlySet<SubscriptionState<unknown>>;
  /** Ends a wait. */
  readonly retryNow: () => void;
}

/** A timer that should have ended this long ago was lost, in milliseconds. */
const overdue = 1000;

/** Finds and repairs what nothing else has noticed, such as what a lost timer would hide. */
export const checkHealth = (
  { at, wall, jumped }: HealthTick,
  { link, subscriptions, retryNow }: HealthPorts,
): Health => {
  const [connected, state] = [link.connected(), link.state()];
  const repaired: string[] = [];
  const repair = (what: string, how: () => void) => {
    repaired.push(what);
    how();
  };
  const watches: Record<Status, number> = { fresh: 0, stale: 0, resyncing: 0, error: 0, paused: 0 };
  let oldest: number | undefined;

  if (connected) {
    const { socket } = connected;
    const suspect = (why: DashboardSuspicion) => () => {
      connected.link.suspect(why);
    };
    if (!socket.isOpen()) repair('the WebSocket is closed, and nobody was told', suspect('monitor'));
    else if (at > socket.deadAt + overdue) repair('the link is silent, and nobody has noticed', suspect('silence'));
    else if (jumped) repair('the clock jumped: the machine slept', suspect('monitor'));
  } else if ('until' in state && wall - state.until > overdue) {
    repair('a wait was over, and nothing was tried', retryNow);
  }
  for (const each of subscriptions) {
    watches[each.status]++;
    if (each.asOf !== undefined) oldest = Math.max(oldest ?? 0, wall + (connected?.socket.skew ?? 0) - each.asOf);
    if (!connected || at < each.dueAt + overdue) continue;
    if (each.status !== 'fresh' || !connected.socket.hasRoute(each.subId))
      repair(`${each.topic} was not subscribed, or got no answer`, () => {
        each.again();
      });
  }
  return { at: wall, healthy: repaired.length === 0, repaired, watches, oldest };
};
