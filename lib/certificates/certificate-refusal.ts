import { AllEndpointsFailedError, ConnectError, DiscoveryError, DiscoveryRefusedError } from '../errors.js';

const alerts = /^ERR_SSL_\w*ALERT_(?:\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)$/;
/** Under TLS 1.2 the code says no more than `EPROTO`, and the message which alert it was. */
const alertNumbers = /\bSSL alert number (?:4[2-6]|48|49|51|116)\b/;
const unclear: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'EPROTO',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  400,
  403,
  495,
  496,
]);

/**
 * Judges by the error of a failed attempt to connect if the cloud refuses the certificate of the unit.
 *
 * @param error - the `cause` of a `waiting` state
 * @returns `refused` for a TLS alert about certificates; `unclear` for an error that may have another reason: a reset, HTTP
 * 400 or 403, error code −1; undefined if the cloud was not reached, or has a fault of its own
 *
 * @example
 * ```ts
 * if (state.state === 'waiting' && certificateRefusal(state.cause) === 'refused') requestNewCertificate();
 * ```
 */
export const certificateRefusal = (error: unknown): 'refused' | 'unclear' | undefined => {
  if (error instanceof AllEndpointsFailedError) {
    const verdicts = error.errors.map(certificateRefusal);
    return verdicts.find((verdict) => verdict === 'refused') ?? verdicts.find((verdict) => verdict === 'unclear');
  }
  if (error instanceof DiscoveryRefusedError) return error.code === 2 ? undefined : 'unclear';
  if (!(error instanceof ConnectError || error instanceof DiscoveryError)) return undefined;
  if (typeof error.code === 'string' && alerts.test(error.code)) return 'refused';
  if (error.code === 'EPROTO' && alertNumbers.test(error.message)) return 'refused';
  return unclear.has(error.code) ? 'unclear' : undefined;
};
