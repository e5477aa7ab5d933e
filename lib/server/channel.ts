import { filter, firstValueFrom, Subject, timeout } from 'rxjs';
import type { DashboardLog, LogEntry, LogImage } from './log.js';
import { DashboardServerError } from './server-error.js';
import type { DashboardTopic, TopicImage } from './topic.js';

/** The time a server that lags behind the log has to reach a dashboard that has seen more, in milliseconds. */
const catchUpTimeout = 1000;

/** A topic as far as this server knows it. */
export class Channel {
  readonly image: TopicImage;
  readonly #name: string;
  readonly #log: Pick<DashboardLog, 'keep' | 'position'>;
  readonly #applied$ = new Subject<void>();
  #epoch = '';
  #offset = 0;
  /** The offset before the oldest entry that was there when the image was loaded. */
  #oldest = 0;

  constructor(name: string, topic: DashboardTopic, log: Pick<DashboardLog, 'keep' | 'position'>, now: () => number) {
    this.image = topic.image(now);
    this.#name = name;
    this.#log = log;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** The offset of the newest entry that was applied. */
  get offset(): number {
    return this.#offset;
  }

  /** Replaces what is known by an image of the log. */
  load(image: LogImage): void {
    this.image.load(image);
    this.#epoch = image.epoch;
    this.#offset = image.offset;
    this.#oldest = (image.recent[0]?.offset ?? image.offset + 1) - 1;
  }

  /**
   * Applies a further entry.
   *
   * @throws DashboardServerError if it cannot be read; it is passed over
   */
  apply(entry: LogEntry): void {
    // Before the views see it, since they send this offset with it.
    this.#offset = entry.offset;
    if (entry.unreadable !== true) this.image.apply(entry);
    this.#applied$.next();
    if (entry.unreadable === true)
      throw new DashboardServerError(`entry ${entry.offset} of ${this.#name} in the log cannot be read`);
  }

  /** Resolves with true if the updates after a position can be replayed; waits where the dashboard has seen more. */
  async canResume(epoch: string, offset: number): Promise<boolean> {
    if (epoch !== this.#epoch) return false;
    if (offset > this.#offset) {
      const there = await this.#log.position(this.#name);
      if (there.epoch !== epoch || there.offset < offset) return false;
      await this.#reached(offset);
    }
    const oldest = Math.max(this.#offset - this.#log.keep, this.#oldest);
    return epoch === this.#epoch && offset <= this.#offset && offset >= oldest;
  }

  async #reached(offset: number): Promise<void> {
    const reached$ = this.#applied$.pipe(
      filter(() => this.#offset >= offset),
      timeout(catchUpTimeout),
    );
    await firstValueFrom(reached$, { defaultValue: undefined }).catch(() => undefined);
  }
}
