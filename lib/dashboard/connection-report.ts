import { DeadLinkError } from '../errors.js';
import type { DashboardData } from '../protocol/subscription/messages.js';
import type { DashboardEvent, WatchEvent } from './events.js';
import type { DashboardState, DashboardSuspicion } from './state.js';

/** A report of a page to its server about the link. */
export type Report = DashboardData<'linkReport'>;

type Loss = Pick<Report, 'lostAt' | 'code' | 'detectedBy'>;

/** Counts what happens while nobody sees the page, and sends a report after each recovery. */
export class LinkReports {
  readonly #now: () => number; // in milliseconds since 1970
  readonly #send: (report: Report) => void;
  #since: number | undefined; // of the current link
  #suspicion: DashboardSuspicion | undefined;
  #loss: Loss | undefined;
  #attempts = 0;
  #isDialling = false;
  #gaps = 0;
  #counters: Record<string, number> = {};

  constructor(now: () => number, send: (report: Report) => void) {
    this.#now = now;
    this.#send = send;
  }

  observe(event: DashboardEvent): void {
    if (event.type === 'state') this.#move(event.state);
    else if (event.type !== 'status' && event.type !== 'health') this.#count(event.type);
    if (event.type === 'gap') this.#gaps++;
  }

  /** The counts since the last summary, and the loss that lasts, if any. */
  summary(): Report {
    const loss = this.#loss;
    const counters = this.#counters;
    this.#counters = {};
    if (!loss) return { messageType: 'linkReport', detectedBy: 'summary', counters };
    const report = { ...this.#report(loss), counters };
    this.#loss = { ...loss, lostAt: this.#now() }; // if the page is kept, the rest is reported then
    this.#attempts = this.#gaps = 0;
    return report;
  }

  #move(state: DashboardState): void {
    this.#isDialling &&= state.state === 'connecting';
    switch (state.state) {
      case 'suspect':
        this.#suspicion = state.suspicion;
        return;
      case 'live':
        this.#live(state.since);
        return;
      case 'paused':
      case 'stopped':
        this.#since = this.#loss = this.#suspicion = undefined;
        this.#attempts = 0;
        return;
      case 'connecting':
        if (!this.#isDialling) {
          this.#attempts++;
          this.#count('attempt');
        }
        this.#isDialling = true; // also with the next URL
        return;
      default:
        if (this.#since !== undefined) {
          this.#loss = { lostAt: this.#now(), ...causeOf(state.cause, this.#suspicion) };
          this.#attempts = 0;
        }
        this.#since = this.#suspicion = undefined;
    }
  }

  #live(since: number): void {
    if (this.#loss) this.#recover(this.#loss);
    else if (this.#since !== undefined && this.#since !== since) {
      this.#attempts = 1;
      this.#recover({ lostAt: this.#now(), detectedBy: this.#suspicion ?? 'close' }); // there always was a link
    }
    this.#since = since;
    this.#loss = this.#suspicion = undefined;
  }

  #recover(loss: Loss): void {
    this.#count('reconnect');
    this.#send(this.#report(loss));
    this.#attempts = this.#gaps = 0;
  }

  #report(loss: Loss): Report {
    return {
      messageType: 'linkReport',
      ...loss,
      downMs: Math.max(Math.round(this.#now() - (loss.lostAt ?? 0)), 0),
      attempts: this.#attempts,
      gaps: this.#gaps,
    };
  }

  #count(name: WatchEvent | 'attempt' | 'reconnect'): void {
    this.#counters[name] = (this.#counters[name] ?? 0) + 1;
  }
}

const causeOf = (cause: unknown, suspicion: DashboardSuspicion | undefined): Pick<Loss, 'code' | 'detectedBy'> => {
  if (cause instanceof DeadLinkError) return { detectedBy: suspicion ?? 'silence' };
  const { code } = cause as { readonly code?: number | string };
  const detectedBy = suspicion === 'goaway' ? suspicion : 'close';
  return code === undefined ? { detectedBy } : { code: String(code), detectedBy };
};
