import { Subject, type Observable } from 'rxjs';
import { FoldError, GapError, MisfitError, SubscriptionEndedError, SubscriptionTooLargeError } from '../errors.js';
import type { DashboardData, ServerData } from '../protocol/subscription/messages.js';
import type { Fold } from './folds/fold.js';
import { isRecord } from './is-record.js';
import type { RoutedMessage } from './session.js';
import type { WatchEvent } from './events.js';
import type { Status } from './state.js';
import type { Hole, Live } from './dashboard.js';

/** So many updates in a row that repeat the numbers of the last are no duplicates but a fault of the server. */
const maxRepeats = 3;

/** The state of one subscription: its value, the time up to which that is right, and its position in the log of the topic. */
export class SubscriptionState<T> {
  readonly subId: string;
  readonly topic: string;
  /** Emits when the topic must be subscribed again on the current link. */
  readonly again$: Observable<unknown>;
  params: unknown;
  gen = 0;
  status: Status = 'stale';
  asOf: number | undefined;
  /** The time when the newest data were made. */
  dataAt: number | undefined;
  /** The end of its next timer while it is not fresh, in milliseconds by the scheduler; Infinity without a timer. */
  dueAt = 0;
  /** Counts what brings it on: subscribes, and parts of the answer. */
  steps = 0;
  /** True if the value belongs to other params than those that are subscribed. */
  isOther = false;
  readonly #again$ = new Subject<undefined>();
  readonly #fold: Fold<T>;
  readonly #onEvent: (event: WatchEvent) => void;
  #value: T | undefined;
  #hole: Hole | undefined;
  #epoch: string | undefined; // undefined where there is nothing to resume from
  #offset = 0;
  #seq = 0;
  #replays = 0; // updates that are still missing
  #repeats = 0; // updates in a row that bring nothing, as their numbers stay the same
  #parts: unknown[] = [];
  #answered = false; // the latest subscribe, with all parts of a snapshot

  constructor(subId: string, topic: string, fold: Fold<T>, onEvent: (event: WatchEvent) => void) {
    this.again$ = this.#again$;
    this.subId = subId;
    this.topic = topic;
    this.#fold = fold;
    this.#onEvent = onEvent;
  }

  /** Begins with other params; the last value is shown until their snapshot is there. */
  change(params: unknown): void {
    this.params = params;
    this.isOther = true;
    this.forget();
  }

  /** True if it has all that the server had when it answered. */
  get isWhole(): boolean {
    return this.#answered && this.#replays === 0;
  }

  again(): void {
    this.#again$.next(undefined);
  }

  /** Resumes from nowhere: the next answer is a snapshot. */
  forget(): void {
    this.#epoch = undefined;
  }

  /** The next subscribe. */
  ask(maxRateHz: number | undefined): DashboardData<'subscribe'> {
    this.gen++;
    this.steps++;
    this.#answered = false;
    this.#parts = [];
    const { subId, topic, gen, params } = this;
    const resume = this.#epoch === undefined ? undefined : { epoch: this.#epoch, offset: this.#offset };
    return { messageType: 'subscribe', subId, gen, topic, params, resume, maxRateHz };
  }

  unsubscribe(): DashboardData<'unsubscribe'> {
    const { subId, gen } = this;
    return { messageType: 'unsubscribe', subId, gen };
  }

  /**
   * Applies a message. `now` is the time of the server, in milliseconds since 1970: nothing is of later.
   *
   * @returns true if there is something new to show
   *
   * @throws GapError where something is missing; the error that the server ended the subscription with
   */
  take(message: RoutedMessage, now: number): boolean {
    if (message.messageType === 'heartbeat') return this.#compare(message.seqs?.[this.subId] ?? 0);
    const { gen = this.gen } = message;
    if (gen !== this.gen) return false;
    this.steps++;
    switch (message.messageType) {
      case 'misfit':
        throw message.cause === undefined
          ? this.#misfit(message.path)
          : new FoldError(this.topic, this.params, message.path, message.cause);
      case 'oversize':
        throw new SubscriptionTooLargeError(this.topic, message.length);
      case 'snapshot':
        return this.#replace(message, now);
      case 'resumed':
        return this.#resume(message);
      case 'update':
        return this.#update(message, now);
      case 'ended':
        throw new SubscriptionEndedError(this.topic, message.code, message);
    }
  }

