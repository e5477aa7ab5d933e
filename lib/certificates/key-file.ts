import { X509Certificate, type KeyObject } from 'node:crypto';
import { KeystoreError } from '../errors.js';
import { arrangeChain } from './arrange-chain.js';
import type { KeyPair } from './keystore.js';
import { describeKeyFailure, isEncrypted, openKey } from './open-key.js';

/** The content of the file of one certificate. It is one file, so that every change is made whole or not at all. */
export interface KeyFile {
  /** The pair in use. */
  readonly current?: Pick<KeyPair, 'cert' | 'key'>;
  /** The pair that is kept until the one in use has connected. */
  readonly kept?: Pick<KeyPair, 'cert' | 'key'>;
  /** A key for which a certificate was requested. */
  readonly pending?: { readonly key: string; readonly csr: string };
}

const sections = ['current', 'kept', 'pending'] as const;
const heading = '# unitlink keystore: ';
const block = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n[^-]*-----END \1-----/g;

/** The content as text: PEM blocks, those in use first, so that other programs find them. */
export const writeKeyFile = ({ current, kept, pending }: KeyFile): string =>
  [
    current && [heading, 'current\n', ...lines(current.cert, current.key)],
    kept && [heading, 'kept\n', ...lines(kept.cert, kept.key)],
    pending && [heading, 'pending\n', ...lines(pending.csr, pending.key)],
  ]
    .flatMap((part) => part ?? [])
    .join('');

const lines = (...texts: readonly string[]): string[] => texts.map((text) => `${text.trim()}\n`);

/**
 * Reads what {@link writeKeyFile} wrote.
 *
 * @throws {@link KeystoreError} with `CORRUPT`
 */
export const readKeyFile = (text: string, path: string): KeyFile => {
  const parts = new Map(
    text
      .split(heading)
      .slice(1)
      .map((part): [string, string] => [part.slice(0, part.indexOf('\n')).trim(), part]),
  );
  const part = (name: (typeof sections)[number]): { readonly pem: string; readonly key: string } | undefined => {
    const content = parts.get(name);
    if (content === undefined) return undefined;
    const isKey = (pem: string) => pem.includes('PRIVATE KEY');
    const blocks = content.match(block) ?? [];
    const key = blocks.find(isKey);
    const pem = blocks.filter((found) => !isKey(found)).join('\n');
    if (key === undefined || pem === '') throw corrupt(path, `its part "${name}" is not whole`);
    return { pem: `${pem}\n`, key: `${key}\n` };
  };
  if (parts.size === 0 || [...parts.keys()].some((name) => !sections.some((known) => known === name)))
    throw corrupt(path, 'it was not written by a keystore, or not by one of this version');
  const [current, kept, pending] = sections.map(part);
  return {
    ...(current && { current: { cert: current.pem, key: current.key } }),
    ...(kept && { kept: { cert: kept.pem, key: kept.key } }),
    ...(pending && { pending: { csr: pending.pem, key: pending.key } }),
  };
};

const corrupt = (path: string, why: string): KeystoreError =>
  new KeystoreError(`the key file ${path} cannot be used: ${why}; move it away and provision the unit again`, {
    code: 'CORRUPT',
  });

/** A chain in PEM, its own certificate first. */
export interface Chain {
  readonly cert: string;
  readonly leaf: X509Certificate;
}

/**
 * The certificates of a chain, PEM, once it is sure that the first one can be used at `now` (milliseconds since 1970).
 * First is the one that belongs to one of the keys, wherever it stands.
 *
 * @throws {@link KeystoreError} with `BAD_CHAIN` or `EXPIRED`
 */
export const readChain = (chain: string, now: number, keys: readonly KeyObject[] = []): Chain => {
  const blocks = (chain.match(block) ?? []).filter((pem) => pem.startsWith('-----BEGIN CERTIFICATE-----'));
  const links = blocks.map((pem) => ({ pem, x509: parse(pem) }));
  const arranged = keys.map((key) => arrangeChain(links, key, now)).find((found) => found !== undefined) ?? links;
  const leaf = arranged[0]?.x509;
  if (leaf === undefined) throw badChain('it holds no certificate in PEM');
  const validTill = Date.parse(leaf.validTo);
  if (validTill < now)
    throw new KeystoreError(`the certificate issued expired on ${new Date(validTill).toISOString()}`, {
      code: 'EXPIRED',
    });
  return { cert: `${arranged.map(({ pem }) => pem).join('\n')}\n`, leaf };
};

const parse = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw badChain('a certificate in it cannot be read', cause);
  }
};

const badChain = (why: string, cause?: unknown): KeystoreError =>
  new KeystoreError(`the certificate chain cannot be used: ${why}`, { code: 'BAD_CHAIN', cause });

/**
 * Opens a private key.
 *
 * @throws {@link KeystoreError} with `UNREADABLE`, which quotes nothing of it
 */
export const readKey = (key: string, passphrase?: string): KeyObject => {
  try {
    return openKey(key, passphrase);
  } catch (cause) {
    const why = isEncrypted(key) ? `: ${describeKeyFailure(key, passphrase, cause)}` : '';
    throw new KeystoreError(`the private key cannot be read${why}`, { code: 'UNREADABLE', cause });
  }
};

/** A private key in PEM, PKCS#8, encrypted where there is a passphrase. */
export const writeKey = (key: KeyObject, passphrase?: string): string =>
  String(
    key.export({
      type: 'pkcs8',
      format: 'pem',
      ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
    }),
  );
