import { pairInUse } from '../../certificates/file-keystore.js';
import { readPassphrase } from '../../certificates/file-credentials.js';
import { describeError } from '../../observability/describe-error.js';
import { isHardwareKey } from '../../transport/hardware-key.js';
import { failed, ok, type Check } from './check.js';
import { readForCheck } from './files.js';
import type { DoctorSettings } from './options.js';

/** Certificate and key of a unit as texts, and where they are from; either may be missing, for what the checks say. */
export interface IdentityFiles {
  readonly checks: readonly Check[];
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Reads what a unit would connect with: the pair in use in its keystore, or else its files. Changes nothing. */
export const readIdentity = async (settings: DoctorSettings): Promise<IdentityFiles> => {
  const given = await readGivenPassphrase(settings);
  if (typeof given === 'object') return { checks: [given], certFile: '', keyFile: '' };
  const { keystore: directory, mainNode } = settings;
  if (directory === undefined || mainNode === undefined) return readFiles(settings, given);
  const id = { type: 'online', node: mainNode };
  try {
    const pair = await pairInUse(directory, id, given);
    if (pair !== undefined) {
      const trial = pair.isOnTrial === true ? ', which has yet to connect for the first time' : '';
      const check = ok('keystore', `holds the online certificate ${pair.serial} of node ${mainNode}${trial}`);
      const { cert, key, passphrase = given } = pair;
      return {
        ...{ checks: [check], cert, key, certFile: directory, keyFile: directory },
        ...(passphrase === undefined ? {} : { passphrase }),
      };
    }
  } catch (error) {
    const check = failed('keystore', 'keystore-unusable', describeError(error).message);
    return { checks: [check], certFile: directory, keyFile: directory };
  }
  const what = `${directory} holds no online certificate of node ${mainNode}`;
  if (settings.cert === undefined || settings.key === undefined)
    return { checks: [failed('keystore', 'keystore-empty', what)], certFile: directory, keyFile: directory };
  const files = await readFiles(settings, given);
  return {
    ...files,
    checks: [ok('keystore', `${what} yet: the unit copies --cert and --key into it`), ...files.checks],
  };
};

const readGivenPassphrase = async ({ passphraseFile }: DoctorSettings): Promise<string | Check | undefined> => {
  try {
    return await readPassphrase(passphraseFile);
  } catch (error) {
    return failed('key', 'passphrase-unreadable', describeError(error).message);
  }
};

const readFiles = async (
  { cert: certFile = '', key: keyFile = '' }: DoctorSettings,
  passphrase: string | undefined,
): Promise<IdentityFiles> => {
  const [cert, key] = await Promise.all([
    readForCheck('certificate', certFile),
    isHardwareKey(keyFile) ? keyFile : readForCheck('key', keyFile),
  ]);
  return {
    checks: [cert, key].filter((part) => typeof part !== 'string'),
    ...(typeof cert === 'string' ? { cert } : {}),
    ...(typeof key === 'string' ? { key } : {}),
    ...(passphrase === undefined ? {} : { passphrase }),
    certFile,
    keyFile,
  };
};
