import type { KeyObject } from 'node:crypto';
import { isHardwareKey } from '../transport/hardware-key.js';
import type { Credentials } from '../transport/types.js';
import { arrangeChain, type ChainLink } from './arrange-chain.js';
import { openKey } from './open-key.js';
import { certificatesIn, countCertificates, keysIn, plainPem, type PemCertificate } from './pem.js';

/**
 * The credentials as TLS wants them, however their files are put together: of several certificates and keys the two that
 * belong together, the chain in order. The same object if nothing is to be done; unchanged if they cannot be
 * used, which is reported elsewhere.
 */
export const arrangeCredentials = (credentials: Credentials, now: number): Credentials => {
  const plain = withPlainPem(credentials);
  const keys = keysIn(plain.key);
  // Most units have one of each, which need not be parsed for this.
  if (isHardwareKey(plain.key) || (countCertificates(plain.cert) <= 1 && keys.length <= 1)) return plain;
  const links = certificatesIn(plain.cert).filter(isReadable);
  for (const pem of keys) {
    const key = opened(pem, plain.passphrase);
    const chain = key && arrangeChain(links, key, now);
    if (chain === undefined) continue;
    const isInOrder = chain.every((link, n) => link === links[n]);
    if (isInOrder && keys.length === 1) return plain;
    return {
      ...plain,
      ...(isInOrder ? {} : { cert: chain.map((link) => `${link.pem}\n`).join('') }),
      ...(keys.length === 1 ? {} : { key: `${pem}\n` }),
    };
  }
  return plain;
};

const withPlainPem = (credentials: Credentials): Credentials => {
  const [ca, cert, key] = [plainPem(credentials.ca), plainPem(credentials.cert), plainPem(credentials.key)];
  const isPlain = ca === credentials.ca && cert === credentials.cert && key === credentials.key;
  return isPlain ? credentials : { ...credentials, ca, cert, key };
};

const isReadable = (certificate: PemCertificate): certificate is ChainLink => certificate.x509 !== undefined;

const opened = (pem: string, passphrase: string | undefined): KeyObject | undefined => {
  try {
    return openKey(pem, passphrase);
  } catch {
    return undefined;
  }
};
