import { filter, from, isObservable, mergeMap, Subscription, type Observable } from 'rxjs';
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
  const handlers = new Set<(message: CloudMessage) => Job | undefined>();
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
    work$: message$.pipe(
      mergeMap((message) => Array.from(handlers, (take) => take(message))),
      filter((job) => job !== undefined),
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
