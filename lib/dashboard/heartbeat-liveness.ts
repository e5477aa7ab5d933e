import { defer, EMPTY, expand, ignoreElements, NEVER, type Observable, type SchedulerLike } from 'rxjs';
import { DeadLinkError } from '../errors.js';
import type { Watch } from '../link/link.js';
import { after, concatOf } from '../operators/lean.js';
import type { Doubt } from './state.js';

/** The link that is watched. Times in milliseconds. */
export interface HeartbeatLink {
  readonly url: string;
  /** Silence that puts it in doubt; undefined where the server promises no heartbeat. */
  readonly suspectAfter: number | undefined;
  /** From there to its end. */
  readonly grace: number;
  /** Told of a doubt, and when it is gone. */
  suspect: (doubt: Doubt | undefined) => void;
}

/**
 * Watches over a link by what is heard: any frame counts, but for a doubt about the way there, which only a pong ends.
 * `look` has it reckon anew how long the silence is, as a timer may be late.
 */
export class HeartbeatWatch implements Watch {
  readonly #link: HeartbeatLink;
  readonly #scheduler: SchedulerLike;
  #heardAt: number;
  #doubt: Doubt | undefined;
  #begun = false;

  constructor(link: HeartbeatLink, scheduler: SchedulerLike) {
    this.#link = link;
    this.#scheduler = scheduler;
    this.#heardAt = scheduler.now();
  }

  isNews(signal: unknown): boolean {
    if (signal === 'look') {
      // Where another link could not be opened, it may be possible now.
      if (this.#doubt !== undefined) this.#link.suspect(this.#doubt);
      return this.#doubt === undefined;
    }
    if (signal !== 'bytes' && signal !== 'heard') {
      const known = this.#doubt !== undefined;
      this.#doubt ??= signal as Doubt;
      return !known;
    }
    this.#heardAt = this.#scheduler.now();
    const isFirst = !this.#begun;
    this.#begun = true;
    const ends =
      this.#doubt !== undefined && this.#doubt !== 'goaway' && (this.#doubt !== 'pong' || signal === 'heard');
    if (!ends) return isFirst;
    this.#doubt = undefined;
    this.#link.suspect(undefined);
    return true;
  }

  verdict(): Observable<never> {
    const { url, grace } = this.#link;
    const scheduler = this.#scheduler;
    const doubt$ = defer(() => {
      this.#doubt ??= 'silence';
      this.#link.suspect(this.#doubt);
      // A server that goes away says so while it is well. The second timer lets what waited during a stall be read.
      return this.#doubt === 'goaway'
        ? this.#untilSilent()
        : concatOf(after(grace, scheduler), after(0, scheduler)).pipe(ignoreElements());
    });
    const dead$ = defer((): never => {
      throw new DeadLinkError(url, `in doubt (${this.#doubt ?? 'silence'}), and no sign of life in ${grace} ms`);
    });
    return concatOf(this.#doubt === undefined ? this.#untilSilent() : EMPTY, doubt$, dead$);
  }

  #untilSilent(): Observable<never> {
    const { suspectAfter } = this.#link;
    const scheduler = this.#scheduler;
    if (suspectAfter === undefined) return NEVER;
    const left = () => this.#heardAt + suspectAfter - scheduler.now();
    return defer(() => after(left(), scheduler)).pipe(
      expand(() => (left() > 0 ? after(left(), scheduler) : EMPTY)),
      ignoreElements(),
    );
  }
}
