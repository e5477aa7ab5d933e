import { checkDiscoveryUrls } from '../options/check-discovery-urls.js';
import { optionsHelp } from '../options/help.js';
import { flag, proxyUrl, requiredText, text, url, whole, type OptionTable } from '../options/option.js';
import { readOptions } from '../options/read-options.js';
import { checkIdentity, unitOptionTable } from '../unit/options.js';

/** The settings of `unitlink doctor`; times in milliseconds. */
export interface DoctorSettings {
  readonly systemId: string;
  readonly discoveryUrl: string | undefined;
  readonly overrideDiscoveryUrl: string | undefined;
  readonly ca: string;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly passphraseFile: string | undefined;
  readonly keystore: string | undefined;
  readonly mainNode: string | undefined;
  readonly connectTimeout: number;
  readonly proxy: string | undefined;
  readonly allowInsecure: boolean;
  readonly json: boolean;
}

const options = {
  systemId: requiredText('ID', 'The system id of the unit.'),
  ca: requiredText('FILE', 'PEM file of the CA that vouches for the cloud.'),
  cert: text(
    'FILE',
    'PEM file of the certificate of the unit, then its intermediates. Required unless --keystore holds one.',
  ),
  key: text(
    'FILE',
    'PEM file of the private key that belongs to the certificate, or the pkcs11: URI of one in hardware. Required likewise.',
  ),
  passphraseFile: text(
    'FILE',
    'File whose first line is the passphrase of the private key, or of those in --keystore.',
  ),
  keystore: text('DIR', 'The keystore of the unit: what is in use there is examined. Nothing in it is changed.'),
  mainNode: text('ID', 'The id of the node that the unit runs on. Required with --keystore.'),
  discoveryUrl: url('Where service discovery is asked when the certificate names no cloud, or none that answers.'),
  overrideDiscoveryUrl: url('Where service discovery is asked instead of everywhere else.'),
  connectTimeout: whole('MS', 'How long each step may take, in milliseconds.', { least: 1, fallback: 30_000 }),
  proxy: proxyUrl(),
  allowInsecure: flag('Allow URLs without TLS. For tests on one machine only: the token goes in clear as well.'),
  json: flag('One JSON object a line, for programs.'),
  config: text(
    'FILE',
    'JSON file with options, their names in camelCase ({"systemId": "unit-1"}); the one of "unitlink unit" will do. An option on the line wins.',
  ),
};

/** The options of `unitlink doctor`. */
export const doctorOptionTable: OptionTable = options;

/** The help text of `unitlink doctor`. */
export const doctorHelp =
  (): string => `Usage: unitlink doctor --system-id ID --ca FILE --cert FILE --key FILE [options]
       unitlink doctor --system-id ID --ca FILE --keystore DIR --main-node ID [options]

Finds out why a unit cannot connect. It goes the way of a unit step by step: clock and files of the unit,
then for service discovery and for each endpoint the name, TCP, TLS and what is answered, to the
first ping. Each step is a line, with what to do where it fails. It connects as the unit, so a cloud
that allows one connection a unit may end the one there is.

With --store DIR it looks at the queue in that directory instead, which is left as it is: what is
there, since when, and what of it cannot be read. It takes no further option but --json then.

With --json each line is an object: "check" (check, url, verdict, finding, message, advice, code,
figures, took), and at the end "result" (ok, failed, skipped: how many of them).

It exits with 0 when all is well, with 1 when something failed, and with 2 when an option cannot be.

Options:
${optionsHelp(options)}
`;

/**
 * The settings on a command line.
 *
 * @throws UsageError
 */
export const readDoctorOptions = (args: readonly string[]): DoctorSettings => {
  const settings = readOptions(options, args, unitOptionTable);
  checkDiscoveryUrls(settings);
  checkIdentity(settings);
  return settings;
};
