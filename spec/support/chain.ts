import 'reflect-metadata';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
  type X509CertificateCreateParams,
} from '@peculiar/x509';

const day = 86_400_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Keys, and whom their certificates are made out to. */
export interface Party {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
  /** The private key, PEM. */
  readonly key: string;
}

/** A party with new keys. */
export const party = async (name: string): Promise<Party> => {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  return { name, keys, key: String(KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })) };
};

/** How a certificate differs from a CA's of today. */
export interface CertifyOptions {
  /** For a unit rather than a CA. Default false. */
  readonly isLeaf?: boolean;
  readonly hasExpired?: boolean;
  readonly extensions?: X509CertificateCreateParams['extensions'];
}

/** The certificate that one party issues to another, PEM; a party that issues one to itself is a root. */
export const certify = async (
  issuer: Party,
  subject: Party,
  { isLeaf = false, hasExpired = false, extensions = [] }: CertifyOptions = {},
): Promise<string> => {
  const usage = isLeaf ? KeyUsageFlags.digitalSignature : KeyUsageFlags.keyCertSign;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `40${randomBytes(8).toString('hex')}`,
    issuer: `CN=${issuer.name}`,
    subject: `CN=${subject.name}`,
    notBefore: new Date(Date.now() - 9 * day),
    notAfter: new Date(Date.now() + (hasExpired ? -day : 9 * day)),
    publicKey: subject.keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(!isLeaf, undefined, true),
      new KeyUsagesExtension(usage, true),
      ...extensions,
    ],
  });
  return `${certificate.toString('pem')}\n`;
};

/** The certificates between a unit and its CA, PEM each, in several states. */
export interface TestChain {
  readonly root: string;
  /** The same root, expired. */
  readonly expiredRoot: string;
  readonly intermediate: string;
  readonly expiredIntermediate: string;
  readonly unit: string;
  /** For the same key. */
  readonly expiredUnit: string;
  readonly key: string;
}

/** Makes a {@link TestChain}. */
export const testChain = async (): Promise<TestChain> => {
  const [ca, middle, unit] = await Promise.all(['ca', 'middle', 'unit-1'].map(party));
  if (ca === undefined || middle === undefined || unit === undefined) throw new Error('no keys');
  const hasExpired = true;
  const isLeaf = true;
  const [root, expiredRoot, intermediate, expiredIntermediate, own, expiredUnit] = await Promise.all([
    certify(ca, ca),
    certify(ca, ca, { hasExpired }),
    certify(ca, middle),
    certify(ca, middle, { hasExpired }),
    certify(middle, unit, { isLeaf }),
    certify(middle, unit, { isLeaf, hasExpired }),
  ]);
  return { root, expiredRoot, intermediate, expiredIntermediate, unit: own, expiredUnit, key: unit.key };
};
