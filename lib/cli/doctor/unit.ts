import type { KeyObject, X509Certificate } from 'node:crypto';
import { hasIssued } from '../../certificates/arrange-chain.js';
import { arrangeCredentials } from '../../certificates/arrange-credentials.js';
import { keyTrouble, openKey } from '../../certificates/open-key.js';
import { certificatesIn, plainPem } from '../../certificates/pem.js';
import { hardwareKeyTrouble, isHardwareKey, shownKeyUri } from '../../transport/hardware-key.js';
import type { Credentials } from '../../transport/types.js';
import {
  commonName,
  datesOf,
  daysLeft,
  describeCertificate,
  describeDates,
  isForClients,
  readChain,
} from './certificate.js';
import { failed, ok, skipped, type Check } from './check.js';
import { readForCheck } from './files.js';
import { readIdentity, type IdentityFiles } from './identity.js';
import type { DoctorSettings } from './options.js';
import { examineUrls } from './urls.js';

/** The findings from the files of a unit. */
export interface UnitExamination {
  readonly checks: readonly Check[];
  /** None where they cannot be used for TLS. */
  readonly credentials?: Credentials;
  /** The service discovery URLs that may be dialled. */
  readonly urls: readonly string[];
  /** All that could be read. */
  readonly certificates: readonly X509Certificate[];
}

interface Part<T> {
  readonly checks: readonly Check[];
  readonly value?: T;
  readonly text?: string;
}

/** Examines the files of a unit at `now` (milliseconds since 1970). */
export const examineUnit = async (settings: DoctorSettings, now: number): Promise<UnitExamination> => {
  const ca = await examineCa(settings.ca, now);
  const files = await readIdentity(settings);
  const arranged = arranging(files, now);
  const certificate = examineCertificate(files, arranged.cert, now);
  const key = examineKey(files, arranged.key, certificate.value);
  const named = examineUrls(settings, certificate.text);
  const { passphrase } = files;
  const credentials =
    ca.text !== undefined && certificate.text !== undefined && key.text !== undefined
      ? {
          credentials: {
            ...{ ca: ca.text, cert: certificate.text, key: key.text },
            ...(passphrase === undefined ? {} : { passphrase }),
          },
        }
      : {};
  return {
    checks: [
      ...ca.checks,
      ...files.checks,
      ...certificate.checks,
      ...key.checks,
      examineChain(certificate.value, ca.value, now),
      examineName(settings.systemId, certificate.value?.[0]),
      ...named.checks,
    ],
    ...credentials,
    urls: named.urls,
    certificates: [...(ca.value ?? []), ...(certificate.value ?? [])],
  };
};

/** Certificate and key as the unit shows them. */
const arranging = ({ cert, key, passphrase }: IdentityFiles, now: number): { cert?: string; key?: string } => {
  const opener = passphrase === undefined ? {} : { passphrase };
  const arranged = arrangeCredentials({ ca: '', cert: cert ?? '', key: key ?? '', ...opener }, now);
  return {
    ...(cert === undefined ? {} : { cert: arranged.cert }),
    ...(key === undefined ? {} : { key: arranged.key }),
  };
};

const examineCa = async (file: string, now: number): Promise<Part<readonly X509Certificate[]>> => {
  const given = await readForCheck('ca', file);
  if (typeof given !== 'string') return { checks: [given] };
  const text = plainPem(given);
  const all = readable(text);
  const [first] = all;
  if (first === undefined) return { checks: [failed('ca', 'ca-unreadable', file)] };
  const valid = all.filter((certificate) => datesOf(certificate, now) === 'valid');
  const wrong = all.filter((certificate) => !valid.includes(certificate));
  const described = (certificate: X509Certificate) =>
    `${commonName(certificate.subject)}, ${describeDates(certificate, now)}`;
  const [best] = valid;
  if (best === undefined) {
    const checks = wrong.map((certificate) =>
      failed('ca', datesOf(certificate, now) === 'expired' ? 'ca-expired' : 'ca-not-yet-valid', described(certificate)),
    );
    return { checks, value: all, text };
  }
  const more = valid.length === 1 ? '' : ` and ${valid.length - 1} more`;
  const useless = wrong.length === 0 ? '' : `; not used: ${wrong.map(described).join('; ')}`;
  const fine = ok('ca', `${described(best)}${more}${useless}`, {
    figures: { certificates: all.map((certificate) => describeCertificate(certificate, now)) },
  });
  return { checks: [fine], value: all, text };
};

/** As a unit reads a CA file: up to the first certificate that cannot be read. */
const readable = (text: string): readonly X509Certificate[] => {
  const found: X509Certificate[] = [];
  for (const { x509 } of certificatesIn(text)) {
    if (x509 === undefined) break;
    found.push(x509);
  }
  return found;
};

