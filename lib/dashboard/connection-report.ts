import { DeadLinkError } from '../errors.js';
import type { DashboardData } from '../protocol/subscription/messages.js';
import type { DashboardEvent, WatchEvent } from './events.js';
import type { DashboardState, DashboardSuspicion } from './state.js';

/** A report of a page to its server about the link. */
export type LinkReport = DashboardData<'linkReport'>;

type Loss = Pick<LinkReport, 'lostAt' | 'code' | 'detectedBy'>;

/** Counts what happens while nobody sees the page, and makes a report of each recovery. */
export interface LinkReports {
  /** Counts an event. */
  readonly observe: (event: DashboardEvent) => void;
  /** Returns the counts since the last summary, and the loss that lasts, if any. */
  readonly summary: () => LinkReport;
}

/** Begins to count; `now` returns milliseconds since 1970, and `send` is called with the report of each recovery. */
export const linkReports = (now: () => number, send: (report: LinkReport) => void): LinkReports => {
  let since: number | undefined; // of the current link
  let suspicion: DashboardSuspicion | undefined;
  let loss: Loss | undefined;
  let attempts = 0;
  let isDialling = false;
  let gaps = 0;
  let counters: Record<string, number> = {};
  const count = (name: WatchEvent | 'attempt' | 'reconnect') => {
    counters[name] = (counters[name] ?? 0) + 1;
  };
  const reportOf = (lost: Loss): LinkReport => {
    const downMs = Math.max(Math.round(now() - (lost.lostAt ?? 0)), 0);
    const report: LinkReport = { messageType: 'linkReport', ...lost, downMs, attempts, gaps };
    attempts = gaps = 0;
    return report;
  };
  const move = (state: DashboardState) => {
    isDialling &&= state.state === 'connecting'; // also with the next URL
    switch (state.state) {
      case 'suspect':
        suspicion = state.suspicion;
        return;
      case 'connecting':
        if (isDialling) return;
        isDialling = true;
        attempts++;
        count('attempt');
        return;
      case 'live':
        if (!loss && since !== undefined && since !== state.since) {
          attempts = 1;
          loss = { lostAt: now(), detectedBy: suspicion ?? 'close' }; // there always was a link
        }
        if (loss) {
          count('reconnect');
          send(reportOf(loss));
        }
        since = state.since;
        loss = undefined;
        break;
      case 'paused':
      case 'stopped':
        since = loss = undefined;
        attempts = 0;
        break;
      default:
        if (since !== undefined) {
          loss = { lostAt: now(), ...causeOf(state.cause, suspicion) };
          attempts = 0;
        }
        since = undefined;
    }
    suspicion = undefined;
  };
  return {
    observe: (event) => {
      if (event.type === 'state') move(event.state);
      else if (event.type !== 'status' && event.type !== 'health') count(event.type);
      if (event.type === 'gap') gaps++;
    },
    summary: () => {
      const report: LinkReport = loss ? reportOf(loss) : { messageType: 'linkReport', detectedBy: 'summary' };
      if (loss) loss = { ...loss, lostAt: now() }; // if the page is kept, the rest is reported then
      const summary = { ...report, counters };
      counters = {};
      return summary;
    },
  };
};

const causeOf = (cause: unknown, suspicion: DashboardSuspicion | undefined): Pick<Loss, 'code' | 'detectedBy'> => {
  if (cause instanceof DeadLinkError) return { detectedBy: suspicion ?? 'silence' };
  const { code } = cause as { readonly code?: number | string };
  const detectedBy = suspicion === 'goaway' ? suspicion : 'close';
  return code === undefined ? { detectedBy } : { code: String(code), detectedBy };
};
