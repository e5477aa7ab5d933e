import type { Observable, OperatorFunction, Subscription } from 'rxjs';
import type { ConnectionState } from '../connection/connection-state.js';
import type { ConnectionListener } from '../connection/listeners.js';
import type { Delivery, DeliveryReport } from '../delivery/outgoing-message.js';
import type { SendOptions } from '../delivery/send-options.js';
import type { AppError, StoreError } from '../errors.js';
import type { CloudMessage, MessageData, UnitData } from '../protocol/envelope.js';
import type { CloudMessageType } from '../protocol/message-types.js';
import type { HandleOptions, Work } from '../receiving/handlers.js';
import type { RenewalEvent } from './renewal-event.js';

/**
 * A frame of the cloud that was refused: it makes no sense, or there is no room for it while handlers are behind. It was not
 * acked and not passed to the app; the connection goes on.
 */
export interface Rejected {
  /** The reason, in words that quote nothing of the content. */
  readonly reason: string;
}

/** Options of {@link Unit.stop}. */
export interface StopOptions {
  /**
   * True to wait until all messages are delivered, at most for `timeout`.
   *
   * @defaultValue false
   */
  readonly drain?: boolean;
  /**
   * The longest wait, in milliseconds.
   *
   * @defaultValue 5 s
   */
  readonly timeout?: number;
}

/** The data of {@link Unit.request}; it gets a `correlationId` of its own unless it has one. */
export type RequestData = Omit<UnitData<'requestBlobUrls'>, 'correlationId'> & {
  /** Chosen by the app. */
  readonly correlationId?: string;
};

