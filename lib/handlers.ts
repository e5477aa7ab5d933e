import { filter, from, isObservable, Subject, type Observable, type Subscription } from 'rxjs';
import { handleInOrder } from './operators/handle-in-order.js';
import type { CloudMessage } from './protocol/envelope.js';
import type { CloudMessageType } from './protocol/message-types.js';
import type { Unit, Work } from './unit-types.js';

/** What {@link messageHandlers} runs on. */
export interface HandlersOptions {
  readonly message$: Observable<CloudMessage>;
  /** How many handlers run at a time. */
  readonly concurrency: number;
  /** Told of what the app's code threw, and where. */
  readonly onFailure: (where: string, error: unknown) => void;
}

/** The app's side of the messages of the cloud. */
export interface Handlers extends Pick<Unit, 'on' | 'handle'> {
  /** Runs the handlers while it is subscribed; never emits. */
  readonly work$: Observable<never>;
}

interface Job {
  readonly type: string;
  readonly work: () => Work;
}

/** Brings messages to those who listen for their type, and to handlers, which share one pool. */
export const messageHandlers = ({ message$, concurrency, onFailure }: HandlersOptions): Handlers => {
  const job$ = new Subject<Job>();
  const on = <Type extends CloudMessageType>(type: Type) =>
    message$.pipe(filter((message): message is CloudMessage<Type> => message.data.messageType === type));

  return {
    on,
    handle: (type, handler): Subscription =>
      on(type).subscribe({
        next: (message) => {
          job$.next({ type, work: () => handler(message) });
        },
        error: (error: unknown) => {
          onFailure(`the stream of ${type}`, error);
        },
      }),
    work$: job$.pipe(
      handleInOrder<Job>({
        key: ({ type }) => type,
        work: ({ work }) => {
          const result = work();
          return isObservable(result) ? result : from(Promise.resolve(result));
        },
        onFailure: ({ type }, error) => {
          onFailure(`the handler of ${type}`, error);
        },
        concurrency,
      }),
    ),
  };
};
