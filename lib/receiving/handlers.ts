import {
  asyncScheduler,
  filter,
  finalize,
  from,
  isObservable,
  merge,
  Subject,
  Subscription,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { HandlerTimeoutError, OptionError } from '../errors.js';
import { handleInOrder, type HandleInOrderOptions } from '../operators/handle-in-order.js';
import type { CloudMessage } from '../protocol/envelope.js';
import type { CloudMessageType } from '../protocol/message-types.js';
import { HeldMessage, type Handler } from './held-message.js';
import { ackedOnReceipt, type Accept } from './receiver.js';
import type { Unhandled } from './unhandled.js';

/** The result of a handler: nothing, or a Promise or Observable that ends when its work is done. */
export type Work = undefined | Promise<unknown> | Observable<unknown>;

/** Options of `Unit.handle`. */
export interface HandleOptions {
  /**
   * The time of the ack. `before`: as soon as the message was read. `after`: once the handler has ended; if it fails, takes
   * longer than `handlerTimeout` or is cut off by `stop`, there is no ack, so the cloud sends the message again and it is
   * handled again.
   *
   * @defaultValue `before`
   */
  readonly ack?: 'before' | 'after' | undefined;
}

/** Options of {@link messageHandlers}. */
export interface HandlersOptions {
  /** The messages of the cloud. */
  readonly message$: Observable<CloudMessage>;
  /** Counts what is not handled yet. */
  readonly room: Unhandled;
  /** The number of handlers that run at a time. */
  readonly concurrency: number;
  /** The most time a handler may take, in milliseconds. */
  readonly handlerTimeout: number;
  /** Called with the place and the error when code of the app throws. */
  readonly onFailure: (where: string, error: unknown) => void;
  readonly scheduler?: SchedulerLike;
}

/** The streams and handlers of the app for the messages of the cloud. */
export interface Handlers {
  /** The messages of one type. */
  readonly on: <Type extends CloudMessageType>(type: Type) => Observable<CloudMessage<Type>>;
  /**
   * Adds a handler until the returned subscription is unsubscribed.
   *
   * @throws {@link OptionError}
   */
  readonly handle: <Type extends CloudMessageType>(
    type: Type,
    handler: (message: CloudMessage<Type>) => Work,
    options?: HandleOptions,
  ) => Subscription;
  /** Holds a message for its handlers, if there are any and there is room. */
  readonly accept: Accept;
  /** Runs the handlers while it is subscribed; never emits. */
  readonly work: () => Observable<never>;
}

interface Job {
  readonly held: HeldMessage;
  readonly handler: Handler;
}

/** A handler that takes longer does not keep those of other types waiting; in milliseconds. */
const slowAfter = 1000;

/** Brings messages to the streams of their type, and to handlers, which share one pool. */
export const messageHandlers = (options: HandlersOptions): Handlers => {
  const { message$, room, scheduler = asyncScheduler } = options;
  const handlers = new Map<string, readonly Handler[]>(); // by type; a list is replaced, never changed
  const job$ = new Subject<Job>();
  const held = new Set<HeldMessage>();

  const end = ({ handler, held: message }: Job, isDone: boolean) => {
    if (message.end(handler, isDone) && held.delete(message)) room.remove(message.type, message.size);
  };
  const abandonAll = () => {
    for (const message of held) message.abandon();
    held.clear();
    room.clear();
  };
  const accept: Accept = (message, size, done) => {
    const { messageType } = message.data;
    const own = handlers.get(messageType) ?? [];
    if (own.length === 0 || !job$.observed) return ackedOnReceipt;
    if (!room.fits(messageType, size)) return undefined;
    const added = new HeldMessage(message, size, own, done);
    held.add(added);
    room.add(messageType, size);
    return {
      ack: added.ack,
      begin: () => {
        for (const handler of own) job$.next({ held: added, handler });
      },
    };
  };

  return {
    on: <Type extends CloudMessageType>(type: Type) =>
      message$.pipe(filter((message): message is CloudMessage<Type> => message.data.messageType === type)),
    handle: (type, handler, { ack = 'before' } = {}) => {
      if (!['before', 'after'].includes(ack)) throw new OptionError('ack', JSON.stringify(ack), 'before or after');
      const added: Handler = { type, ack, work: handler as Handler['work'] };
      const others = () => (handlers.get(type) ?? []).filter((each) => each !== added);
      handlers.set(type, [...others(), added]);
      return new Subscription(() => handlers.set(type, others()));
    },
    accept,
    work: () =>
      merge(room.pauses$, job$.pipe(handleInOrder(pool({ ...options, scheduler, end })))).pipe(finalize(abandonAll)),
  };
};

interface PoolOptions extends HandlersOptions {
  readonly scheduler: SchedulerLike;
  /** Called with each job that has ended; with false if it failed or was cut off. */
  readonly end: (job: Job, isDone: boolean) => void;
}

const pool = (options: PoolOptions): HandleInOrderOptions<Job> => {
  const { concurrency, handlerTimeout, onFailure, scheduler, end } = options;
  return {
    key: ({ handler }) => handler.type,
    work: (job) =>
      start(job, (isDone) => {
        end(job, isDone);
      }),
    onFailure: (job, error) => {
      onFailure(nameOf(job), error);
    },
    concurrency,
    slowAfter,
    timeout: handlerTimeout,
    onTimeout: (job, elapsed) => {
      const { header, data } = job.held.message;
      onFailure(nameOf(job), new HandlerTimeoutError(data.messageType, header.txn, elapsed));
    },
    scheduler,
  };
};

/** Calls the handler. Returns what is left to wait for; undefined where it has ended. */
const start = (
  { handler, held: { message } }: Job,
  end: (isDone: boolean) => void,
): Observable<unknown> | undefined => {
  let result: unknown;
  try {
    result = handler.work(message);
  } catch (error) {
    end(false);
    throw error;
  }
  const work$ = isObservable(result) ? result : isThenable(result) ? from(result) : undefined;
  if (work$ === undefined) end(true);
  let isDone = false;
  return work$?.pipe(
    tap({ complete: () => (isDone = true) }),
    finalize(() => {
      end(isDone);
    }),
  );
};

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';

const nameOf = ({ held }: Job): string => `the handler of ${held.type}`;
