import { expect } from 'chai';
import { diagnoseEnd, diagnoseHttp, diagnoseServer, diagnoseTls } from '../../../lib/cli/doctor/diagnosis.js';
import { ConnectError, DiscoveryError } from '../../../lib/errors.js';

const coded = (code: string, message = 'it failed') => Object.assign(new Error(message), { code });

describe('the diagnosis of an error', () => {
  it('finds the alert of TLS 1.2, which has EPROTO for its code', () => {
    const error = coded(
      'EPROTO',
      'write EPROTO 80:error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48',
    );
    expect(diagnoseTls(error).finding).to.equal('client-certificate-unknown-ca');
    expect(diagnoseEnd(error).finding).to.equal('client-certificate-unknown-ca');
  });

  it('finds an alert that comes when the request is on its way', () => {
    const what = 'ssl3_read_bytes:tlsv13 alert certificate required:SSL alert number 116';
    const code = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';
    for (const error of [new DiscoveryError('u', what, { code }), new ConnectError('u', what, { code })])
      expect(diagnoseHttp(error, { other: 'answer-unusable' })).to.include({
        finding: 'client-certificate-required',
        code,
      });
  });

  it('takes an end without an alert for a refusal, and one in a request for no answer', () => {
    expect(diagnoseEnd(coded('ECONNRESET')).finding).to.equal('client-certificate-refused');
    const error = new DiscoveryError('u', 'socket hang up', { code: 'ECONNRESET' });
    expect(diagnoseHttp(error, { other: 'answer-unusable' }).finding).to.equal('closed-without-answer');
  });

  for (const [code, finding] of [
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown-ca'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown-ca'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown-ca'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
    ['CERT_HAS_EXPIRED', 'server-certificate-expired'],
    ['CERT_REVOKED', 'server-certificate-refused'],
  ] as const)
    it(`takes ${code} for ${finding}`, () => {
      expect(diagnoseServer(code, false)).to.equal(finding);
    });

  it('knows whether it is another certificate of the chain that has expired', () => {
    expect(diagnoseServer('CERT_HAS_EXPIRED', true)).to.equal('server-chain-expired');
  });

  it('says what it was where it knows nothing of it', () => {
    expect(diagnoseTls(coded('ERR_SSL_ODD'))).to.deep.equal({ finding: 'tls-failed', detail: '', code: 'ERR_SSL_ODD' });
    expect(diagnoseTls('odd')).to.deep.equal({ finding: 'tls-failed', detail: 'odd' });
  });
});
