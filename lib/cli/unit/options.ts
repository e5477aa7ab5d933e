import { logFormats, logLevels, type LogFormat, type LogLevel } from '../../observability/log.js';
import { isHardwareKey } from '../../transport/hardware-key.js';
import { checkDiscoveryUrls } from '../options/check-discovery-urls.js';
import { flag, metricsPort, oneOf, requiredText, text, url, whole, type OptionsOf } from '../options/option.js';
import { readOptions } from '../options/read-options.js';
import { UsageError } from '../options/usage-error.js';
import { tuningOptions, type TuningSettings } from './tuning-options.js';

/** The settings of `unitlink unit`; times in milliseconds. */
export interface UnitSettings extends TuningSettings {
  readonly systemId: string;
  readonly discoveryUrl: string | undefined;
  readonly overrideDiscoveryUrl: string | undefined;
  readonly ca: string;
  /** With a keystore that holds a certificate already there need be none. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The first line of this file opens the key, and encrypts those in the keystore. */
  readonly passphraseFile: string | undefined;
  readonly ackTimeout: number;
  readonly maxRetries: number;
  readonly connectTimeout: number;
  readonly drainTimeout: number;
  readonly store: string | undefined;
  readonly messageLog: string | undefined;
  readonly keystore: string | undefined;
  readonly mainNode: string | undefined;
  readonly metricsPort: number | undefined;
  readonly makeBeforeBreak: boolean;
  readonly backoff: 'aos' | 'fleet';
  readonly allowInsecure: boolean;
  readonly showSecrets: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** True to stop at the end of stdin, even if nothing came on it. */
  readonly exitAtEof: boolean;
  /** True to go on after the end of stdin, whatever came on it. */
  readonly keepRunning: boolean;
  /** True to read no further line while the queue has no room, rather than reject it. */
  readonly waitForRoom: boolean;
  /** True to read the files of the credentials again and again, and to reconnect when they have changed. */
  readonly watchCredentials: boolean;
}

