import { expect } from 'chai';
import { asyncScheduler, of } from 'rxjs';
import { OptionError } from '../../lib/errors.js';
import { aos } from '../../lib/operators/backoff.js';
import { checkOptions } from '../../lib/unit/check-options.js';
import type { UnitOptions } from '../../lib/unit/options.js';

const credentials = { ca: 'CA-PEM', cert: 'CERT-PEM', key: 'KEY-PEM' };
const required = { systemId: 'unit-1', credentials };
const check = (options: object) => checkOptions(options as UnitOptions);
const errorOf = (options: object): OptionError => {
  try {
    check(options);
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  throw new Error('no OptionError');
};
const milliseconds = 'a whole number of milliseconds from 1 to 2147483647';
const url = 'an https URL without user name and password';
const notNumbers = [null, '5', '', Number.NaN, {}, [], true] as const;
const notWhole = [...notNumbers, 1.5, Infinity, -1, 2 ** 31] as const;

/** What each option takes, in the words of the error, and what it does not take. */
const table: Readonly<Record<keyof UnitOptions, readonly [takes: string, refused: readonly unknown[]]>> = {
  systemId: ['a text that is not empty', [undefined, null, '', 7, {}]],
  credentials: [
    '{ ca, cert, key }, PEM texts each, or an Observable of them',
    [
      undefined,
      null,
      'PEM',
      7,
      {},
      { ca: 'x', cert: 'x' },
      { ca: 'x' },
      { ...credentials, key: 7 },
      { ...credentials, passphrase: 7 },
    ],
  ],
  keystore: ['a keystore, such as fileKeystore(directory)', [null, '/var/lib/unit', {}, { createKey: () => '' }]],
  mainNode: ['a text that is not empty', [null, '', 7, {}]],
  discoveryUrl: [url, [null, '', 7, 'cloud', 'wss://cloud/', 'https://u:p@cloud/', 'file:///etc/passwd', {}]],
  overrideDiscoveryUrl: [url, [null, '', 7, 'cloud', 'ws://cloud/', 'https://u@cloud/', {}]],
  makeBeforeBreak: ['true or false', [null, 0, 1, 'true', {}]],
  backoff: ['aos, fleet or a Backoff', [null, 'none', 7, {}, { next: () => undefined }, () => undefined]],
  ackTimeout: [milliseconds, [...notWhole, 0]],
  maxRetries: ['a whole number from 0 to 2147483647', notWhole],
  connectTimeout: [milliseconds, [...notWhole, 0]],
  sendTimeout: [milliseconds, [...notWhole, 0]],
  stableAfter: ['a whole number of milliseconds from 0 to 2147483647', notWhole],
  silenceFactor: ['a number from 1 to 100', [...notNumbers, 0, 0.99, 101, Infinity, -2]],
  pongTimeout: [milliseconds, [...notWhole, 0]],
  pingInterval: [milliseconds, [...notWhole, 0]],
  proxy: ['the http or https URL of a proxy, { url, token?, ca? } or false', ['host', 'ftp://host', {}, true]],
  maxInFlight: ['a whole number of messages from 1 to 2147483647', [...notWhole, 0]],
  rate: ['a number of messages a second from 0.001 to 1000000', [...notNumbers, 0, -1, 0.0009, 1_000_001, Infinity]],
  maxQueued: ['a whole number of messages from 1 to 2147483647', [...notWhole, 0]],
  maxQueuedBytes: ['a whole number of bytes from 1 to 9007199254740991', [...notNumbers, 1.5, Infinity, 0, 2 ** 53]],
  maxMessageBytes: ['a whole number of bytes from 1024 to 2147483647', [...notWhole, 0, 1023]],
  overflow: [
    'reject, drop-oldest, drop-newest, or one of these by message type',
    [null, '', 'drop', 1, [1], { alerts: 'drop' }, { desiredStatus: 'reject' }],
  ],
  store: ['a store, such as fileStore(path)', [null, '/var/lib/unit', {}, { open: () => [] }, () => undefined]],
  keep: ['a function', [null, true, ['alerts']]],
  onStoreFailure: ['refuse or continue', [null, '', 'ignore', true]],
  messageLog: [
    'a message log, such as fileMessageLog(path)',
    [null, '/var/log/unit', {}, { write: true }, () => undefined],
  ],
  metrics: ['a metrics sink, such as memoryMetrics()', [null, '/metrics', 7, {}, { add: () => 0, record: () => 0 }]],
  maxPayload: ['a whole number of bytes from 1024 to 2147483647', [...notWhole, 0, 1023]],
  concurrency: ['a whole number from 1 to 2147483647', [...notWhole, 0]],
  maxUnhandled: ['a whole number of messages from 1 to 2147483647', [...notWhole, 0]],
  maxUnhandledBytes: [
    'a whole number of bytes from 1024 to 9007199254740991',
    [...notNumbers, 1.5, Infinity, 0, 1023, 2 ** 53],
  ],
  handlerTimeout: [`${milliseconds}, or Infinity`, [...notNumbers, 1.5, -1, 0, 2 ** 31]],
  allowInsecure: ['true or false', [null, 0, 1, 'true', {}]],
  autoStart: ['true or false', [null, 0, 1, 'false', {}]],
  diagnostics: ['{ debug?, warn }, functions each', [null, 'warn', {}, { warn: 1 }, () => undefined]],
  transport: ['a Transport', [null, 'node', {}, { discover: () => undefined }, () => undefined]],
  scheduler: ['a scheduler', [null, 'async', {}, { now: () => 0 }, () => undefined]],
  uptime: ['a function', [null, 0, 'now', new Date()]],
  now: ['a function', [null, 0, 'now', new Date()]],
  newId: ['a function', [null, 'id', {}]],
  random: ['a function', [null, 0.5, {}]],
};

describe('the options of a unit', () => {
  for (const [name, [takes, refused]] of Object.entries(table)) {
    it(`${name} takes ${takes}, and the error for anything else says so`, () => {
      for (const value of refused) {
        const error = errorOf({ ...required, [name]: value });
        expect(error.option).to.equal(name);
        expect(error.message).to.match(new RegExp(`^option "${name}" got .+, it takes `));
        expect(error.message.endsWith(`, it takes ${takes}`), error.message).to.equal(true);
      }
    });
  }

  for (const [got, said] of [
    ['5', '"5"'],
    [-1, '-1'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [[5], 'a list'],
    [{ ms: 5 }, 'an object'],
    [() => 5, 'a function'],
  ] as const) {
    it(`an error tells of ${said} what it got`, () => {
      expect(errorOf({ ...required, ackTimeout: got }).message).to.equal(
        `option "ackTimeout" got ${said}, it takes ${milliseconds}`,
      );
    });
  }

  it('credentials may be the CA alone where there is a keystore, which needs to know the main node', () => {
    const keystore = { createKey: () => [], applyCert: () => [], certificate: () => [] };
    const options = { ...required, credentials: { ca: 'CA-PEM' }, keystore, mainNode: 'main' };
    expect(check(options)).to.equal(options);
    expect(errorOf({ ...options, credentials: { ca: 'CA-PEM', cert: 'CERT-PEM' } }).option).to.equal('credentials');
    expect(errorOf({ ...options, mainNode: undefined }).message).to.equal(
      'option "mainNode" got undefined, it takes the id of the node that the unit runs on, since there is a keystore',
    );
  });

  it('are taken as they are where they are as they have to be', () => {
    const options = {
      ...required,
      discoveryUrl: 'https://cloud.example:9000/sd/v7/',
      overrideDiscoveryUrl: 'HTTPS://cloud.example/',
      backoff: 'fleet',
      ackTimeout: 1,
      maxRetries: 0,
      stableAfter: 0,
      silenceFactor: 1.5,
      maxQueuedBytes: 2 ** 40,
      maxPayload: 1024,
      scheduler: asyncScheduler,
      now: Date.now,
    };
    expect(check(options)).to.equal(options);
    expect(check({ ...required, backoff: aos() })).to.be.an('object');
    expect(check({ ...required, credentials: of(credentials) })).to.be.an('object');
    expect(check({ ...required, credentials: { ...credentials, passphrase: 'secret' } })).to.be.an('object');
  });

  it('may be undefined, but for those that are required', () => {
    const optional = Object.keys(table).filter((name) => name !== 'systemId' && name !== 'credentials');
    expect(check({ ...required, ...Object.fromEntries(optional.map((name) => [name, undefined])) })).to.be.an('object');
    expect(errorOf({ systemId: 'unit-1' }).option).to.equal('credentials');
    expect(errorOf({ credentials }).option).to.equal('systemId');
  });

  it('are refused where their name is unknown, with the names that are known', () => {
    const { message, option } = errorOf({ ...required, ackTimeOut: 5 });
    expect(option).to.equal('ackTimeOut');
    expect(message).to.equal(
      `option "ackTimeOut" got a value, it takes none (perhaps ackTimeout): connectUnit knows only ${Object.keys(table).join(', ')}`,
    );
    expect(errorOf({ ...required, toString: () => '' }).option).to.equal('toString');
  });

  it('allow http URLs of discovery only together with allowInsecure', () => {
    for (const name of ['discoveryUrl', 'overrideDiscoveryUrl']) {
      const insecure = { ...required, [name]: 'http://cloud.example/' };
      const takes = 'an https URL, as long as allowInsecure is not set';
      const message = `option "${name}" got "http://cloud.example/", it takes ${takes}`;
      expect(errorOf(insecure).message).to.equal(message);
      expect(errorOf({ ...insecure, allowInsecure: false }).message).to.equal(message);
      expect(check({ ...insecure, allowInsecure: true })).to.be.an('object');
    }
  });

  for (const [title, options] of [
    ['a private key', { credentials: { ca: 'SECRET', key: 'SECRET' } }],
    ['a key given as credentials', { credentials: 'SECRET' }],
    ['a list of keys', { credentials: ['SECRET'] }],
    ['a passphrase', { credentials: { ...credentials, key: 7, passphrase: 'SECRET' } }],
    ['a password in a URL', { discoveryUrl: 'https://user:SECRET@cloud.example/' }],
    ['a password with an @ in a URL', { discoveryUrl: 'https://user:p@SECRET@cloud.example/' }],
    ['a token in the query of a URL', { discoveryUrl: 'http://cloud.example/?token=SECRET' }],
    ['a token in the fragment of a URL', { discoveryUrl: 'http://cloud.example/#SECRET' }],
    ['a user name alone', { overrideDiscoveryUrl: 'https://SECRET@cloud.example/' }],
    ['an unknown option', { token: 'SECRET' }],
  ] as const) {
    it(`give away nothing of ${title}`, () => {
      const { message, stack } = errorOf({ ...required, ...options });
      expect(message).not.to.contain('SECRET');
      expect(stack).not.to.contain('SECRET');
    });
  }

  it('are quoted with at most 80 characters', () => {
    expect(errorOf({ ...required, ackTimeout: 'x'.repeat(1000) }).message.length).to.be.below(200);
  });
});