const examineCertificate = (
  { cert: given, certFile }: IdentityFiles,
  text: string | undefined,
  now: number,
): Part<readonly X509Certificate[]> => {
  if (given === undefined || text === undefined) return { checks: [] };
  const chain = readChain(text);
  const [leaf] = chain;
  if (leaf === undefined) return { checks: [failed('certificate', 'certificate-unreadable', certFile)] };
  const figures = { figures: { certificates: chain.map((certificate) => describeCertificate(certificate, now)) } };
  const dates = datesOf(leaf, now);
  const what = `${commonName(leaf.subject)}, issued by ${commonName(leaf.issuer)}, ${describeDates(leaf, now)}`;
  const check =
    dates === 'expired'
      ? failed('certificate', 'certificate-expired', what, figures)
      : dates === 'not yet valid'
        ? failed('certificate', 'certificate-not-yet-valid', what, figures)
        : isForClients(leaf)
          ? ok('certificate', what, { ...figures, ...advice(leaf, given, now) })
          : failed('certificate', 'certificate-not-for-clients', what, figures);
  return { checks: [check], value: chain, text };
};

const keyFindings = {
  unreadable: 'key-unreadable',
  'no passphrase': 'key-encrypted',
  'wrong passphrase': 'passphrase-wrong',
  'unknown cipher': 'key-cipher-unknown',
} as const;

const examineKey = (
  { passphrase, keyFile }: IdentityFiles,
  text: string | undefined,
  chain: readonly X509Certificate[] | undefined,
): Part<KeyObject> => {
  if (text === undefined) return { checks: [] };
  if (isHardwareKey(text)) return examineHardwareKey(text, chain);
  let key: KeyObject;
  try {
    key = openKey(text, passphrase);
  } catch (error) {
    return { checks: [failed('key', keyFindings[keyTrouble(text, passphrase, error)], keyFile)] };
  }
  const [leaf] = chain ?? [];
  if (leaf === undefined) return { checks: [skipped('key', 'there is no certificate that it could belong to')] };
  if (!leaf.checkPrivateKey(key)) {
    const others = (chain?.length ?? 0) - 1;
    return {
      checks: [failed('key', 'key-mismatch', others > 0 ? `nor to another of the ${others + 1} in its file` : '')],
    };
  }
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const kind = [key.asymmetricKeyType, namedCurve ?? modulusLength].filter((part) => part !== undefined).join(' ');
  return { checks: [ok('key', `belongs to the certificate (${kind})`)], value: key, text };
};

const hardwareFindings = {
  'PIN shown': 'key-pin-shown',
  'no engine': 'key-engine-missing',
  'no key': 'key-not-in-hardware',
  mismatch: 'key-mismatch',
} as const;

const examineHardwareKey = (key: string, chain: readonly X509Certificate[] | undefined): Part<KeyObject> => {
  const [leaf] = chain ?? [];
  if (leaf === undefined) return { checks: [skipped('key', 'there is no certificate that it could belong to')] };
  const found = hardwareKeyTrouble({ cert: leaf.toString(), key });
  if (found !== undefined) return { checks: [failed('key', hardwareFindings[found.trouble], shownKeyUri(key))] };
  return { checks: [ok('key', `belongs to the certificate (in hardware, ${shownKeyUri(key)})`)], text: key };
};

const soon = 30;
const advice = (leaf: X509Certificate, file: string, now: number): { readonly advice?: string } => {
  const first = readChain(plainPem(file))[0];
  const said = [
    ...(daysLeft(leaf, now) < soon ? ['Have it renewed soon.'] : []),
    ...(first?.fingerprint256 === leaf.fingerprint256
      ? []
      : ['It does not stand first in its file; the unit puts the chain in order, other programs may not.']),
  ];
  return said.length === 0 ? {} : { advice: said.join(' ') };
};

const examineChain = (
  chain: readonly X509Certificate[] | undefined,
  ca: readonly X509Certificate[] | undefined,
  now: number,
): Check => {
  if (chain?.[0] === undefined) return skipped('chain', 'there is no certificate');
  const whole = issuedInTurn(chain);
  const [leaf, issuer] = [chain[0], chain[1]];
  if (whole.length === 1 && issuer !== undefined)
    return failed('chain', 'chain-broken', `${commonName(leaf.subject)} is not of ${commonName(issuer.subject)}`);
  const expired = whole.slice(1).find((certificate) => datesOf(certificate, now) !== 'valid');
  if (expired !== undefined)
    return failed('chain', 'chain-expired', `${commonName(expired.subject)}, ${describeDates(expired, now)}`);
  const last = whole.at(-1) ?? leaf;
  const intermediates = `${whole.length - 1} ${whole.length === 2 ? 'intermediate' : 'intermediates'}`;
  const known = ca?.some((one) => hasIssued(one, last)) === true;
  const root = last.checkIssued(last)
    ? 'its root'
    : known
      ? 'the CA above'
      : `${commonName(last.issuer)}, not the CA above`;
  const rest = chain.length - whole.length;
  return ok('chain', `${intermediates}, up to ${root}${rest === 0 ? '' : `; ${rest} more in the file`}`);
};

/** The certificates from the first on, each issued by the next. */
const issuedInTurn = (chain: readonly X509Certificate[]): readonly X509Certificate[] => {
  const broken = chain.findIndex((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer === undefined || !hasIssued(issuer, certificate);
  });
  return chain.slice(0, broken + 1);
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
