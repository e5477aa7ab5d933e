import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { Credentials } from '../transport/types.js';
import {
  commonName,
  datesOf,
  daysLeft,
  describeCertificate,
  describeDates,
  isForClients,
  readChain,
} from './doctor-certificate.js';
import { failed, ok, skipped, type Check } from './doctor-check.js';
import { readForCheck } from './doctor-files.js';
import type { DoctorSettings } from './doctor-options.js';
import { examineUrls } from './doctor-urls.js';

/** What the files of a unit say. */
export interface UnitExamination {
  readonly checks: readonly Check[];
  /** None where they cannot be used for TLS. */
  readonly credentials?: Credentials;
  /** The service discovery URLs that may be dialled. */
  readonly urls: readonly string[];
}

interface Part<T> {
  readonly checks: readonly Check[];
  readonly value?: T;
  readonly text?: string;
}

/** Examines the files of a unit at `now` (milliseconds since 1970). */
export const examineUnit = async (settings: DoctorSettings, now: number): Promise<UnitExamination> => {
  const ca = await examineCa(settings.ca, now);
  const certificate = await examineCertificate(settings.cert, now);
  const key = await examineKey(settings.key, certificate.value?.[0]);
  const named = examineUrls(settings, certificate.text);
  const credentials =
    ca.text !== undefined && certificate.text !== undefined && key.text !== undefined
      ? { credentials: { ca: ca.text, cert: certificate.text, key: key.text } }
      : {};
  return {
    checks: [
      ...ca.checks,
      ...certificate.checks,
      ...key.checks,
      examineChain(certificate.value, ca.value, now),
      examineName(settings.systemId, certificate.value?.[0]),
      ...named.checks,
    ],
    ...credentials,
    urls: named.urls,
  };
};

const examineCa = async (file: string, now: number): Promise<Part<readonly X509Certificate[]>> => {
  const text = await readForCheck('ca', file);
  if (typeof text !== 'string') return { checks: [text] };
  const all = readChain(text);
  const [first] = all;
  if (first === undefined) return { checks: [failed('ca', 'ca-unreadable', file)] };
  const wrong = all.filter((certificate) => datesOf(certificate, now) !== 'valid');
  const checks = wrong.map((certificate) =>
    failed(
      'ca',
      datesOf(certificate, now) === 'expired' ? 'ca-expired' : 'ca-not-yet-valid',
      `${commonName(certificate.subject)}, ${describeDates(certificate, now)}`,
    ),
  );
  const more = all.length === 1 ? '' : ` and ${all.length - 1} more`;
  const fine = ok('ca', `${commonName(first.subject)}, ${describeDates(first, now)}${more}`, {
    figures: { certificates: all.map((certificate) => describeCertificate(certificate, now)) },
  });
  return { checks: checks.length > 0 ? checks : [fine], value: all, text };
};

const examineCertificate = async (file: string, now: number): Promise<Part<readonly X509Certificate[]>> => {
  const text = await readForCheck('certificate', file);
  if (typeof text !== 'string') return { checks: [text] };
  const chain = readChain(text);
  const [leaf] = chain;
  if (leaf === undefined) return { checks: [failed('certificate', 'certificate-unreadable', file)] };
  const figures = { figures: { certificates: chain.map((certificate) => describeCertificate(certificate, now)) } };
  const dates = datesOf(leaf, now);
  const what = `${commonName(leaf.subject)}, issued by ${commonName(leaf.issuer)}, ${describeDates(leaf, now)}`;
  const check =
    dates === 'expired'
      ? failed('certificate', 'certificate-expired', what, figures)
      : dates === 'not yet valid'
        ? failed('certificate', 'certificate-not-yet-valid', what, figures)
        : isForClients(leaf)
          ? ok('certificate', what, { ...figures, ...renewal(leaf, now) })
          : failed('certificate', 'certificate-not-for-clients', what, figures);
  return { checks: [check], value: chain, text };
};

const examineKey = async (file: string, leaf: X509Certificate | undefined): Promise<Part<KeyObject>> => {
  const text = await readForCheck('key', file);
  if (typeof text !== 'string') return { checks: [text] };
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    const finding = text.includes('ENCRYPTED') ? 'key-encrypted' : 'key-unreadable';
    return { checks: [failed('key', finding, file)] };
  }
  if (leaf === undefined) return { checks: [skipped('key', 'there is no certificate that it could belong to')] };
  if (!leaf.checkPrivateKey(key)) return { checks: [failed('key', 'key-mismatch')] };
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const kind = [key.asymmetricKeyType, namedCurve ?? modulusLength].filter((part) => part !== undefined).join(' ');
  return { checks: [ok('key', `belongs to the certificate (${kind})`)], value: key, text };
};

const soon = 30;
const renewal = (leaf: X509Certificate, now: number): { readonly advice?: string } =>
  daysLeft(leaf, now) < soon ? { advice: 'Have it renewed soon.' } : {};

const examineChain = (
  chain: readonly X509Certificate[] | undefined,
  ca: readonly X509Certificate[] | undefined,
  now: number,
): Check => {
  const last = chain?.at(-1);
  if (chain === undefined || last === undefined) return skipped('chain', 'there is no certificate');
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1];
    if (issuer === undefined) break;
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey))
      return failed(
        'chain',
        'chain-broken',
        `${commonName(certificate.subject)} is not of ${commonName(issuer.subject)}`,
      );
    if (datesOf(issuer, now) !== 'valid')
      return failed('chain', 'chain-expired', `${commonName(issuer.subject)}, ${describeDates(issuer, now)}`);
  }
  const intermediates = `${chain.length - 1} ${chain.length === 2 ? 'intermediate' : 'intermediates'}`;
  const known = ca?.some((one) => last.checkIssued(one) && last.verify(one.publicKey)) === true;
  const root = last.checkIssued(last)
    ? 'its root'
    : known
      ? 'the CA above'
      : `${commonName(last.issuer)}, not the CA above`;
  return ok('chain', `${intermediates}, up to ${root}`);
};

/** The protocol does not tie the two together, and many a cloud does. */
const examineName = (systemId: string, leaf: X509Certificate | undefined): Check => {
  if (leaf === undefined) return skipped('systemId', 'there is no certificate');
  const name = commonName(leaf.subject);
  if (name === systemId) return ok('systemId', `${systemId}, as in the certificate`);
  return ok('systemId', `${systemId}, while the certificate is made out to ${name}`, {
    advice: 'A cloud that compares the two refuses the unit; check --system-id.',
  });
};
