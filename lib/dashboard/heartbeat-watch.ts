import { defer, EMPTY, expand, ignoreElements, NEVER, type Observable, type SchedulerLike } from 'rxjs';
import { DeadLinkError } from '../errors.js';
import type { Watch } from '../link.js';
import { concat } from '../operators/concat.js';
import { timer } from '../operators/timer.js';
import type { Doubt } from './types.js';

/** When a link is in doubt, and how long it has then. Times in milliseconds. */
export interface HeartbeatRules {
  /** Silence that puts it in doubt; undefined where the server promises no heartbeat. */
  readonly suspectAfter: number | undefined;
  /** From there to its end. */
  readonly grace: number;
  readonly scheduler: SchedulerLike;
  /** Told of a doubt, and when it is gone. */
  readonly onDoubt: (doubt: Doubt | undefined) => void;
}

/**
 * Watches over a link by what is heard: any frame counts, but for a doubt about the way there, which only a pong ends.
 * `look` has it reckon anew how long the silence is, as a timer may be late.
 */
export class HeartbeatWatch implements Watch {
  readonly #url: string;
  readonly #rules: HeartbeatRules;
  #heardAt: number;
  #doubt: Doubt | undefined;
  #begun = false;

  constructor(url: string, rules: HeartbeatRules) {
    this.#url = url;
    this.#rules = rules;
    this.#heardAt = rules.scheduler.now();
  }

  isNews(signal: unknown): boolean {
    if (signal === 'look') {
      // Where another link could not be opened, it may be possible now.
      if (this.#doubt !== undefined) this.#rules.onDoubt(this.#doubt);
      return this.#doubt === undefined;
    }
    if (signal !== 'bytes' && signal !== 'heard') {
      const known = this.#doubt !== undefined;
      this.#doubt ??= signal as Doubt;
      return !known;
    }
    this.#heardAt = this.#rules.scheduler.now();
    const isFirst = !this.#begun;
    this.#begun = true;
    const ends =
      this.#doubt !== undefined && this.#doubt !== 'goaway' && (this.#doubt !== 'pong' || signal === 'heard');
    if (!ends) return isFirst;
    this.#doubt = undefined;
    this.#rules.onDoubt(undefined);
    return true;
  }

  verdict(): Observable<never> {
    const { grace, scheduler, onDoubt } = this.#rules;
    const doubt$ = defer(() => {
      this.#doubt ??= 'silence';
      onDoubt(this.#doubt);
      // A server that goes away says so while it is well. The second timer lets what waited during a stall be read.
      return this.#doubt === 'goaway'
        ? this.#untilSilent()
        : concat(timer(grace, scheduler), timer(0, scheduler)).pipe(ignoreElements());
    });
    const dead$ = defer((): never => {
      throw new DeadLinkError(this.#url, `in doubt (${this.#doubt ?? 'silence'}), and no sign of life in ${grace} ms`);
    });
    return concat(this.#doubt === undefined ? this.#untilSilent() : EMPTY, doubt$, dead$);
  }

  #untilSilent(): Observable<never> {
    const { suspectAfter, scheduler } = this.#rules;
    if (suspectAfter === undefined) return NEVER;
    const left = () => this.#heardAt + suspectAfter - scheduler.now();
    return defer(() => timer(left(), scheduler)).pipe(
      expand(() => (left() > 0 ? timer(left(), scheduler) : EMPTY)),
      ignoreElements(),
    );
  }
}
