import { X509Certificate } from 'node:crypto';

const certificate = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const privateKey = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[^]+?-----END [A-Z0-9 ]*PRIVATE KEY-----/g;

const odd = /\r(?!\n)|^[ \t]+\S|----------BEGIN/m;

/**
 * A PEM text in the form that OpenSSL reads: no indentation, no line ends of old systems, each block on lines of its own
 * where files were joined without. The same text where it is so.
 */
export const plainPem = (text: string): string =>
  odd.test(text)
    ? text
        .replace(/\r\n?/g, '\n')
        .replace(/^[ \t]+|[ \t]+$/gm, '')
        .replaceAll('----------BEGIN', '-----\n-----BEGIN')
    : text;

/** The private keys in a PEM text, PEM each, in their order. */
export const keysIn = (text: string): readonly string[] => text.match(privateKey) ?? [];

/** A certificate of a PEM text; without `x509` where it cannot be read. */
export interface PemCertificate {
  readonly pem: string;
  readonly x509?: X509Certificate;
}

/** The number of certificates in a PEM text, readable or not. */
export const countCertificates = (text: string): number => text.match(certificate)?.length ?? 0;

/** The certificates in a PEM text, in their order. */
export const certificatesIn = (text: string): readonly PemCertificate[] =>
  (text.match(certificate) ?? []).map((pem) => {
    try {
      return { pem, x509: new X509Certificate(pem) };
    } catch {
      return { pem };
    }
  });

const kinds: Readonly<Record<string, RegExp>> = {
  certificate: /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/,
  'private key': /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/,
  'public key': /-----BEGIN [A-Z0-9 ]*PUBLIC KEY-----/,
  'certificate request': /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----/,
};

/** A text in which something is looked for: the kind of PEM block that is missing, and the one that is there instead. */
export interface MissingPem {
  /** The missing kind in words: "it holds a private key and no certificate". Quotes nothing of the text. */
  readonly words: string;
  /** The kind that is there instead; undefined if the text holds no PEM block that is known. */
  readonly instead: string | undefined;
}

/** Looks for a PEM block of this kind; undefined if there is one. */
export const missingPem = (text: string, wanted: 'certificate' | 'private key'): MissingPem | undefined => {
  const found = Object.keys(kinds).filter((kind) => kinds[kind]?.test(text));
  if (found.includes(wanted)) return undefined;
  const [instead] = found;
  const words = instead === undefined ? `it holds no ${wanted} in PEM` : `it holds a ${instead} and no ${wanted}`;
  return { words, instead };
};
