import { setTimeout as sleep } from 'node:timers/promises';
import {
  concatMap,
  defer,
  finalize,
  from,
  type Observable,
  repeat,
  retry,
  startWith,
  Subject,
  takeUntil,
  timer,
} from 'rxjs';
import { AppendQueue } from './append-queue.js';
import type { MessageQueue, MessageQueueOptions, QueuedMessage } from './message-queue.js';
import type { RedisConnections } from './redis-client.js';
import { handlers, RedisConsumer } from './redis-consumer.js';
import { doneScript, enqueueScript } from './redis-queue-scripts.js';
import type { StreamEntry } from './redis-replies.js';
import { DashboardServerError } from './server-error.js';

/** The messages that one process handles at a time. */
const maxHandled = 1000;
const readAtOnce = 100;
const retryWait = 200;
/** The longest time that closing waits for Redis, in milliseconds. */
const closeTimeout = 2000;

/** Dependencies of {@link RedisQueue}. */
export interface RedisQueueOptions extends MessageQueueOptions {
  readonly connections: RedisConnections;
  readonly name: string;
  /** The time after which a message is taken over from a process that is gone, in milliseconds. */
  readonly claimAfter: number;
  /** The least number of messages that are remembered. */
  readonly remembered: number;
  /** The most bytes of messages that wait for Redis. */
  readonly maxWaiting: number;
}

/** Thrown if a group of messages does not fit. */
class FullError extends Error {}

/** A queue in a stream that many processes share: each message is handled by one of them, and again if that one is gone. */
export class RedisQueue implements MessageQueue {
  readonly #options: RedisQueueOptions;
  readonly #keys: readonly [stream: string, bytes: string];
  readonly #consumer: RedisConsumer;
  readonly #appends: AppendQueue;
  /** The messages that are being handled here, by id. */
  readonly #handling = new Map<string, QueuedMessage>();
  #done: (readonly [id: string, bytes: number])[] = [];
  #acking: Promise<void> | undefined;
  readonly #closed$ = new Subject<void>();
  #hasRoom: () => void = () => undefined;
  #held = -Infinity;

  constructor(options: RedisQueueOptions) {
    const { connections, name, claimAfter, maxUnhandled, remembered, nameOf, maxWaiting } = options;
    this.#options = options;
    this.#keys = [connections.keyOf(`queue:${name}`), connections.keyOf(`bytes:${name}`)];
    this.#consumer = new RedisConsumer({ connections, stream: this.#keys[0], claimAfter });
    const keys = [...this.#keys, connections.keyOf(`names:${name}`), connections.keyOf(`names-before:${name}`)];
    this.#appends = new AppendQueue(async (records) => {
      const args = records.flatMap(({ record: { value }, text }) => [nameOf(value), text]);
      if ((await connections.run(enqueueScript, keys, [maxUnhandled, remembered, ...args])) === 0)
        throw new FullError();
      return { epoch: '', offset: records.length };
    }, maxWaiting);
  }

  get message$(): Observable<QueuedMessage> {
    return defer(() => {
      const before = [...this.#handling.values()];
      return defer(() => this.#read()).pipe(
        concatMap((messages) => from(messages)),
        repeat(),
        retry({ delay: () => timer(retryWait) }),
        startWith(...before),
        finalize(() => {
          this.#consumer.close();
        }),
        takeUntil(this.#closed$),
      );
    });
  }

  async append(value: unknown): Promise<boolean> {
    try {
      await this.#appends.append({ value, ts: 0 });
      return true;
    } catch (error) {
      if (error instanceof FullError) return false;
      throw error;
    }
  }

  /** Leaves what is not handled to other processes. */
  async close(): Promise<void> {
    this.#closed$.next();
    const { claimAfter, failed } = this.#options;
    const leaving = async (): Promise<void> => {
      await (this.#acking ?? this.#acknowledge());
      await this.#consumer.hold([...this.#handling.keys()], claimAfter);
    };
    await Promise.race([leaving().catch(failed), sleep(closeTimeout, undefined, { ref: false })]);
    this.#handling.clear();
    this.#consumer.close();
  }

  async #read(): Promise<readonly QueuedMessage[]> {
    const { claimAfter } = this.#options;
    await this.#holdAll();
    const room = Math.min(maxHandled - this.#handling.size, readAtOnce);
    if (room <= 0) {
      const freed = new Promise<void>((resolve) => (this.#hasRoom = resolve));
      await Promise.race([freed, sleep(claimAfter / 3, undefined, { ref: false })]);
      return [];
    }
    const entries = await this.#consumer.read(room);
    return entries.flatMap((entry) => this.#messageOf(entry));
  }

  /** Says now and then that what is handled here still is. */
  async #holdAll(): Promise<void> {
    if (performance.now() - this.#held < this.#options.claimAfter / 3) return;
    await this.#consumer.hold([...this.#handling.keys()]);
    this.#held = performance.now();
  }

  #messageOf([id, [, text = '']]: StreamEntry): QueuedMessage[] {
    if (this.#handling.has(id)) return [];
    const bytes = Buffer.byteLength(text);
    const done = (): void => {
      this.#markDone(id, bytes);
    };
    try {
      const message: QueuedMessage = { value: JSON.parse(text) as unknown, done };
      this.#handling.set(id, message);
      return [message];
    } catch {
      this.#options.failed(new DashboardServerError(`message ${id} in the log cannot be read, and is left out`));
      this.#done.push([id, bytes]);
      this.#acking ??= this.#acknowledge();
      return [];
    }
  }

  #markDone(id: string, bytes: number): void {
    if (!this.#handling.delete(id)) return;
    this.#hasRoom();
    this.#done.push([id, bytes]);
    this.#acking ??= this.#acknowledge();
  }

  /** Removes what is handled; what comes meanwhile goes with the next request. While Redis fails it is repeated. */
  async #acknowledge(): Promise<void> {
    await Promise.resolve(); // those of one turn go together
    const { connections, failed } = this.#options;
    while (this.#done.length > 0) {
      const group = this.#done.slice(0, 500);
      try {
        await connections.run(doneScript, this.#keys, [handlers, ...group.flat()]);
        this.#done = this.#done.slice(group.length);
      } catch (error) {
        failed(error);
        await sleep(retryWait, undefined, { ref: false });
      }
    }
    this.#acking = undefined;
  }
}
