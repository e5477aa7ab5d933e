import { firstValueFrom, merge, tap, type Observable } from 'rxjs';
import {
  everyReading$,
  fileCredentials,
  readPassphrase,
  type CredentialsFiles,
} from '../../certificates/file-credentials.js';
import { fileKeystore, type FileKeystore } from '../../certificates/file-keystore.js';
import type { CertificateId } from '../../certificates/keystore.js';
import { describeError } from '../../observability/describe-error.js';
import type { Log } from '../../observability/log.js';
import type { UnitOptions } from '../../unit/options.js';
import { requireFile, type UnitSettings } from './options.js';
import { UsageError } from '../options/usage-error.js';

/** The identity of the unit. */
export interface IdentityOptions extends Pick<UnitOptions, 'credentials' | 'mainNode'> {
  readonly keystore?: FileKeystore;
}

/**
 * Each value of `hangUp$` has the files read again, which is logged. Without a keystore the files say who the unit is, with one they do until
 * it holds a certificate.
 *
 * @throws UsageError where the keystore cannot be used, or the files that it needs are not there
 */
export const identityOptions = async (
  settings: UnitSettings,
  hangUp$: Observable<unknown>,
  log: Log,
): Promise<IdentityOptions> => {
  const { ca, systemId, keystore: directory, mainNode } = settings;
  const watch = readings(settings, hangUp$, log);
  if (directory === undefined || mainNode === undefined)
    return { credentials: fileCredentials({ ca, ...keyFiles(settings), ...watch }) };
  const keystore = fileKeystore(directory, { commonName: systemId, passphrase: await usablePassphrase(settings) });
  const id = { type: 'online', node: mainNode };
  try {
    if ((await keystore.certificate(id)) === undefined) await importPair(keystore, id, settings);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`option --keystore cannot be used: ${describeError(error).message}`);
  }
  return { credentials: fileCredentials({ ca, ...watch }), keystore, mainNode };
};

/** SIGHUP has its reading logged. A reason is logged once for as long as it stays the same. */
const readings = (
  { watchCredentials }: UnitSettings,
  hangUp$: Observable<unknown>,
  log: Log,
): Pick<CredentialsFiles, 'watch' | 'onRefused'> => {
  let logged: string | undefined;
  const asked$ = hangUp$.pipe(
    tap(() => {
      logged = undefined;
      log('info', 'SIGHUP: reading the files of the credentials again');
    }),
  );
  return {
    watch: watchCredentials ? merge(asked$, everyReading$) : asked$,
    onRefused: (error) => {
      const { message } = describeError(error);
      if (message !== logged) log('warn', `the connection goes on with the credentials as they were: ${message}`);
      logged = message;
    },
  };
};

const keyFiles = ({ cert, key, passphraseFile }: UnitSettings): Omit<CredentialsFiles, 'ca'> => ({
  cert: requireFile('cert', cert),
  key: requireFile('key', key),
  passphraseFile,
});

const usablePassphrase = async ({ passphraseFile }: UnitSettings): Promise<string | undefined> => {
  try {
    return await readPassphrase(passphraseFile);
  } catch (error) {
    throw new UsageError(`option --passphrase-file cannot be used: ${describeError(error).message}`);
  }
};

const importPair = async (keystore: FileKeystore, id: CertificateId, settings: UnitSettings): Promise<void> => {
  const { ca } = settings;
  const pair = await firstValueFrom(fileCredentials({ ca, ...keyFiles(settings) }), { defaultValue: undefined });
  if (pair) await keystore.importPair({ ...id, ...pair });
};
