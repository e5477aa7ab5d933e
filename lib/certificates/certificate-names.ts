import { X509Certificate } from 'node:crypto';
import { derText, derValues, type DerValue } from './der.js';

// Object identifiers as DER has them.
const organisationName = '55040a'; // 2.5.4.10
const issuerAltName = '551d12'; // 2.5.29.18

// Tags of DER in a certificate.
const version = 0xa0;
const extensionList = 0xa3;
const uri = 0x86;
/** The place of the subject, after the version: behind serial, signature, issuer and validity. */
const subject = 4;

/** The names in a certificate that say where the cloud is. */
export interface CertificateNames {
  /** The URIs of the issuer alternative name, which Node does not show. */
  readonly issuerUris: readonly string[];
  /** The organisations of the subject, which Node shows only as part of a text. */
  readonly organisations: readonly string[];
}

/**
 * Reads the names of a certificate.
 *
 * @throws an error of OpenSSL if it is no certificate
 */
export const certificateNames = (cert: string): CertificateNames => {
  const [certificate] = derValues(new X509Certificate(cert).raw);
  const [toBeSigned] = members(certificate);
  const parts = members(toBeSigned).filter(({ tag }) => tag !== version);
  const extensions = membersOfEach(members(parts.find(({ tag }) => tag === extensionList)));
  const attributes = membersOfEach(members(parts[subject]));
  return {
    issuerUris: valuesOf(issuerAltName, extensions)
      .flatMap((value) => membersOfEach(members(value)))
      .filter(({ tag }) => tag === uri)
      .map(derText)
      .filter((text) => text !== ''),
    organisations: valuesOf(organisationName, attributes)
      .map(derText)
      .filter((text) => text !== ''),
  };
};

const members = (value: DerValue | undefined): readonly DerValue[] => (value ? derValues(value.body) : []);

const membersOfEach = (values: readonly DerValue[]): readonly DerValue[] => values.flatMap(members);

/** The last member of each of these whose first is this object identifier. */
const valuesOf = (id: string, pairs: readonly DerValue[]): readonly DerValue[] =>
  pairs.map(members).flatMap((pair) => {
    const value = pair.at(-1);
    return value && Buffer.from(pair[0]?.body ?? []).toString('hex') === id ? [value] : [];
  });
