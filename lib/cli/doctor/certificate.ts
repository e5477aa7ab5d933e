import { X509Certificate } from 'node:crypto';

const day = 86_400_000;
const pem = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const clientAuth = '1.3.6.1.5.5.7.3.2';

/** The certificates in a PEM text, in their order; none where one of them cannot be read. */
export const readChain = (text: string): readonly X509Certificate[] => {
  try {
    return (text.match(pem) ?? []).map((one) => new X509Certificate(one));
  } catch {
    return [];
  }
};

/** The common name in a subject or an issuer, or the whole of it where there is none. */
export const commonName = (name: string | undefined): string =>
  /(?:^|\n)CN=([^\n]*)/.exec(name ?? '')?.[1] ?? (name ?? '').replaceAll('\n', ', ');

/** Compares the validity of a certificate with `now` (milliseconds since 1970). */
export const datesOf = ({ validFrom, validTo }: X509Certificate, now: number): 'valid' | 'expired' | 'not yet valid' =>
  Date.parse(validTo) < now ? 'expired' : Date.parse(validFrom) > now ? 'not yet valid' : 'valid';

/** The same in words. */
export const describeDates = (certificate: X509Certificate, now: number): string => {
  const dates = datesOf(certificate, now);
  if (dates === 'expired') return `valid until ${date(certificate.validTo)}`;
  if (dates === 'not yet valid') return `valid from ${date(certificate.validFrom)}`;
  const left = daysLeft(certificate, now);
  return `${left} ${left === 1 ? 'day' : 'days'} left`;
};

/** Returns the number of whole days for which a certificate is still valid. */
export const daysLeft = ({ validTo }: X509Certificate, now: number): number =>
  Math.floor((Date.parse(validTo) - now) / day);

/** Returns true if a TLS client may present it; that includes certificates without a stated purpose. */
export const isForClients = (certificate: X509Certificate): boolean => {
  const usages = certificate.keyUsage as readonly string[] | undefined; // which its type says is always there
  // Deno gives what the key may do, in words, in place of the purposes.
  const purposes = usages?.filter((usage) => /^[\d.]+$/.test(usage)) ?? [];
  return purposes.length === 0 || purposes.includes(clientAuth);
};

/** A certificate for programs. */
export const describeCertificate = (certificate: X509Certificate, now: number): Readonly<Record<string, unknown>> => ({
  subject: commonName(certificate.subject),
  issuer: commonName(certificate.issuer),
  serial: certificate.serialNumber,
  validFrom: new Date(certificate.validFrom).toISOString(),
  validTo: new Date(certificate.validTo).toISOString(),
  daysLeft: daysLeft(certificate, now),
});

const date = (text: string): string => new Date(text).toISOString().replace('.000Z', 'Z');
