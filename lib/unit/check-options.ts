import { isObservable } from 'rxjs';
import { closestName } from '../collections/closest-name.js';
import { OptionError } from '../errors.js';
import { maxTimeout } from '../time/max-timeout.js';
import type { UnitOptions } from './options.js';
import { isUnitMessageType } from '../protocol/message-types.js';
import { isProxyOption } from '../transport/proxy.js';
import { overflows } from '../delivery/send-options.js';

type Check = readonly [takes: string, fits: (value: unknown) => boolean];

const whole = (least: number, unit: string, most = maxTimeout): Check => [
  `a whole ${unit} from ${least} to ${most}`,
  (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
];
const hasFunctions =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function');
const aText: Check = ['a text that is not empty', (value) => typeof value === 'string' && value !== ''];
const isUrl = (value: unknown): boolean =>
  typeof value === 'string' && URL.canParse(value) && /^https?:/i.test(value) && !/^[^/]*\/\/[^/]*@/.test(value);
const url: Check = ['an https URL without user name and password', isUrl];
const aFunction: Check = ['a function', (value) => typeof value === 'function'];
const milliseconds = whole(1, 'number of milliseconds');
const aBoolean: Check = ['true or false', (value) => typeof value === 'boolean'];
const isCredentials = (value: unknown, needed: readonly string[] = ['ca', 'cert', 'key']): boolean =>
  isObservable(value) ||
  (typeof value === 'object' &&
    value !== null &&
    needed.every((name) => typeof Reflect.get(value, name) === 'string') &&
    ['string', 'undefined'].includes(typeof Reflect.get(value, 'passphrase')));
/** With a keystore the trust anchors are enough. */
const isTrust = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['cert', 'key'].every((name) => Reflect.get(value, name) === undefined) &&
  isCredentials(value, ['ca']);

const checks: Readonly<Record<keyof UnitOptions, Check>> = {
  systemId: aText,
  credentials: [
    '{ ca, cert, key }, PEM texts each, or an Observable of them',
    (value) => isCredentials(value) || isTrust(value),
  ],
  keystore: ['a keystore, such as fileKeystore(directory)', hasFunctions('createKey', 'applyCert', 'certificate')],
  mainNode: aText,
  discoveryUrl: url,
  overrideDiscoveryUrl: url,
  makeBeforeBreak: aBoolean,
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
  pingInterval: milliseconds,
  proxy: ['the http or https URL of a proxy, { url, token?, ca? } or false', isProxyOption],
  maxInFlight: whole(1, 'number of messages'),
  rate: [
    'a number of messages a second from 0.001 to 1000000',
    (value) => typeof value === 'number' && value >= 0.001 && value <= 1_000_000,
  ],
  maxQueued: whole(1, 'number of messages'),
  maxQueuedBytes: whole(1, 'number of bytes', Number.MAX_SAFE_INTEGER),
  maxMessageBytes: whole(1024, 'number of bytes'),
  overflow: [
    `${overflows.join(', ')}, or one of these by message type`,
    (value) =>
      overflows.includes(value) ||
      (typeof value === 'object' &&
        value !== null &&
        Object.entries(value).every(([type, rule]) => isUnitMessageType(type) && overflows.includes(rule))),
  ],
  store: ['a store, such as fileStore(path)', hasFunctions('open', 'put', 'remove', 'close')],
  keep: aFunction,
  onStoreFailure: ['refuse or continue', (value) => value === 'refuse' || value === 'continue'],
  messageLog: ['a message log, such as fileMessageLog(path)', hasFunctions('write')],
  metrics: ['a metrics sink, such as memoryMetrics()', hasFunctions('add', 'set', 'record')],
  maxPayload: whole(1024, 'number of bytes'),
  concurrency: whole(1, 'number'),
  maxUnhandled: whole(1, 'number of messages'),
  maxUnhandledBytes: whole(1024, 'number of bytes', Number.MAX_SAFE_INTEGER),
  handlerTimeout: [`${milliseconds[0]}, or Infinity`, (value) => value === Infinity || milliseconds[1](value)],
  allowInsecure: aBoolean,
  autoStart: aBoolean,
  diagnostics: ['{ debug?, warn }, functions each', hasFunctions('warn')],
  transport: ['a Transport', hasFunctions('discover', 'openSocket')],
  scheduler: ['a scheduler', hasFunctions('now', 'schedule')],
  uptime: aFunction,
  now: aFunction,
  newId: aFunction,
  random: aFunction,
};

/**
 * Checks that each option is one of `connectUnit` and has a valid value, and returns the options.
 *
 * @throws {@link OptionError}
 */
export const checkOptions = (options: UnitOptions): UnitOptions => {
  const given = new Map<string, unknown>(Object.entries(options));
  for (const name of given.keys())
    if (!Object.hasOwn(checks, name))
      throw new OptionError(
        name,
        'a value',
        `none${instead(name)}: connectUnit knows only ${Object.keys(checks).join(', ')}`,
      );
  for (const [name, [takes, fits]] of Object.entries(checks)) {
    const value = given.get(name);
    const required = name === 'systemId' || name === 'credentials';
    if ((value !== undefined || required) && !fits(value)) throw new OptionError(name, describe(name, value), takes);
  }
  if (options.keystore === undefined && !isCredentials(options.credentials))
    throw new OptionError('credentials', describe('credentials', options.credentials), checks.credentials[0]);
  if (options.keystore !== undefined && options.mainNode === undefined)
    throw new OptionError(
      'mainNode',
      'undefined',
      'the id of the node that the unit runs on, since there is a keystore',
    );
  if (options.allowInsecure !== true)
    for (const name of ['discoveryUrl', 'overrideDiscoveryUrl'] as const)
      if (options[name] !== undefined && !/^https:/i.test(options[name]))
        throw new OptionError(name, describe(name, options[name]), 'an https URL, as long as allowInsecure is not set');
  options.store?.check?.();
  return options;
};

const instead = (name: string): string => {
  const closest = closestName(name, Object.keys(checks));
  return closest === undefined ? '' : ` (perhaps ${closest})`;
};

/** The value of an option in words that reveal no secret. */
const describe = (name: string, value: unknown): string => {
  if (name === 'credentials' && typeof value === 'object' && value !== null) return 'an object without one of them';
  if (name === 'credentials' && typeof value === 'string') return 'a text';
  if (typeof value === 'string')
    return JSON.stringify(
      value
        .replace(/\/\/[^/]*@/, '//…@')
        .replace(/([?#])[^]*/, '$1…')
        .slice(0, 80),
    );
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
};
