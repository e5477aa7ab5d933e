import { expect } from 'chai';
import { certificateRefusal } from '../../lib/certificates/certificate-refusal.js';
import {
  AllEndpointsFailedError,
  ConnectError,
  ConnectTimeoutError,
  CredentialsError,
  DiscoveryError,
  DiscoveryRefusedError,
  UnauthorizedError,
} from '../../lib/errors.js';

const endpoint = (code: string | number) => new ConnectError('wss://a/', String(code), { code });
const discovery = (code: string | number) => new DiscoveryError('https://a/', String(code), { code });

describe('certificateRefusal', () => {
  const cases: readonly (readonly [verdict: 'refused' | 'unclear' | undefined, errors: readonly unknown[]])[] = [
    [
      'refused',
      [
        'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
        'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
        'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED',
        'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
        'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
        'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
        'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
        'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
        'ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR',
      ].flatMap((code) => [endpoint(code), discovery(code)]),
    ],
    [
      'unclear',
      [
        ...['ECONNRESET', 'EPROTO', 400, 403].flatMap((code) => [endpoint(code), discovery(code)]),
        new DiscoveryRefusedError('https://a/', -1),
        new AllEndpointsFailedError([endpoint('ECONNREFUSED'), endpoint(403)]),
      ],
    ],
    [
      undefined,
      [
        ...[
          'ECONNREFUSED',
          'ENOTFOUND',
          'ETIMEDOUT',
          'CERT_HAS_EXPIRED',
          'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
          404,
          503,
        ],
      ].flatMap((code) => [endpoint(code), discovery(code)]),
    ],
    [
      undefined,
      [
        new UnauthorizedError('wss://a/'),
        new ConnectTimeoutError('wss://a/', 1),
        new CredentialsError('expired'),
        new DiscoveryRefusedError('https://a/', 2),
        new AllEndpointsFailedError([endpoint('ECONNREFUSED'), endpoint(503)]),
        new Error('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'),
        undefined,
        'text',
      ],
    ],
  ];

  for (const [verdict, errors] of cases)
    for (const error of errors)
      it(`takes ${error instanceof Error ? error.message : String(error)} for ${verdict ?? 'something else'}`, () => {
        expect(certificateRefusal(error)).to.equal(verdict);
      });

  it('knows the alert by its number where the code does not tell', () => {
    const tls12 = (alert: string) =>
      new ConnectError('wss://a/', `write EPROTO 80D7:error:0A000418:SSL routines:ssl3_read_bytes:${alert}`, {
        code: 'EPROTO',
      });
    expect(certificateRefusal(tls12('tlsv1 alert unknown ca:SSL alert number 48'))).to.equal('refused');
    expect(certificateRefusal(tls12('sslv3 alert certificate expired:SSL alert number 45'))).to.equal('refused');
    expect(certificateRefusal(tls12('tlsv1 alert internal error:SSL alert number 80'))).to.equal('unclear');
    expect(certificateRefusal(tls12('sslv3 alert handshake failure:SSL alert number 40'))).to.equal('unclear');
  });

  it('takes one refusal of several endpoints for the verdict', () => {
    const error = new AllEndpointsFailedError([endpoint(403), endpoint('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA')]);
    expect(certificateRefusal(error)).to.equal('refused');
  });
});
