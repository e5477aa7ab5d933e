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
  readonly endpoints?: readonly EndpointKind[];
}

/** An HTTP answer; `retryAfter` (whole seconds, in milliseconds) is its header. */
export type WithRetryAfter<Options> = Omit<Options, 'headers'> & { readonly retryAfter?: number };

/**
 * The actions of a cloud; most are its methods in `unitlink/testing`. A duration ends by itself, `true` lasts until it
 * is switched off.
 */
export interface CloudActions {
  readonly failDiscovery: WithRetryAfter<FailDiscoveryOptions>;
  readonly answerDiscovery: ScenarioAnswer;
  readonly redirectDiscovery: { readonly hops?: number };
  readonly delayDiscoveries: number | null;
  readonly refuseUpgrades: WithRetryAfter<RefuseOptions>;
  readonly expireToken: true;
  readonly acceptThenClose: { readonly times?: number; readonly code?: number };
  readonly nack: NackOptions;
  readonly dropAcks: number;
  readonly clearFaults: true;
  readonly closeSessions: number;
  readonly resetSessions: true;
  readonly dropSessions: true;
  readonly silence: number | true;
  readonly stopReading: number | true;
  readonly resume: true;
  readonly outage: number | true;
  readonly restore: true;
  /** An outage after which the token of before is void. */
  readonly restart: number;
  /** A message; `as` names it, and one that goes out again under the same name is the same message. */
  readonly send: MessageData;
  /** A frame with any text. */
  readonly sendFrame: string;
  /** The number of pings. */
  readonly ping: number;
  readonly renewCertificates: { readonly certificates?: readonly (UnitCertificate & { readonly serial?: string })[] };
}

/** A step of the cloud: when, and exactly one action. */
export type CloudStep = StepTime & Partial<CloudActions> & { readonly as?: string };

/** The actions of an app. */
export interface AppActions {
  readonly send: UnitData;
  /** Takes the message of this name back. */
  readonly withdraw: string;
  readonly stop: true | { readonly drain?: boolean; readonly timeout?: number };
  readonly start: true;
  /** Gives the unit a further certificate. */
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
    readonly with?: Pick<SendOptions, 'policy' | 'lane' | 'overflow' | 'coalesceKey' | 'ttl'>;
  };

/** An event that must be seen, after those above it of the same side; times in milliseconds since the start. */
export interface Expectation {
  /** The first words of the event; `*` stands for any one word. */
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
  readonly name: string;
  readonly about?: string;
  readonly options?: ScenarioUnitOptions;
  readonly cloudOptions?: Pick<CloudOptions, 'pingInterval' | 'acks' | 'nextRequestDelay' | 'secondSession'>;
  readonly cloud?: readonly CloudStep[];
  readonly app?: readonly AppStep[];
  readonly see: readonly Expectation[];
  /** Events that must not be seen. */
  readonly never?: readonly string[];
  /** It ends when all steps are taken and everything was seen, and so much later. Default 0. */
  readonly linger?: number;
  /** It fails when that takes longer. Default one hour on virtual time, one minute on real sockets. */
  readonly lasts?: number;
}
