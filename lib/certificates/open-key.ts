import { createPrivateKey, type KeyObject } from 'node:crypto';

/** Opens a private key. Fails with the error of OpenSSL, which quotes nothing of it. */
export const openKey = (key: string, passphrase?: string): KeyObject =>
  createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });

/** True if a private key in PEM is encrypted, in PKCS#8 or the older form. */
export const isEncrypted = (key: string): boolean => key.includes('ENCRYPTED');

/** The reason why {@link openKey} failed. */
export type KeyTrouble = 'unreadable' | 'no passphrase' | 'wrong passphrase' | 'unknown cipher';

/** The reason why a key could not be opened, by the key and the error. */
export const keyTrouble = (key: string, passphrase: string | undefined, error: unknown): KeyTrouble => {
  if (!isEncrypted(key)) return 'unreadable';
  if (passphrase === undefined) return 'no passphrase';
  return error instanceof Error && Reflect.get(error, 'code') === 'ERR_OSSL_EVP_UNSUPPORTED'
    ? 'unknown cipher'
    : 'wrong passphrase';
};

const words: Readonly<Record<Exclude<KeyTrouble, 'unreadable'>, string>> = {
  'no passphrase': 'it is encrypted, and no passphrase is given; give the one that it was encrypted with',
  'wrong passphrase': 'the passphrase does not open it; give the one that it was encrypted with',
  'unknown cipher':
    'it is encrypted in a way that this OpenSSL does not know; encrypt it again, for example by "openssl pkcs8 -topk8"',
};

/** The reason in words, which quote neither key nor passphrase. */
export const describeKeyFailure = (key: string, passphrase: string | undefined, error: unknown): string => {
  const trouble = keyTrouble(key, passphrase, error);
  if (trouble !== 'unreadable') return words[trouble];
  return error instanceof Error ? error.message : String(error);
};
