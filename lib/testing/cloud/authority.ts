import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  IssuerAlternativeNameExtension,
  type JsonGeneralNames,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  type PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { CloudError } from './error.js';

/** The holder and the validity of a certificate to be issued. */
export interface IssueOptions {
  /** The CN of the subject. */
  readonly commonName: string;
  /** The O of the subject. Default: none. */
  readonly organization?: string;
  /** Service discovery URLs for the Issuer Alternative Name extension, in this order. Default: no such extension. */
  readonly discoveryUrls?: readonly string[];
  /** Names in the Subject Alternative Name extension. Default: none. */
  readonly dnsNames?: readonly string[];
  /** Addresses in it. Default: none. */
  readonly ipAddresses?: readonly string[];
  /** Default: a day ago, so that a clock that is behind does no harm. */
  readonly notBefore?: Date;
  /** Default: a year from now. */
  readonly notAfter?: Date;
  /** May be presented by a TLS client. Default: true unless `server` is. */
  readonly client?: boolean;
  /** May be presented by a TLS server. Default: false. */
  readonly server?: boolean;
}

/** A certificate with the private key that belongs to it. */
export interface IssuedCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS#8, not encrypted. */
  readonly key: string;
  /** The serial in upper-case hex, as in `getPeerCertificate().serialNumber`. */
  readonly serial: string;
}

/** A certificate for a key that somebody else holds. */
export type SignedCertificate = Omit<IssuedCertificate, 'key'>;

/** A certificate authority that lives as long as the process. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly ca: string;
  /** Signs a new certificate with a new EC P-256 key and a new random serial. */
  issue(options: IssueOptions): Promise<IssuedCertificate>;
  /**
   * Signs a certificate for the key of a PKCS#10 request (PEM), with a new random serial. Whatever else the request says
   * is not looked at. Throws a `CloudError` where the request cannot be read, or its sender does not hold the key.
   */
  sign(csr: string, options: IssueOptions): Promise<SignedCertificate>;
}

const DAY = 86_400_000;
const YEAR = 365 * DAY;
const KEYS = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

// A leading byte of 0x40…0x7f keeps the number positive and the hex free of stripped zeros.
const serialNumber = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = (bytes.readUInt8(0) & 0x3f) | 0x40;
  return bytes.toString('hex');
};

const newKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);

const pkcs8 = async (key: webcrypto.CryptoKey): Promise<string> =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

const extensionsOf = (options: IssueOptions): Extension[] => {
  const { discoveryUrls = [], dnsNames = [], ipAddresses = [], server = false, client = !server } = options;
  const usages = [...(client ? [ExtendedKeyUsage.clientAuth] : []), ...(server ? [ExtendedKeyUsage.serverAuth] : [])];
  const hosts: JsonGeneralNames = [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const urls: JsonGeneralNames = discoveryUrls.map((value) => ({ type: 'url', value }));
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    ...(usages.length > 0 ? [new ExtendedKeyUsageExtension(usages)] : []),
    ...(hosts.length > 0 ? [new SubjectAlternativeNameExtension(hosts)] : []),
    ...(urls.length > 0 ? [new IssuerAlternativeNameExtension(urls)] : []),
  ];
};

const subjectOf = ({ commonName, organization }: IssueOptions): JsonName => [
  ...(organization === undefined ? [] : [{ O: [organization] }]),
  { CN: [commonName] },
];

/**
 * Creates a certificate authority; two of them do not trust each other's certificates.
 *
 * @example
 * ```ts
 * const authority = await createAuthority();
 * const { cert, key } = await authority.issue({ commonName: 'unit-1' });
 * ```
 * @param commonName - The common name of its certificate
 * @returns The authority
 */
export const createAuthority = async (commonName = 'unitlink test authority'): Promise<Authority> => {
  const keys = await newKeys();
  const own = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 10 * YEAR),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  const certify = async (
    publicKey: webcrypto.CryptoKey | PublicKey,
    options: IssueOptions,
  ): Promise<SignedCertificate> => {
    const { notBefore = new Date(Date.now() - DAY), notAfter = new Date(Date.now() + YEAR) } = options;
    const cert = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: subjectOf(options),
      issuer: own.subjectName,
      notBefore,
      notAfter,
      publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: SIGNATURE,
      extensions: [
        ...extensionsOf(options),
        await SubjectKeyIdentifierExtension.create(publicKey),
        await AuthorityKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return { cert: cert.toString('pem'), serial: cert.serialNumber.toUpperCase() };
  };

  const issue = async (options: IssueOptions): Promise<IssuedCertificate> => {
    const leaf = await newKeys();
    return { ...(await certify(leaf.publicKey, options)), key: await pkcs8(leaf.privateKey) };
  };

  const sign = async (csr: string, options: IssueOptions): Promise<SignedCertificate> => {
    const request = readRequest(csr);
    if (!(await request.verify())) throw new CloudError('the request is not signed with the key that it is made for');
    return certify(request.publicKey, options);
  };

  return { ca: own.toString('pem'), issue, sign };
};

const readRequest = (csr: string): Pkcs10CertificateRequest => {
  try {
    return new Pkcs10CertificateRequest(csr);
  } catch {
    throw new CloudError('the request is no PKCS#10 in PEM');
  }
};
