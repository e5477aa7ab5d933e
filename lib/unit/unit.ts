import type { Observable, OperatorFunction, Subscription } from 'rxjs';
import type { ConnectionState } from '../connection/connection-state.js';
import type { AppError } from '../errors.js';
import type { RenewalEvent } from './renewal-event.js';
import type { ConnectionListener } from '../connection/listeners.js';
import type { Delivery, DeliveryReport } from '../delivery/outgoing-message.js';
import type { CloudMessage, MessageData, UnitData } from '../protocol/envelope.js';
import type { CloudMessageType } from '../protocol/message-types.js';
import type { SendOptions } from '../delivery/send-options.js';
import type { WithStoreError } from '../delivery/sender.js';
import type { HandleOptions, Work } from '../receiving/handlers.js';

/**
 * A frame of the cloud that was refused: it makes no sense, or there is no room for it while handlers are behind. It was not
 * acked and not given to the app; the connection goes on.
 */
export interface Rejected {
  /** Why, in words that quote nothing of the content. */
  readonly reason: string;
}

/** How {@link Unit.stop} goes about messages that are not delivered yet. */
export interface StopOptions {
  /** Wait for them, at most for `timeout`. Default false. */
  readonly drain?: boolean;
  /** In milliseconds. Default 5 s. */
  readonly timeout?: number;
}

/** What {@link Unit.request} asks; it gets a `correlationId` of its own unless it has one. */
export type RequestData = Omit<UnitData<'requestBlobUrls'>, 'correlationId'> & { readonly correlationId?: string };

/** How {@link Unit.request} waits, and what ends it. */
export interface RequestOptions {
  /** How long the answer may take from the subscription, in milliseconds. Default 60 s. */
  readonly timeout?: number | undefined;
  /** Ends the request with its reason when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** What `stop` leaves behind. */
export interface Stopped {
  /**
   * What was accepted and not delivered, in the order of sending; each was reported `dropped`, or `requeued` where it
   * stays in the store for the next start.
   */
  readonly undelivered: readonly Delivery[];
}

/** Where the connection stands; `storeError` as long as the store of the unit fails. */
export type UnitState = WithStoreError<ConnectionState>;

/** Options of a message that no schema is asked about: see {@link SendOptions.schema}. */
export type OpenSendOptions = SendOptions & { readonly schema: 'open' };

/** Queues a message. */
export interface Send {
  (data: UnitData, options?: SendOptions): Delivery;
  (data: MessageData, options: OpenSendOptions): Delivery;
}

/** Queues each message that comes, and emits its reports. */
export interface Deliver {
  (options: OpenSendOptions): OperatorFunction<MessageData, DeliveryReport>;
  (options?: SendOptions): OperatorFunction<UnitData, DeliveryReport>;
}

/** A unit that keeps itself connected to its cloud. */
export interface Unit {
  /**
   * The state of the connection, one value per transition, the latest replayed to a late subscriber. Where the unit has a
   * store, the same state comes again when that begins to fail, and when it is well again.
   */
  readonly state$: Observable<UnitState>;
  /** What the store kept of an earlier run, once it was read; these go out before anything new. Without a store: an empty list. */
  readonly restored$: Observable<readonly Delivery[]>;
  /** The messages of the cloud, each once. A message that nobody listens for when it comes is gone. */
  readonly message$: Observable<CloudMessage>;
  /** What came in and was refused. */
  readonly rejected$: Observable<Rejected>;
  /** How the renewals of certificates go, and attempts to connect beside the open connection. Without a keystore and `makeBeforeBreak`: nothing. */
  readonly renewal$: Observable<RenewalEvent>;
  /** What the app's own code threw, in a listener or a handler; a handler that took too long, with a `HandlerTimeoutError` as the cause. */
  readonly failure$: Observable<AppError>;
  /** True exactly between the connect and the disconnect notification. */
  readonly isConnected: () => boolean;
  /**
   * Tells the listener of each connect and disconnect, synchronously and in the order of adding, before the connection
   * goes on. It may call back into the unit. A connection that takes over from another without a gap is neither.
   *
   * @throws ListenerError when it was added before
   */
  readonly addListener: (listener: ConnectionListener) => void;
  /** @throws ListenerError when it was not added */
  readonly removeListener: (listener: ConnectionListener) => void;
  /** The messages of the cloud of one type. */
  readonly on: <Type extends CloudMessageType>(type: Type) => Observable<CloudMessage<Type>>;
  /**
   * Runs the handler for each message of the type: four handlers at a time, messages of one type one after the other. A
   * handler that takes longer than a second keeps only its own type waiting; one that takes longer than `handlerTimeout`
   * is given up. One that fails, or is given up, is reported in `failure$` and ends nothing.
   *
   * What waits or is being handled is bounded. With more messages than `maxUnhandled`, reading pauses, for a quarter of a second
   * at most. A message that would exceed `maxUnhandledBytes` is refused: reported in `rejected$`, not acked and not given
   * to anybody, so that the cloud sends it again. Unsubscribe what is returned to end it.
   *
   * @throws OptionError
   */
  readonly handle: <Type extends CloudMessageType>(
    type: Type,
    handler: (message: CloudMessage<Type>) => Work,
    options?: HandleOptions,
  ) => Subscription;
  /**
   * Queues a message, to be sent now or as soon as there is a connection.
   *
   * @throws InvalidMessageError, MessageTooLargeError, QueueFullError, OptionError or StoppedError; nothing is queued then
   */
  readonly send: Send;
  /** The same as an operator: data in, delivery reports out. Data that `send` refuses is an error; a full queue is a `dropped` report. */
  readonly deliver: Deliver;
  /**
   * Asks the cloud: sends the request at each subscription, under a `correlationId` of its own unless the data has one,
   * and emits the one answer with the same. Unsubscribing withdraws a request that was not sent yet.
   *
   * @throws RequestTimeoutError, the reason of the signal, or why the request was dropped; and what `send` throws
   */
  readonly request: (data: RequestData, options?: RequestOptions) => Observable<CloudMessage<'blobUrls'>>;
  /** Resolves once the queue has room; at once where it has some. */
  readonly whenRoom: () => Promise<void>;
  /** Connects. Needed only with `autoStart: false`, or after `stop`. */
  readonly start: () => void;
  /** Ends the connection with 1000, whatever it is waiting for, and tells what was not delivered. */
  readonly stop: (options?: StopOptions) => Promise<Stopped>;
  /** `stop()`, at the end of the block of an `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}
