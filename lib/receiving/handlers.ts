import {
  asyncScheduler,
  defer,
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
import { ackedOnReceipt, type Take } from './receiver.js';
import { handleInOrder } from '../operators/handle-in-order.js';
import type { CloudMessage } from '../protocol/envelope.js';
import type { CloudMessageType } from '../protocol/message-types.js';
import { unhandled, type Unhandled, type UnhandledOptions } from './unhandled.js';

/** What a function given to `handle` may return: nothing, or something that ends when its work is done. */
export type Work = undefined | Promise<unknown> | Observable<unknown>;

/** How `handle` treats the messages of its type. */
export interface HandleOptions {
  /**
   * When the cloud gets its ack. `before`: as soon as the message was read. `after`: once the handler has come to its end.
   * Where that fails, takes longer than `handlerTimeout` or is cut off by `stop`, there is no ack, and the cloud sends the
   * message again: it is handled again then. Default `before`.
   */
  readonly ack?: 'before' | 'after' | undefined;
}

/** Options of {@link messageHandlers}. */
export interface HandlersOptions extends Omit<UnhandledOptions, 'scheduler'> {
  readonly message$: Observable<CloudMessage>;
  /** How many handlers run at a time. */
  readonly concurrency: number;
  /** How long a handler may take, in milliseconds. */
  readonly handlerTimeout: number;
  /** Called with what the app's code threw, and where. */
  readonly onFailure: (where: string, error: unknown) => void;
  readonly scheduler?: SchedulerLike;
}

/** The app's side of the messages of the cloud. */
export interface Handlers extends Pick<Unhandled, 'paused$'> {
  /** The messages of one type. */
  readonly on: <Type extends CloudMessageType>(type: Type) => Observable<CloudMessage<Type>>;
  /** Adds a handler, until what is returned is unsubscribed. */
  readonly handle: <Type extends CloudMessageType>(
    type: Type,
    handler: (message: CloudMessage<Type>) => Work,
    options?: HandleOptions,
  ) => Subscription;
  /** Holds a message for its handlers, where there are any and there is room. */
  readonly take: Take;
  /** Runs the handlers while it is subscribed; never emits. */
  readonly work: () => Observable<never>;
}

interface Handler {
  readonly type: CloudMessageType;
  readonly ack: HandleOptions['ack'];
  readonly work: (message: CloudMessage) => Work;
}

/** A message in the hands of its handlers. */
interface Held {
  readonly message: CloudMessage;
  readonly size: number;
  /** How many handlers have not come to their end, and how many of these its ack waits for. */
  left: number;
  unacked: number;
  failed: boolean;
  readonly done: (isDone: boolean) => void;
}

interface Job {
  readonly held: Held;
  readonly handler: Handler;
}

/** A handler that takes longer does not keep those of other types waiting; in milliseconds. */
const slowAfter = 1000;

/** Brings messages to those who listen for their type, and to handlers, which share one pool. */
export const messageHandlers = (options: HandlersOptions): Handlers => {
  const { message$, concurrency, handlerTimeout, onFailure, scheduler = asyncScheduler } = options;
  const handlers = new Set<Handler>();
  const room = unhandled({ ...options, scheduler });
  const job$ = new Subject<Job>();
  const inHand = new Set<Held>();

  const start = ({ handler, held }: Job): Observable<unknown> => {
    const result = handler.work(held.message);
    return isObservable(result) ? result : from(Promise.resolve(result));
  };
  const end = ({ handler, held }: Job, isDone: boolean) => {
    const { messageType } = held.message.data;
    if (handler.ack === 'after') {
      held.unacked--;
      if (!isDone) held.failed = true;
      if (held.unacked === 0) held.done(!held.failed);
    }
    if (--held.left > 0 || !inHand.delete(held)) return;
    room.remove(messageType, held.size);
  };
  const work = (job: Job) =>
    defer(() => {
      let isDone = false;
      return defer(() => start(job)).pipe(
        tap({ complete: () => (isDone = true) }),
        finalize(() => {
          end(job, isDone);
        }),
      );
    });
  const nameOf = ({ held }: Job) => `the handler of ${held.message.data.messageType}`;
  const letGo = () => {
    for (const held of inHand) if (held.unacked > 0) held.done(false);
    inHand.clear();
    room.clear();
  };

  return {
    on: <Type extends CloudMessageType>(type: Type) =>
      message$.pipe(filter((message): message is CloudMessage<Type> => message.data.messageType === type)),
    handle: (type, handler, { ack = 'before' } = {}) => {
      if (!['before', 'after'].includes(ack)) throw new OptionError('ack', JSON.stringify(ack), 'before or after');
      const added: Handler = { type, ack, work: handler as Handler['work'] };
      handlers.add(added);
      return new Subscription(() => handlers.delete(added));
    },
    paused$: room.paused$,
    take: (message, size, done) => {
      const { messageType } = message.data;
      const own = Array.from(handlers).filter(({ type }) => type === messageType);
      if (own.length === 0 || !job$.observed) return ackedOnReceipt;
      if (!room.fits(messageType, size)) return undefined;
      const unacked = own.filter(({ ack }) => ack === 'after').length;
      const held: Held = { message, size, left: own.length, unacked, failed: false, done };
      inHand.add(held);
      room.add(messageType, size);
      return {
        ack: unacked > 0 ? 'after' : 'before',
        begin: () => {
          for (const handler of own) job$.next({ held, handler });
        },
      };
    },
    work: () =>
      merge(
        room.pauses$,
        job$.pipe(
          handleInOrder<Job>({
            key: ({ handler }) => handler.type,
            work,
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
          }),
        ),
      ).pipe(finalize(letGo)),
  };
};
