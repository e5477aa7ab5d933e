import { ConnectTimeoutError } from '../../errors.js';
import { describeError } from '../../observability/describe-error.js';
import type { Finding } from './findings.js';

/** A finding, and further details of the error. */
export interface Diagnosis {
  readonly finding: Finding;
  readonly detail: string;
  readonly code?: string | number;
}

const ofName: Readonly<Record<string, Finding>> = {
  ENOTFOUND: 'name-not-found',
  ENODATA: 'name-not-found',
  EAI_NODATA: 'name-not-found',
  EAI_AGAIN: 'name-temporary',
};

const ofTcp: Readonly<Record<string, Finding>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  EPIPE: 'connection-reset',
  ETIMEDOUT: 'connection-timeout',
  EHOSTUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ENETUNREACH: 'network-unreachable',
  ENETDOWN: 'network-unreachable',
  EADDRNOTAVAIL: 'network-unreachable',
  EACCES: 'connection-forbidden',
  EPERM: 'connection-forbidden',
};

/** By the number of the alert, RFC 8446 B.2. */
const ofAlert: Readonly<Record<number, Finding>> = {
  40: 'tls-no-common-cipher',
  42: 'client-certificate-bad',
  43: 'client-certificate-unsupported',
  44: 'client-certificate-revoked',
  45: 'client-certificate-expired',
  46: 'client-certificate-unknown',
  48: 'client-certificate-unknown-ca',
  49: 'client-certificate-denied',
  51: 'client-signature-refused',
  70: 'tls-version',
  71: 'tls-no-common-cipher',
  80: 'tls-internal-error',
  112: 'tls-unrecognized-name',
  116: 'client-certificate-required',
};

/** The codes of Node for a server that a unit does not trust. */
const ofServerCertificate: Readonly<Record<string, Finding>> = {
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-ca',
  CERT_UNTRUSTED: 'unknown-ca',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  CERT_HAS_EXPIRED: 'server-certificate-expired',
  CERT_NOT_YET_VALID: 'server-certificate-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-host-name',
  HOSTNAME_MISMATCH: 'wrong-host-name',
  INVALID_PURPOSE: 'server-certificate-purpose',
};

/** Returns true for the code of a server that is not trusted. */
export const isUntrusted = (code: unknown): boolean => typeof code === 'string' && code in ofServerCertificate;

/** The codes of OpenSSL for a peer that speaks something else, or another version. */
const ofHandshake: readonly (readonly [RegExp, Finding])[] = [
  [/UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_PROTOCOLS_AVAILABLE|BAD_PROTOCOL_VERSION/, 'tls-version'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL|BAD_RECORD_TYPE/, 'not-tls'],
  [/NO_SHARED_CIPHER|NO_CIPHERS|SIGNATURE_ALGORITHM|DH_KEY_TOO_SMALL|EE_KEY_TOO_SMALL/, 'tls-no-common-cipher'],
  [/^(ECONNRESET|ECONNABORTED|EPIPE)$/, 'tls-closed'],
];

/** Returns why a name cannot be resolved. */
export const diagnoseName = (error: unknown): Diagnosis => byCode(error, ofName, 'name-timeout', 'name-failed');

/** Returns why there is no TCP connection. */
export const diagnoseTcp = (error: unknown): Diagnosis =>
  byCode(error, ofTcp, 'connection-timeout', 'connection-failed');

/** Returns why there is no TLS connection. */
export const diagnoseTls = (error: unknown): Diagnosis => {
  if (error instanceof ConnectTimeoutError) return withCode('tls-timeout', error);
  const { code = '' } = describeError(error);
  const finding = alertOf(error) ?? ofHandshake.find(([codes]) => codes.test(String(code)))?.[1];
  return withCode(finding ?? ofTcp[code] ?? 'tls-failed', error);
};

/** Returns why a server closed the connection after the handshake, though nothing was sent. */
export const diagnoseEnd = (error: unknown): Diagnosis =>
  withCode(alertOf(error) ?? 'client-certificate-refused', error);

/**
 * Returns why a server is not trusted; `hasExpiredIssuer` is true if it is not its own certificate that has expired.
 */
export const diagnoseServer = (code: string, hasExpiredIssuer: boolean): Finding => {
  const finding = ofServerCertificate[code] ?? 'server-certificate-refused';
  return finding === 'server-certificate-expired' && hasExpiredIssuer ? 'server-chain-expired' : finding;
};

/** The meaning of statuses and other failures of a request in a certain place. */
export interface HttpMeanings {
  readonly statuses?: Readonly<Record<number, Finding>>;
  /** An answer that cannot be used. */
  readonly other: Finding;
}

/** Returns why there is no answer by HTTP. */
export const diagnoseHttp = (error: unknown, { statuses = {}, other }: HttpMeanings): Diagnosis => {
  if (error instanceof ConnectTimeoutError) return withCode('answer-timeout', error);
  const { code = '', message } = describeError(error);
  if (typeof code === 'number') return withCode(statuses[code] ?? ofStatus(code), error);
  if (code.startsWith('HPE_')) return withCode('not-http', error);
  if (message.includes('a body of more than')) return withCode('answer-too-long', error);
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || message.includes('response body'))
    return withCode('answer-cut-off', error);
  if (alertOf(error) !== undefined || code.startsWith('ERR_SSL')) return diagnoseTls(error);
  const hungUp = ['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(code);
  return withCode(hungUp ? 'closed-without-answer' : (ofTcp[code] ?? ofServerCertificate[code] ?? other), error);
};

const ofStatus = (status: number): Finding => {
  const known: Readonly<Record<number, Finding>> = {
    400: 'http-bad-request',
    401: 'http-unauthorized',
    403: 'http-forbidden',
    404: 'http-not-found',
    429: 'http-too-many',
    502: 'http-bad-gateway',
    503: 'http-unavailable',
    504: 'http-bad-gateway',
  };
  if (status >= 300 && status < 400) return 'http-redirect';
  return known[status] ?? (status >= 500 ? 'http-server-error' : 'http-status');
};

const byCode = (error: unknown, known: Readonly<Record<string, Finding>>, late: Finding, other: Finding): Diagnosis =>
  withCode(error instanceof ConnectTimeoutError ? late : (known[describeError(error).code ?? ''] ?? other), error);

/** TLS 1.3 gives a refusal a code; TLS 1.2 gives EPROTO, and the number in the text. */
const alertOf = (error: unknown): Finding | undefined => {
  const number = /alert number (\d+)/.exec(describeError(error).message)?.[1];
  return number === undefined ? undefined : (ofAlert[Number(number)] ?? 'tls-alert');
};

const withCode = (finding: Finding, error: unknown): Diagnosis => {
  const { code, message } = describeError(error);
  if (error instanceof ConnectTimeoutError) return { finding, detail: `nothing within ${error.timeout} ms` };
  return code === undefined ? { finding, detail: message } : { finding, detail: '', code };
};
