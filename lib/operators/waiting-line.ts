import { Backlog } from '../collections/backlog.js';
import type { Prioritized } from '../collections/priority-queue.js';
import type { Suspicion } from './suspicion.js';

/** A message, as far as {@link WaitingLine} reads it. */
export interface InLine extends Prioritized {
  /** Its place in the order of first sending. */
  readonly order: number;
  readonly expectAck: boolean;
}

/** The condition for sending a suspect alone: the link lasts for so many milliseconds more, or answers a ping. */
export type Control = number | 'answer';

/** Others pass a suspect for so long at most, on a link that lasts, in milliseconds. */
const longestPassing = 30_000;

/**
 * The messages that wait to be written: lane by lane, in each lane first those that go again, in their first order. A
 * suspect is written only while nothing else is in flight, and nothing is written in parallel with it. Until a link has ended on a
 * suspect that was alone, a suspect keeps its place and its lane waits for it; from then on the suspects go last.
 */
export class WaitingLine<T extends InLine> {
  readonly #fresh: Backlog<T>[] = [];
  readonly #again: T[][] = []; // in each lane, the lowest order last
  readonly #suspicion: Suspicion | undefined;
  readonly #now: () => number;
  readonly #held: T[] = []; // the suspects, while they go last; the next one last
  #openedAt = 0;
  #passedSince = 0;
  #isAlone = false;
  #asks = false;
  #isAnswered = false;
  #answerTime = Infinity;
  /** The condition that the last call of `next` gave nothing for; undefined where it was none. */
  control: Control | undefined;

  constructor(now: () => number, suspicion?: Suspicion) {
    this.#now = now;
    this.#suspicion = suspicion;
  }

  push(message: T): void {
    const { lane = 0 } = message;
    while (this.#fresh.length <= lane) this.#fresh.push(new Backlog());
    this.#fresh[lane]?.push(message);
  }

  /** Takes a message back that has to be written again. */
  putBack(message: T): void {
    const { lane = 0 } = message;
    while (this.#again.length <= lane) this.#again.push([]);
    const isHeld = this.#isSuspect(message) && this.#suspicion?.hasCulprit === true;
    const line = isHeld ? this.#held : (this.#again[lane] ?? []);
    let index = line.length;
    while (index > 0 && this.#compare(line[index - 1] ?? message, message) < 0) index--;
    line.splice(index, 0, message);
  }

  /** Another link is open, or none. */
  open(): void {
    this.#openedAt = this.#passedSince = this.#now();
    this.#isAlone = this.#asks = this.#isAnswered = false;
    if (this.#held.length > 0 || this.#suspicion?.isActive)
      for (const message of [this.#held, ...this.#again].flatMap((line) => line.splice(0))) this.putBack(message);
  }

  /** The link has answered a ping after so many milliseconds; `Infinity` if it had its time to. */
  answer(time: number): void {
    this.#answerTime = time;
    this.#asks = false;
    this.#isAnswered = true;
  }

  /** Takes out what is to be written next, while so many messages are in flight. */
  next(inFlight: number): T | undefined {
    this.control = undefined;
    if (!this.#isAlone && this.#held.length === 0 && !this.#suspicion?.isActive) return this.#inOrder(false);
    if (inFlight === 0) this.#isAlone = false;
    if (this.#isAlone || this.#asks) return undefined;
    const others = this.#isAnswered || this.#isOverdue() ? undefined : this.#inOrder(inFlight > 0);
    if (others !== undefined || inFlight > 0) return others;
    const from = this.#nextSuspect();
    if (from !== undefined) return this.#takeAlone(from);
    this.#isAnswered = false;
    return this.#inOrder(false);
  }

  /**
   * A message without an ack could end the link again unnoticed: with `isHeard` it waits until all that was lost before is
   * acknowledged.
   */
  #inOrder(isHeard: boolean): T | undefined {
    for (let lane = 0; lane < Math.max(this.#again.length, this.#fresh.length); lane++) {
      const again = this.#again[lane];
      while (again?.at(-1)?.settled) again.pop();
      const first = again?.at(-1);
      if (first !== undefined) return this.#isSuspect(first) ? undefined : again?.pop();
      const fresh = this.#fresh[lane];
      const next = fresh?.peek();
      if (next !== undefined && !(isHeard && !next.expectAck)) return fresh?.shift();
    }
    return undefined;
  }

  /** The line whose turn it is to have its last message sent alone. */
  #nextSuspect(): T[] | undefined {
    return [...this.#again, this.#held].find((line) => {
      while (line.at(-1)?.settled) line.pop();
      return line === this.#held ? line.length > 0 : this.#isSuspect(line.at(-1));
    });
  }

  #takeAlone(from: T[]): T | undefined {
    const lasted = this.#now() - this.#openedAt;
    const control = this.#suspicion?.controlFor(from.at(-1)) ?? 0;
    if (lasted < control) this.control = control - lasted;
    else if (!this.#isAnswered) {
      this.#asks = true;
      this.control = 'answer';
    }
    if (this.control !== undefined) return undefined;
    this.#isAnswered = false;
    this.#isAlone = true;
    this.#passedSince = this.#now();
    this.#suspicion?.sendAlone(from.at(-1), lasted, this.#answerTime);
    return from.pop();
  }

  #isOverdue(): boolean {
    const control = this.#suspicion?.controlFor(this.#held.at(-1)) ?? 0;
    return this.#held.length > 0 && this.#now() - this.#passedSince > Math.max(longestPassing, control);
  }

  #isSuspect(message: T | undefined): boolean {
    return this.#suspicion?.isSuspect(message) === true;
  }

  /** Below 0 where the one is to be written before the other. */
  #compare(one: T, other: T): number {
    const isWorse = (message: T) => Number(this.#suspicion?.isCulprit(message) === true);
    return isWorse(one) - isWorse(other) || (one.lane ?? 0) - (other.lane ?? 0) || one.order - other.order;
  }
}
