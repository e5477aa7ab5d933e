import { isObservable, type Observable, type SchedulerLike } from 'rxjs';
import { OptionError } from './errors.js';
import type { Backoff } from './operators/backoff.js';
import type { Credentials, Transport } from './transport/types.js';

/** What `connectUnit` takes. Times in milliseconds. */
export interface UnitOptions {
  /** The unit's system id: it goes into every message, and only messages to it are read. */
  readonly systemId: string;
  /** Certificate, key and CA, or a stream of them: it is subscribed anew for each attempt, and a further value makes the unit connect anew. */
  readonly credentials: Credentials | Observable<Credentials>;
  /** Where service discovery is asked when the certificate names no cloud or none that answers. */
  readonly discoveryUrl?: string | undefined;
  /** Where service discovery is asked instead of everything else. */
  readonly overrideDiscoveryUrl?: string | undefined;
  /** Default `aos`: the specification's 0, 1, 2, 4, 8 s. `fleet` adds jitter, for many units behind one cloud. */
  readonly backoff?: 'aos' | 'fleet' | Backoff | undefined;
  /** How long an ack may take from the write. Default 10 s (`cloudResponseWaitTimeout`). */
  readonly ackTimeout?: number | undefined;
  /** How often a message without ack is sent again. Default 3 (specification). */
  readonly maxRetries?: number | undefined;
  /** One deadline over name, TCP, TLS and upgrade, and one over a discovery request. Default 30 s. */
  readonly connectTimeout?: number | undefined;
  /** How long a write may stay untaken by the network. Default 30 s. */
  readonly sendTimeout?: number | undefined;
  /** The age at which a connection counts as a success, if it brought no message before. Default 5 s. */
  readonly stableAfter?: number | undefined;
  /** Silence of this many ping intervals of the cloud makes the link suspect. Default 2.5. */
  readonly silenceFactor?: number | undefined;
  /** How long a suspect link has to show a sign of life. Default 5 s. */
  readonly pongTimeout?: number | undefined;
  /** How many messages may wait for their ack at a time. Default 256. */
  readonly window?: number | undefined;
  /** How many undelivered messages are held. Default 10,000. */
  readonly maxQueued?: number | undefined;
  /** How many bytes of undelivered messages are held. Default 64 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** The largest frame that is read, in bytes. Default 4 MiB. */
  readonly maxPayload?: number | undefined;
  /** How many handlers run at a time. Default 4 (specification). */
  readonly concurrency?: number | undefined;
  /** Allow URLs without TLS. For tests on one machine only: everything, the token included, goes in clear. Default false. */
  readonly allowInsecure?: boolean | undefined;
  /** Connect without being told to by `start()`. Default true: at the end of the turn. */
  readonly autoStart?: boolean | undefined;
  /** What reaches the network. Default: node-fetch and ws. */
  readonly transport?: Transport | undefined;
  /** Every timer of the unit. Default: the event loop's timers and a clock that never jumps. */
  readonly scheduler?: SchedulerLike | undefined;
  /** The wall clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** The txn of each message. Default: a UUID v4. */
  readonly newId?: (() => string) | undefined;
  /** Random numbers from 0 to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

type Check = readonly [takes: string, fits: (value: unknown) => boolean];

const longest = 2 ** 31 - 1;
const whole = (least: number, unit: string, most = longest): Check => [
  `a whole ${unit} from ${least} to ${most}`,
  (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
];
const hasFunctions =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function');
const isUrl = (value: unknown): boolean =>
  typeof value === 'string' && URL.canParse(value) && /^https?:/i.test(value) && !/^[^/]*\/\/[^/]*@/.test(value);
const url: Check = ['an https URL without user name and password', isUrl];
const aFunction: Check = ['a function', (value) => typeof value === 'function'];
const milliseconds = whole(1, 'number of milliseconds');
const aBoolean: Check = ['true or false', (value) => typeof value === 'boolean'];
const isCredentials = (value: unknown): boolean =>
  isObservable(value) ||
  (typeof value === 'object' &&
    value !== null &&
    ['ca', 'cert', 'key'].every((name) => typeof Reflect.get(value, name) === 'string') &&
    ['string', 'undefined'].includes(typeof Reflect.get(value, 'passphrase')));

const checks: Readonly<Record<keyof UnitOptions, Check>> = {
  systemId: ['a text that is not empty', (value) => typeof value === 'string' && value !== ''],
  credentials: ['{ ca, cert, key }, PEM texts each, or an Observable of them', isCredentials],
  discoveryUrl: url,
  overrideDiscoveryUrl: url,
  backoff: [
    'aos, fleet or a Backoff',
    (value) => value === 'aos' || value === 'fleet' || hasFunctions('next', 'afterClose')(value),
  ],
  ackTimeout: milliseconds,
  maxRetries: whole(0, 'number'),
  connectTimeout: milliseconds,
  sendTimeout: milliseconds,
  stableAfter: whole(0, 'number of milliseconds'),
  silenceFactor: ['a number from 1 to 100', (value) => typeof value === 'number' && value >= 1 && value <= 100],
  pongTimeout: milliseconds,
  window: whole(1, 'number of messages'),
  maxQueued: whole(1, 'number of messages'),
  maxQueuedBytes: whole(1, 'number of bytes', Number.MAX_SAFE_INTEGER),
  maxPayload: whole(1024, 'number of bytes'),
  concurrency: whole(1, 'number'),
  allowInsecure: aBoolean,
  autoStart: aBoolean,
  transport: ['a Transport', hasFunctions('discover', 'openSocket')],
  scheduler: ['a scheduler', hasFunctions('now', 'schedule')],
  now: aFunction,
  newId: aFunction,
  random: aFunction,
};

/**
 * The options, once it is sure that each is one that `connectUnit` knows and of the kind that it takes.
 *
 * @throws {@link OptionError}
 */
export const checkOptions = (options: UnitOptions): UnitOptions => {
  const given = new Map<string, unknown>(Object.entries(options));
  for (const name of given.keys())
    if (!Object.hasOwn(checks, name))
      throw new OptionError(name, 'a value', `none: connectUnit knows only ${Object.keys(checks).join(', ')}`);
  for (const [name, [takes, fits]] of Object.entries(checks)) {
    const value = given.get(name);
    const required = name === 'systemId' || name === 'credentials';
    if ((value !== undefined || required) && !fits(value)) throw new OptionError(name, describe(name, value), takes);
  }
  if (options.allowInsecure !== true)
    for (const name of ['discoveryUrl', 'overrideDiscoveryUrl'] as const)
      if (options[name] !== undefined && !/^https:/i.test(options[name]))
        throw new OptionError(name, describe(name, options[name]), 'an https URL, as long as allowInsecure is not set');
  return options;
};

/** What an option got, in words that give no secret away. */
const describe = (name: string, value: unknown): string => {
  if (name === 'credentials' && typeof value === 'object' && value !== null) return 'an object without one of them';
  if (name === 'credentials' && typeof value === 'string') return 'a text';
  if (typeof value === 'string')
    return JSON.stringify(
      value
        .replace(/\/\/[^/]*@/, '//…@')
        .replace(/\?.*/, '?…')
        .slice(0, 80),
    );
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
};
