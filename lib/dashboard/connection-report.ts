import { DeadLinkError } from '../errors.js';
import type { DashboardData } from '../protocol/subscription/messages.js';
import type { DashboardEvent, DashboardMeter, WatchEvent } from './events.js';
import type { DashboardState, Doubt } from './state.js';

/** What a page tells its server about the link. */
export type Report = DashboardData<'linkReport'>;

/** What a page lives through while nobody can see it. */
export interface LinkReports {
  readonly meter: DashboardMeter;
  /** What was counted since the last time, with the loss that lasts, if one does. */
  readonly summary: () => Report;
}

type Loss = Pick<Report, 'lostAt' | 'code' | 'detectedBy'>;

/** Makes one report of each recovery, for `send`; times by `now`, in milliseconds since 1970. */
export const linkReports = (now: () => number, send: (report: Report) => void): LinkReports => {
  let since: number | undefined; // of the link that there is
  let doubt: Doubt | undefined;
  let loss: Loss | undefined;
  let attempts = 0;
  let isDialling = false;
  let gaps = 0;
  let counters: Record<string, number> = {};

  const count = (name: WatchEvent | 'attempt' | 'reconnect') => {
    counters[name] = (counters[name] ?? 0) + 1;
  };
  const report = (of: Loss): Report => ({
    messageType: 'linkReport',
    ...of,
    downMs: Math.max(Math.round(now() - (of.lostAt ?? 0)), 0),
    attempts,
    gaps,
  });
  const recover = (of: Loss) => {
    count('reconnect');
    send(report(of));
    attempts = gaps = 0;
  };
  const move = (state: DashboardState) => {
    isDialling &&= state.state === 'connecting';
    switch (state.state) {
      case 'suspect':
        doubt = state.doubt;
        return;
      case 'live':
        if (loss) recover(loss);
        else if (since !== undefined && since !== state.since) {
          attempts = 1;
          recover({ lostAt: now(), detectedBy: doubt ?? 'close' }); // there was never none
        }
        since = state.since;
        loss = doubt = undefined;
        return;
      case 'paused':
      case 'stopped':
        since = loss = doubt = undefined;
        attempts = 0;
        return;
      case 'connecting':
        if (!isDialling) {
          attempts++;
          count('attempt');
        }
        isDialling = true; // also with the next URL
        return;
      default:
        if (since !== undefined) {
          loss = { lostAt: now(), ...causeOf(state.cause, doubt) };
          attempts = 0;
        }
        since = doubt = undefined;
    }
  };
  return {
    meter: (event: DashboardEvent) => {
      if (event.type === 'state') move(event.state);
      else if (event.type !== 'status' && event.type !== 'look') count(event.type);
      if (event.type === 'gap') gaps++;
    },
    summary: () => {
      const told: Report = {
        ...(loss ? report(loss) : { messageType: 'linkReport', detectedBy: 'summary' }),
        counters,
      };
      counters = {};
      if (loss) {
        loss = { ...loss, lostAt: now() }; // where the page lives on, the rest of it is told then
        attempts = gaps = 0;
      }
      return told;
    },
  };
};

const causeOf = (cause: unknown, doubt: Doubt | undefined): Pick<Loss, 'code' | 'detectedBy'> => {
  if (cause instanceof DeadLinkError) return { detectedBy: doubt ?? 'silence' };
  const { code } = cause as { readonly code?: number | string };
  const detectedBy = doubt === 'goaway' ? doubt : 'close';
  return code === undefined ? { detectedBy } : { code: String(code), detectedBy };
};
