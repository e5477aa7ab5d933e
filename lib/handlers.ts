import {
  asyncScheduler,
  BehaviorSubject,
  debounceTime,
  defer,
  filter,
  finalize,
  from,
  ignoreElements,
  isObservable,
  merge,
  mergeMap,
  startWith,
  Subject,
  Subscription,
  takeUntil,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { handleInOrder } from './operators/handle-in-order.js';
import type { CloudMessage } from './protocol/envelope.js';
import type { CloudMessageType } from './protocol/message-types.js';
import type { Unit, Work } from './unit-types.js';

/** What {@link messageHandlers} runs on. */
export interface HandlersOptions {
  readonly message$: Observable<CloudMessage>;
  /** How many handlers run at a time. */
  readonly concurrency: number;
  /** With more messages than this that wait for a handler or are being handled, reading pauses, until half are left. */
  readonly maxUnhandled: number;
  /** Told of what the app's code threw, and where. */
  readonly onFailure: (where: string, error: unknown) => void;
  readonly scheduler?: SchedulerLike;
}

/** The app's side of the messages of the cloud. */
export interface Handlers extends Pick<Unit, 'on' | 'handle'> {
  /** Runs the handlers while it is subscribed; never emits. */
  readonly work: () => Observable<never>;
  /** True while handlers have fallen behind and nothing more is to be read; the current value is replayed. */
  readonly paused$: Observable<boolean>;
}

interface Job {
  readonly type: string;
  readonly work: () => Work;
}

/**
 * When no handler has come to its end for so long, in milliseconds, reading goes on until the next message is there: a
 * handler may wait for an ack or an answer, which would never be read otherwise.
 */
const patience = 5000;

/** Brings messages to those who listen for their type, and to handlers, which share one pool. */
export const messageHandlers = ({
  message$,
  concurrency,
  maxUnhandled,
  onFailure,
  scheduler = asyncScheduler,
}: HandlersOptions): Handlers => {
  const handlers = new Set<(message: CloudMessage) => Job | undefined>();
  const paused$ = new BehaviorSubject(false);
  const done$ = new Subject<undefined>();
  const readOnWhenStalled = () =>
    done$.pipe(
      startWith(undefined),
      debounceTime(patience, scheduler),
      tap(() => {
        paused$.next(false);
      }),
      ignoreElements(),
      takeUntil(paused$.pipe(filter((isPaused) => !isPaused))),
    );
  let unhandled = 0;
  const count = (change: number) => {
    unhandled += change;
    const isPaused = paused$.value ? unhandled > maxUnhandled / 2 : change > 0 && unhandled > maxUnhandled;
    if (isPaused !== paused$.value) paused$.next(isPaused);
  };
  const start = (work: () => Work): Observable<unknown> => {
    const result = work();
    return isObservable(result) ? result : from(Promise.resolve(result));
  };
  const isOf = <Type extends CloudMessageType>(type: Type, message: CloudMessage): message is CloudMessage<Type> =>
    message.data.messageType === type;

  return {
    on: (type) => message$.pipe(filter((message) => isOf(type, message))),
    handle: (type, handler) => {
      const take = (message: CloudMessage): Job | undefined =>
        isOf(type, message) ? { type, work: () => handler(message) } : undefined;
      handlers.add(take);
      return new Subscription(() => handlers.delete(take));
    },
    paused$: paused$.asObservable(),
    work: () =>
      defer(() => {
        count(-unhandled); // what was left when this was last unsubscribed
        return message$.pipe(
          mergeMap((message) => {
            const jobs = Array.from(handlers, (take) => take(message)).filter((job) => job !== undefined);
            const wasPaused = paused$.value;
            count(jobs.length);
            return paused$.value && !wasPaused ? merge(jobs, readOnWhenStalled()) : jobs;
          }),
          handleInOrder<Job>({
            key: ({ type }) => type,
            work: ({ work }) =>
              defer(() => start(work)).pipe(
                finalize(() => {
                  count(-1);
                  done$.next(undefined);
                }),
              ),
            onFailure: ({ type }, error) => {
              onFailure(`the handler of ${type}`, error);
            },
            concurrency,
          }),
        );
      }),
  };
};
