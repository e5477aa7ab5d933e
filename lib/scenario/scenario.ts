import type { BackoffOptions } from '../operators/backoff.js';
import type { UnitOptions } from '../unit/options.js';
import type { MessageData, UnitData } from '../protocol/envelope.js';
import type { SendOptions } from '../delivery/send-options.js';
import type {
  AnswerDiscoveryOptions,
  FailDiscoveryOptions,
  NackOptions,
  RefuseOptions,
} from '../testing/cloud/faults.js';
import type { CloudOptions } from '../testing/cloud/options.js';
import type { UnitCertificate } from '../testing/cloud/renewal.js';

/** The time of a step, in milliseconds. Without any member: at once, after the previous step of its list. */
export interface StepTime {
  /** Since the start. */
  readonly at?: number;
  /** After the next event that this pattern fits, counted from the step before. */
  readonly when?: string;
  /** The delay after that event, or after the previous step. */
  readonly after?: number;
}

/**
 * An endpoint that discovery may name: the one of the cloud, one that refuses connections, a name that nobody knows, one
 * that speaks no TLS, and one that accepts a connection and says nothing.
 */
export type EndpointKind = 'proper' | 'refusing' | 'unknown-name' | 'no-tls' | 'black-hole';

/** A discovery response of one's own, its endpoints by their kinds. */
export interface ScenarioAnswer extends Omit<AnswerDiscoveryOptions, 'connectionInfo'> {
  /** The endpoints in `connectionInfo`. */
  readonly endpoints?: readonly EndpointKind[];
}

/** An HTTP answer that can have a `Retry-After`. */
export type WithRetryAfter<Options> = Omit<Options, 'headers'> & {
  /** The wait in the header `Retry-After`, in milliseconds; whole seconds. */
  readonly retryAfter?: number;
};

/**
 * The actions of a cloud; most are its methods in `unitlink/testing`. A duration ends by itself, `true` lasts until it
 * is switched off.
 */
export interface CloudActions {
  /** Answers the next discovery requests with an HTTP status. */
  readonly failDiscovery: WithRetryAfter<FailDiscoveryOptions>;
  /** Changes the next answers of discovery. */
  readonly answerDiscovery: ScenarioAnswer;
  /** Redirects the next discovery requests. */
  readonly redirectDiscovery: { readonly hops?: number };
  /** Sets the `nextRequestDelay` of every answer of discovery, in milliseconds; null for none. */
  readonly delayDiscoveries: number | null;
  /** Refuses the next upgrades with an HTTP status. */
  readonly refuseUpgrades: WithRetryAfter<RefuseOptions>;
  /** Makes the token of the units invalid. */
  readonly expireToken: true;
  /** Accepts the next upgrades and closes them at once. */
  readonly acceptThenClose: { readonly times?: number; readonly code?: number };
  /** Answers the next messages with a nack. */
  readonly nack: NackOptions;
  /** Leaves the next messages without an answer. */
  readonly dropAcks: number;
  /** Ends every planned fault. */
  readonly clearFaults: true;
  /** Closes every session with this code. */
  readonly closeSessions: number;
  /** Ends every session with a TCP reset. */
  readonly resetSessions: true;
  /** Ends every session with a TCP FIN and no close frame. */
  readonly dropSessions: true;
  /** Reads, answers and sends nothing on the open sessions. */
  readonly silence: number | true;
  /** Reads and answers nothing on the open sessions, and sends pings all the same. */
  readonly stopReading: number | true;
  /** Ends `silence` and `stopReading`. */
  readonly resume: true;
  /** Refuses connections and resets the open ones. */
  readonly outage: number | true;
  /** Ends an outage. */
  readonly restore: true;
  /** An outage after which the token of before is void. */
  readonly restart: number;
  /** Sends a message. */
  readonly send: MessageData;
  /** Sends a frame with any text. */
  readonly sendFrame: string;
  /** Sends so many pings. */
  readonly ping: number;
  /** Asks the unit to renew its certificates, and issues them. */
  readonly renewCertificates: { readonly certificates?: readonly (UnitCertificate & { readonly serial?: string })[] };
}

/** A step of the cloud: when, and exactly one action. */
export type CloudStep = StepTime &
  Partial<CloudActions> & {
    /** The name of the message of `send`; one that is sent under the same name is the same message. */
    readonly as?: string;
  };

/** The actions of an app. */
export interface AppActions {
  /** Sends a message. */
  readonly send: UnitData;
  /** Takes the message of this name back. */
  readonly withdraw: string;
  /** Stops the unit. */
  readonly stop: true | { readonly drain?: boolean; readonly timeout?: number };
  /** Starts the unit again. */
  readonly start: true;
  /** Passes a new certificate to the unit. */
  readonly newCredentials: true;
}

/** A step of the app: when, and exactly one action; the rest is about `send`. */
export type AppStep = StepTime &
  Partial<AppActions> & {
    /** The name of the message, in the timeline. Default: its type and a number. */
    readonly as?: string;
    /**
     * The number of messages; their names are numbered.
     *
     * @defaultValue 1
     */
    readonly times?: number;
    /** The options of the message. */
    readonly with?: Pick<SendOptions, 'policy' | 'lane' | 'overflow' | 'coalesceKey' | 'ttl'>;
  };

/** An event that must be seen, after those above it of the same side; times in milliseconds since the start. */
export interface Expectation {
  /** The first words of the event; `*` is any one word. */
  readonly event: string;
  /** No earlier. */
  readonly from?: number;
  /** No later; on real sockets this is not judged, as machines are slow at times. */
  readonly by?: number;
}

/** The options of the unit that a scenario may choose. */
export interface ScenarioUnitOptions extends Pick<
  UnitOptions,
  | 'makeBeforeBreak'
  | 'ackTimeout'
  | 'maxRetries'
  | 'connectTimeout'
  | 'sendTimeout'
  | 'stableAfter'
  | 'silenceFactor'
  | 'pongTimeout'
  | 'maxInFlight'
  | 'rate'
  | 'maxQueued'
  | 'maxQueuedBytes'
  | 'maxMessageBytes'
  | 'overflow'
  | 'maxPayload'
> {
  /** A preset, or the numbers of `aos`. */
  readonly backoff?: 'aos' | 'fleet' | BackoffOptions;
  /**
   * True if the unit renews its certificates on request of the cloud.
   *
   * @defaultValue false
   */
  readonly keystore?: boolean;
}

/** A story about a unit and its cloud, and what is to come of it. Times in milliseconds. */
export interface Scenario {
  /** The name. */
  readonly name: string;
  /** A description in a sentence or two. */
  readonly about?: string;
  /** The options of the unit. */
  readonly options?: ScenarioUnitOptions;
  /** The options of the cloud. */
  readonly cloudOptions?: Pick<CloudOptions, 'pingInterval' | 'acks' | 'nextRequestDelay' | 'secondSession'>;
  /** The steps of the cloud, in order. */
  readonly cloud?: readonly CloudStep[];
  /** The steps of the app, in order. */
  readonly app?: readonly AppStep[];
  /** The events that are expected, in order for each side. */
  readonly see: readonly Expectation[];
  /** Events that must not be seen. */
  readonly never?: readonly string[];
  /** It ends when all steps are taken and everything was seen, and so much later. Default 0. */
  readonly linger?: number;
  /** It fails when that takes longer. Default one hour on virtual time, one minute on real sockets. */
  readonly lasts?: number;
}