/** Options of {@link Unit.request}. */
export interface RequestOptions {
  /**
   * The longest time from the subscription to the answer, in milliseconds.
   *
   * @defaultValue 60 s
   */
  readonly timeout?: number | undefined;
  /** Ends the request with its reason when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of {@link Unit.stop}. */
export interface Stopped {
  /**
   * The messages that were accepted and not delivered, in the order of sending; each was reported `dropped`, or `requeued`
   * if it stays in the store for the next start.
   */
  readonly undelivered: readonly Delivery[];
}

/** The state of the connection, and of the store. */
export type UnitState = ConnectionState & {
  /** The error of the store, as long as it fails. */
  readonly storeError?: StoreError;
};

/** Options of a message that is sent without a schema: see {@link SendOptions.schema}. */
export type OpenSendOptions = SendOptions & { readonly schema: 'open' };

/** The type of {@link Unit.send}. */
export interface Send {
  /** Queues a message of the protocol. */
  (data: UnitData, options?: SendOptions): Delivery;
  /** Queues a message of any type, which is not checked. */
  (data: MessageData, options: OpenSendOptions): Delivery;
}

/** The type of {@link Unit.deliver}. */
export interface Deliver {
  /** Queues each message that comes, of any type, and emits its reports. */
  (options: OpenSendOptions): OperatorFunction<MessageData, DeliveryReport>;
  /** Queues each message of the protocol that comes, and emits its reports. */
  (options?: SendOptions): OperatorFunction<UnitData, DeliveryReport>;
}

/** A unit that stays connected to its cloud. */
export interface Unit {
  /**
   * The state of the connection, one value per transition, the latest replayed to a late subscriber. With a store, the same
   * state comes again when the store begins to fail, and when it has recovered.
   */
  readonly state$: Observable<UnitState>;
  /**
   * The messages that the store kept of an earlier run, once it was read; these go out before anything new. Without a store:
   * an empty list.
   */
  readonly restored$: Observable<readonly Delivery[]>;
  /** The messages of the cloud, each once. A message that comes while nobody is subscribed is lost. */
  readonly message$: Observable<CloudMessage>;
  /** The frames that were refused. */
  readonly rejected$: Observable<Rejected>;
  /**
   * The events in the renewal of certificates, and the delays of attempts to connect in parallel with the open connection.
   * Without a keystore and `makeBeforeBreak` it never emits.
   */
  readonly renewal$: Observable<RenewalEvent>;
  /**
   * The errors that code of the app threw, in a listener or a handler; for a handler that took too long, with a
   * `HandlerTimeoutError` as the cause.
   */
  readonly failure$: Observable<AppError>;
  /** Returns true exactly between the connect and the disconnect notification. */
  readonly isConnected: () => boolean;
  /**
   * Adds a listener, which is called at each connect and disconnect, synchronously and in the order of adding, before the
   * connection goes on. It may call back into the unit. A connection that takes over from another without a gap is neither.
   *
   * @param listener - an object with `onConnect`, `onDisconnect` or both
   * @throws {@link ListenerError} if it was added before
   */
  readonly addListener: (listener: ConnectionListener) => void;
  /**
   * Removes a listener.
   *
   * @param listener - the object that was added
   * @throws {@link ListenerError} if it was not added
   */
  readonly removeListener: (listener: ConnectionListener) => void;
  /**
   * The messages of the cloud of one type.
   *
   * @param type - the `messageType`
   * @returns an Observable that emits each of them once
   *
   * @example
   * ```ts
   * unit.on('desiredStatus').subscribe(({ data }) => console.log(data.items));
   * ```
   */
  readonly on: <Type extends CloudMessageType>(type: Type) => Observable<CloudMessage<Type>>;
  /**
   * Runs the handler for each message of the type: four handlers at a time, messages of one type one after the other. A
   * handler that takes longer than a second keeps only its own type waiting; one that takes longer than `handlerTimeout`
   * is given up. One that fails, or is given up, is reported in `failure$` and ends nothing.
   *
   * The messages that wait or are handled are bounded. With more messages than `maxUnhandled`, reading pauses, for a quarter
   * of a second at most. A message that would exceed `maxUnhandledBytes` is refused: reported in `rejected$`, not acked and
   * not passed to the app, so that the cloud sends it again.
   *
   * @param type - the `messageType`
   * @param handler - returns nothing, or a Promise or Observable that ends when its work is done
   * @param options - the time of the ack
   * @returns a subscription that removes the handler when it is unsubscribed
   * @throws {@link OptionError} for an invalid option
   *
   * @example
   * ```ts
   * unit.handle('desiredStatus', async ({ data }) => { await apply(data); }, { ack: 'after' });
   * ```
   */
  readonly handle: <Type extends CloudMessageType>(
    type: Type,
    handler: (message: CloudMessage<Type>) => Work,
    options?: HandleOptions,
  ) => Subscription;
  /**
   * Queues a message, to be sent now or as soon as there is a connection. If it throws, nothing is queued.
   *
   * @param data - the body of the message
   * @param options - lane, expiry and more
   * @returns the delivery, with its reports
   * @throws {@link InvalidMessageError} if the data does not fit the protocol
   * @throws {@link MessageTooLargeError} if it is larger than `maxMessageBytes`
   * @throws {@link QueueFullError} if the queue is full, and `overflow` is `reject`
   * @throws {@link OptionError} for an invalid option
   * @throws {@link StoppedError} after `stop`, until the next `start`
   *
   * @example
   * ```ts
   * const { status$ } = unit.send({ messageType: 'alerts', items: [] });
   * status$.subscribe(({ status }) => console.log(status)); // queued, sent, acknowledged
   * ```
   */
  readonly send: Send;
  /**
   * The same as an operator: data in, delivery reports out. A full queue is a `dropped` report; everything else that `send`
   * throws is an error of the stream.
   *
   * @param options - those of `send`, for each message
   * @returns an operator that completes once all its messages are settled
   *
   * @example
   * ```ts
   * sample$.pipe(unit.deliver({ ttl: 60_000 })).subscribe(({ txn, status }) => console.log(txn, status));
   * ```
   */
  readonly deliver: Deliver;
  /**
   * Sends a request to the cloud at each subscription, under a `correlationId` of its own unless the data has one, and emits
   * the one answer with the same. Unsubscribing withdraws a request that was not sent yet.
   *
   * @param data - the body of the request
   * @param options - the timeout, and a signal
   * @returns an Observable that emits one answer, or fails with a {@link RequestTimeoutError}, the reason of the signal, the
   * reason why the request was dropped, or an error of `send`
   *
   * @example
   * ```ts
   * const { data } = await firstValueFrom(unit.request({ messageType: 'requestBlobUrls', digests }));
   * ```
   */
  readonly request: (data: RequestData, options?: RequestOptions) => Observable<CloudMessage<'blobUrls'>>;
  /** Resolves once the queue has room; at once if it has some. */
  readonly whenRoom: () => Promise<void>;
  /** Connects. Needed only with `autoStart: false`, or after `stop`. */
  readonly start: () => void;
  /**
   * Ends the connection with 1000, in whatever state it is.
   *
   * @param options - true for `drain` waits until all messages are delivered
   * @returns a Promise of the messages that were not delivered, which resolves when sockets, store and log are closed
   *
   * @example
   * ```ts
   * const { undelivered } = await unit.stop({ drain: true });
   * ```
   */
  readonly stop: (options?: StopOptions) => Promise<Stopped>;
  /** Stops the unit at the end of the block of an `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}