  show(status: Status, more: Pick<Live<T>, 'reason' | 'error'> = {}): Live<T> {
    if (status === 'error') this.#onEvent('failed');
    this.status = status;
    return { status, asOf: this.asOf, value: this.#value, ...more, ...(this.#hole && { hole: this.#hole }) };
  }

  /** There is no link; `heardAt` is up to when what was fresh is known to have been right. */
  lose(status: 'stale' | 'paused', heardAt = 0): Live<T> {
    if (this.status === 'fresh' && heardAt > 0) this.asOf = Math.max(this.asOf ?? 0, heardAt);
    return this.show(status, status === 'stale' ? { reason: 'link' } : {});
  }

  /** The age of the data, in milliseconds. Data from the future, by the clock of the server, are new. */
  ageAt(now: number): number {
    this.dataAt = Math.min(this.dataAt ?? now, now);
    return now - this.dataAt;
  }

  noteGap(): void {
    this.#onEvent('gap');
  }

  #misfit(path: string): MisfitError {
    return new MisfitError(path, this.topic, this.params);
  }

  #replace({ payload, more, epoch, offset, ...message }: ServerData<'snapshot'>, now: number): boolean {
    this.#parts.push(payload);
    if (more) return false;
    const whole = joined(this.#parts);
    this.#parts = [];
    const before = this.isOther ? undefined : this.#value;
    this.#value = this.#folded('snapshot', () => this.#fold.snapshot(whole, before));
    if (this.isOther) this.#hole = this.asOf = undefined;
    this.#onEvent(this.isOther ? 'begun' : 'snapshot');
    const asOf = Math.min(message.asOf, now);
    const { asOf: from = asOf } = this;
    if (asOf > from) this.#hole = { from, to: asOf };
    this.isOther = false;
    this.#stand(epoch, offset);
    this.dataAt = asOf;
    const right = Math.max(from, asOf);
    this.asOf = right < 0 ? undefined : right; // nothing was published yet
    return true;
  }

  #folded(type: string, fold: () => T): T {
    try {
      return fold();
    } catch (cause) {
      const path = `${type}/payload`;
      if (cause instanceof MisfitError) throw this.#misfit(`${path}/${cause.path}`);
      throw new FoldError(this.topic, this.params, path, cause);
    }
  }

  #resume({ epoch, count }: ServerData<'resumed'>): boolean {
    if (epoch !== this.#epoch) {
      this.forget();
      throw new GapError(this.topic, 'it was resumed in another log');
    }
    this.#stand(epoch, this.#offset);
    this.#replays = count;
    this.#onEvent('replayed');
    return count === 0;
  }

  #stand(epoch: string, offset: number): void {
    this.#answered = true;
    this.#epoch = epoch;
    this.#offset = offset;
    this.#seq = 0;
    this.#replays = 0;
    this.#repeats = 0;
  }

  /** A message that comes twice is ignored; a server whose numbers do not go on would be ignored forever. */
  #expectProgress(seq: number, offset: number): void {
    const isOld = seq <= this.#seq;
    // A replay may repeat what a snapshot had.
    this.#repeats = isOld || (offset <= this.#offset && this.#replays === 0) ? this.#repeats + 1 : 0;
    if (this.#repeats >= maxRepeats) throw this.#misfit(`update/${isOld ? 'seq' : 'offset'}`);
  }

  #update({ seq, offset, payload, ...message }: ServerData<'update'>, now: number): boolean {
    if (!this.#answered) throw new GapError(this.topic, 'an update came before its snapshot');
    this.#expectProgress(seq, offset);
    if (seq <= this.#seq) return false;
    if (seq !== this.#seq + 1) throw new GapError(this.topic, `update ${seq} came after ${this.#seq}`);
    this.#seq = seq;
    const isNew = offset > this.#offset;
    if (isNew) {
      this.#value = this.#folded('update', () => this.#fold.update(this.#value as T, payload));
      this.#offset = offset;
      const ts = Math.min(message.ts, now);
      this.dataAt = Math.max(this.dataAt ?? ts, ts);
      this.asOf = Math.max(this.asOf ?? ts, ts);
    }
    const wasReplay = this.#replays > 0;
    if (wasReplay) this.#replays--;
    return this.#replays === 0 && (isNew || wasReplay);
  }

  #compare(seq: number): boolean {
    if (!this.#answered) return false;
    if (seq > this.#seq) throw new GapError(this.topic, `the server is at update ${seq}, ${this.#seq} was the last`);
    const replayed = this.#replays > 0 && seq === this.#seq; // there were fewer than the server said
    if (replayed) this.#replays = 0;
    return replayed;
  }
}

/** A snapshot that came in parts: lists are appended, of other members the last wins. */
const joined = (parts: readonly unknown[]): unknown =>
  parts.reduce((whole, part) => {
    if (Array.isArray(whole) && Array.isArray(part)) return [...(whole as unknown[]), ...(part as unknown[])];
    if (!isRecord(whole) || !isRecord(part)) return part;
    const names = Object.keys(part);
    return { ...whole, ...Object.fromEntries(names.map((name) => [name, joined([whole[name], part[name]])])) };
  });