/** The options of `unitlink unit`, which a config file for it may contain. */
export const unitOptionTable: OptionsOf<UnitSettings & { readonly config: string | undefined }> = {
  systemId: requiredText('ID', 'The system id of the unit.'),
  ca: requiredText('FILE', 'PEM file of the CA that vouches for the cloud; read again by each attempt to connect.'),
  cert: text(
    'FILE',
    'PEM file of the certificate of the unit, then its intermediates; read again likewise. Required unless --keystore holds one.',
  ),
  key: text(
    'FILE',
    'PEM file of the private key that belongs to the certificate, or the pkcs11: URI of one in hardware; read again likewise. Required likewise.',
  ),
  passphraseFile: text(
    'FILE',
    'File whose first line is the passphrase of the private key; read again by each attempt to connect. The keys in --keystore are encrypted with it.',
  ),
  discoveryUrl: url('Where service discovery is asked when the certificate names no cloud, or none that answers.'),
  overrideDiscoveryUrl: url('Where service discovery is asked instead of everywhere else.'),
  ackTimeout: whole('MS', 'How long the ack of a message may take, in milliseconds.', { least: 1, fallback: 10_000 }),
  maxRetries: whole('N', 'How often a message without ack is sent again.', { fallback: 3 }),
  backoff: oneOf(
    ['aos', 'fleet'],
    'The waits between attempts to connect: aos is 0, 1, 2, 4 and 8 s; fleet adds jitter, for many units behind one cloud.',
    'aos',
  ),
  connectTimeout: whole('MS', 'How long one attempt to connect, or one discovery request, may take, in milliseconds.', {
    least: 1,
    fallback: 30_000,
  }),
  drainTimeout: whole('MS', 'How long a stop waits for messages to be delivered, in milliseconds; 0 for not at all.', {
    fallback: 1000,
  }),
  allowInsecure: flag('Allow URLs without TLS. For tests on one machine only: the token goes in clear as well.'),
  showSecrets: flag('Show received messages whole, instead of with their secrets replaced by "***".'),
  logLevel: oneOf<LogLevel, LogLevel>(logLevels, 'How much is logged to stderr.', 'info'),
  logFormat: oneOf<LogFormat, LogFormat>(
    logFormats,
    'How stderr is written: text, or json with time, level and message in an object a line.',
    'text',
  ),
  exitAtEof: flag(
    'Stop at the end of stdin once all its messages are delivered or dropped, even if nothing came on it. Without it the end of stdin stops the unit only after a message came on it.',
  ),
  keepRunning: flag('Go on after the end of stdin, whatever came on it.'),
  waitForRoom: flag('Read no further line of stdin while the queue has no room, rather than reject it.'),
  watchCredentials: flag(
    'Read the files of --ca, --cert and --key every 10 s, and reconnect when they have changed; SIGHUP reads them at once in any case.',
  ),
  config: text(
    'FILE',
    'JSON file with options, their names in camelCase ({"ackTimeout": 5000}). An option on the line wins.',
  ),
  store: text(
    'DIR',
    'Where messages that expect an ack are kept until the cloud has them, also through a kill of the process. Made when missing.',
  ),
  messageLog: text(
    'FILE',
    'Where every message is logged as it goes out or comes in, its secrets replaced by "***": "TX: " or "RX: " and its JSON, a line each. Only the user can read it; a full one is put aside as FILE.1 and so on, at most 5 files of 10 MiB.',
  ),
  keystore: text(
    'DIR',
    'Where keys and certificates are kept, and made, renewed and removed when the cloud asks for it: online, offline, cm, sm and iam for the main node, sm and iam for any other. Made when missing. The first start copies --cert and --key into it; from then on they are not read any more.',
  ),
  mainNode: text('ID', 'The id of the node that the unit runs on. Required with --keystore.'),
  metricsPort: metricsPort(', health checks at /healthz and /readyz, and for unitlink top the state at /status'),
  makeBeforeBreak: flag(
    'Connect with a renewed certificate in parallel to the open connection, and close that one afterwards. For clouds that allow a unit two sessions. Of use only with --keystore.',
  ),
  ...tuningOptions,
};

/**
 * The settings on a command line.
 *
 * @throws UsageError
 */
export const readUnitOptions = (args: readonly string[]): UnitSettings =>
  checkUnitSettings(readOptions(unitOptionTable, args));

/** @throws UsageError where settings exclude each other, or one lacks another */
export const checkUnitSettings = <Given extends UnitSettings>(settings: Given): Given => {
  checkDiscoveryUrls(settings);
  checkIdentity(settings);
  if (settings.makeBeforeBreak && settings.keystore === undefined)
    throw new UsageError('option --make-before-break is of no use without --keystore');
  if (settings.exitAtEof && settings.keepRunning)
    throw new UsageError('options --exit-at-eof and --keep-running exclude each other');
  return settings;
};

/** @throws UsageError where the options do not say who the unit is */
export const checkIdentity = (settings: Pick<UnitSettings, 'cert' | 'key' | 'keystore' | 'mainNode'>): void => {
  const { keystore, mainNode, key = '' } = settings;
  if (keystore !== undefined && isHardwareKey(key))
    throw new UsageError('option --key names a key in hardware, which --keystore cannot copy; leave one of them out');
  if (keystore === undefined) for (const name of ['cert', 'key'] as const) requireFile(name, settings[name]);
  if ((keystore === undefined) !== (mainNode === undefined))
    throw new UsageError(
      keystore === undefined
        ? 'option --main-node is of no use without --keystore'
        : 'option --main-node is missing, --keystore needs the id of the node that the unit runs on',
    );
};

/** @throws UsageError where a file is not given that has to be */
export const requireFile = (name: 'cert' | 'key', file: string | undefined): string => {
  if (file === undefined) throw new UsageError(`option --${name} is missing, it takes a text that is not empty`);
  return file;
};
