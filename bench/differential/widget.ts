import { BehaviorSubject, type Observable, Subscription } from 'rxjs';
import {
  rows,
  series,
  type Dashboard,
  type Fold,
  type Live,
  type Point,
  type Row,
  type Rows,
} from '../../lib/dashboard/index.js';
import type { Model, Params, Topic } from './model.js';

export interface WatchedTopic {
  readonly topic: Topic;
  readonly params: Params;
  /** True if other params come from an Observable, false if by another watch. */
  readonly isObservable: boolean;
  readonly maxAge?: number | undefined;
  readonly maxRate?: number | undefined;
}

/** The longest delay of a page behind the server, in milliseconds. */
const lag = 200;

/** One watch of a page, each value of which is held against the model. */
export class Widget {
  readonly topic: Topic;
  readonly maxAge: number | undefined;
  params: Params;
  live: Live<unknown> = { status: 'stale', asOf: undefined, value: undefined };
  /** The number of values that were shown, and that of fresh ones. */
  shown = 0;
  fresh = 0;
  readonly #model: Model;
  readonly #onViolation: (what: string) => void;
  readonly #watch: (params: unknown) => Observable<Live<unknown>>;
  readonly #params$: BehaviorSubject<Params> | undefined;
  #subscription = Subscription.EMPTY;
  #text = 'null';
  #least = 0; // so many entries are in what was fresh last

  constructor(dashboard: Dashboard, model: Model, watched: WatchedTopic, onViolation: (what: string) => void) {
    const { topic, params, isObservable, maxAge, maxRate } = watched;
    const fold = topic === 'mode' ? {} : { fold: (topic === 'cpu' ? series() : rows()) as Fold<unknown> };
    this.topic = topic;
    this.params = params;
    this.maxAge = maxAge;
    this.#model = model;
    this.#onViolation = onViolation;
    this.#watch = (given) => dashboard.watch(topic, given, { ...fold, maxAge, maxRate });
    this.#params$ = isObservable ? new BehaviorSubject(params) : undefined;
    this.mount();
  }

  /** True if it shows what it must while nothing is wrong. */
  get isWell(): boolean {
    const { status, reason } = this.live;
    return status === 'fresh' || (this.maxAge !== undefined && status === 'stale' && reason === 'source');
  }

  get isMounted(): boolean {
    return !this.#subscription.closed;
  }

  mount(): void {
    this.#subscription.unsubscribe();
    this.#subscription = this.#watch(this.#params$ ?? this.params).subscribe({
      next: (live) => {
        this.#take(live);
      },
      error: (error: unknown) => {
        this.#report(`failed: ${String(error)}`);
      },
    });
  }

  unmount(): void {
    this.#subscription.unsubscribe();
  }

  change(params: Params): void {
    this.params = params;
    this.#least = 0;
    if (this.#params$) this.#params$.next(params);
    else if (this.isMounted) this.mount();
    if (this.isMounted) this.#compare('after other params');
  }

  /** Called where time has passed: what is fresh is not older than it may be. */
  age(): void {
    if (!this.isMounted || this.maxAge === undefined || this.live.status !== 'fresh') return;
    const age = Date.now() - (this.#model.newest(this.topic, this.params) ?? -Infinity);
    if (age > this.maxAge + lag) this.#report(`is fresh, though its source is silent for ${age} ms`);
  }

  /** Called where nothing is on its way any more: what is fresh is all there is. */
  rest(): void {
    if (!this.isMounted || this.live.status !== 'fresh') return;
    const expected = this.#model.shown(this.topic, this.params, this.#model.count(this.topic));
    if (this.#text !== expected) this.#report(`is fresh with ${this.#text}, and all there is is ${expected}`);
  }

  /** Called at the end, with the same widget of a page that was opened later. */
  equals(other: Widget): void {
    const { status, error } = this.live;
    if (!this.isWell) this.#report(`is ${status} for good: ${String(error)}`);
    this.age();
    this.rest();
    if (this.#text !== other.#text || status !== other.live.status)
      this.#report(
        `is ${status} with ${this.#text}, but ${other.live.status} with ${other.#text} on a page opened later`,
      );
  }

  #take(live: Live<unknown>): void {
    this.shown++;
    if (textOf(this.topic, this.live.value) !== this.#text) this.#report('had a value changed after it was shown');
    this.live = live;
    this.#text = textOf(this.topic, live.value);
    this.#compare(`as of ${live.asOf ?? 'never'}`);
  }

  /**
   * Checks that a fresh value was so at the server, at its `asOf` or later, and is not older than the previous fresh
   * one.
   */
  #compare(when: string): void {
    if (this.live.status !== 'fresh') return;
    this.fresh++;
    const model = this.#model;
    const least = Math.max(this.#least, model.countBefore(this.topic, this.live.asOf ?? 0));
    const most = model.count(this.topic);
    for (let count = least; count <= most; count++)
      if (model.shown(this.topic, this.params, count) === this.#text) {
        this.#least = count;
        return;
      }
    this.#report(
      `is fresh ${when} with ${this.#text}, which was not so at the server after any of its entries ${least} to ${most}; ` +
        `now it is ${model.shown(this.topic, this.params, most)}`,
    );
  }

  #report(what: string): void {
    this.#onViolation(`${this.topic} ${JSON.stringify(this.params)} ${what}`);
  }
}

/** A value as text: its rows and their total, its points without holes, or the value itself. */
export const textOf = (topic: Topic, value: unknown): string => {
  if (value === undefined || topic === 'mode') return JSON.stringify(value ?? null);
  if (topic === 'cpu') return JSON.stringify((value as readonly Point[]).filter(({ length }) => length > 1));
  const { byId, total } = value as Rows<Row>;
  return JSON.stringify([[...byId.values()], total]);
};
