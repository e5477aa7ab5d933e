import { logLevels, type LogLevel } from '../../observability/log.js';
import { optionsHelp } from '../options/help.js';
import { flag, metricsPort, oneOf, text, whole, type Option, type OptionTable } from '../options/option.js';
import { readOptions } from '../options/read-options.js';

/** The settings of `unitlink cloud`; times in milliseconds. */
export interface CloudSettings {
  readonly host: string;
  readonly discoveryPort: number;
  readonly port: number;
  readonly certs: string | undefined;
  readonly systemId: string;
  readonly pingInterval: number;
  readonly token: string | undefined;
  readonly noAcks: boolean;
  readonly nextRequestDelay: number | undefined;
  readonly metricsPort: number | undefined;
  readonly showSecrets: boolean;
  readonly logLevel: LogLevel;
}

const textOr = (fallback: string, placeholder: string, about: string): Option<string> => ({
  ...(text(placeholder, about) as Option<string>),
  fallback,
});

const most = 65_535;

const options = {
  discoveryPort: whole('PORT', 'The port of service discovery; 0 takes any free one.', { most, fallback: 9000 }),
  port: whole('PORT', 'The port of the WebSocket endpoint; 0 takes any free one.', { most, fallback: 9001 }),
  host: textOr('127.0.0.1', 'ADDRESS', 'The address to listen on.'),
  certs: text(
    'DIR',
    'The directory for ca.pem, unit.pem and unit.key, written again at each start; created if it does not exist. Without it: a new directory under the one for temporary files.',
  ),
  systemId: textOr('unit-1', 'ID', 'The unit that the certificate is made out to.'),
  pingInterval: whole('MS', 'The time between pings, in milliseconds; 0 sends none.', { fallback: 15_000 }),
  token: text('TEXT', 'The bearer token that discovery hands out. Default: a random one.', true),
  noAcks: flag('Do not acknowledge messages.'),
  nextRequestDelay: whole('MS', 'The nextRequestDelay of discovery answers, in milliseconds. Default: none.'),
  metricsPort: metricsPort(),
  showSecrets: flag('Show messages whole, instead of with their secrets replaced by "***".'),
  logLevel: oneOf<LogLevel, LogLevel>(logLevels, 'How much is logged to stderr.', 'info'),
};

/** The options of `unitlink cloud`. */
export const cloudOptionTable: OptionTable = options;

/** The help text of `unitlink cloud`. */
export const cloudHelp = (): string => `Usage: unitlink cloud [options]

Runs a cloud for development on this machine: service discovery over HTTPS and a WebSocket endpoint
that acknowledges what units send. Both demand a client certificate, which is made on the spot.

stdout has one JSON object a line; "event" distinguishes them: first "listening", with the URLs, the
certificate files and the command that connects a unit, then whatever the cloud sees and does.

stdin takes one message a line, which is sent to every connected unit:
  {"data":{"messageType":"desiredStatus"}}

SIGTERM, SIGINT, SIGHUP and SIGQUIT stop it and it exits with 0; a second one ends it at once. It
exits with 1 when it cannot go on, as when nobody reads stdout any more, and with 2 when an option cannot be.

Options:
${optionsHelp(options)}
`;

/**
 * The settings on a command line.
 *
 * @throws UsageError
 */
export const readCloudOptions = (args: readonly string[]): CloudSettings => readOptions(options, args);
