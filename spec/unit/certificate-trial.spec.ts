import { expect } from 'chai';
import { NEVER, of } from 'rxjs';
import { certificateTrial } from '../../lib/unit/certificate-trial.js';
import type { CertificateId } from '../../lib/certificates/keystore.js';
import type { ConnectionState } from '../../lib/connection/connection-state.js';
import { ConnectError } from '../../lib/errors.js';
import { recorded } from '../support/unit-on-cloud.js';

const id = { type: 'online', node: 'main' };
const pair = (serial: string, isOnTrial = true) => ({ cert: '', key: '', serial, isOnTrial });
const connected: ConnectionState = { state: 'connected', url: 'wss://a/', since: 0 };
const failed = (code: string): ConnectionState => ({
  ...{ state: 'waiting', attempt: 2, delay: 0 },
  cause: new ConnectError('wss://a/', 'refused', { code }),
});

/** An object whose methods need it. */
class Calls {
  readonly calls: string[] = [];
  commit({ type, node }: CertificateId) {
    this.calls.push(`commit ${type}@${node}`);
    return of(undefined);
  }
  rollback({ type, node }: CertificateId) {
    this.calls.push(`rollback ${type}@${node}`);
    return of(undefined);
  }
}

describe('certificateTrial', () => {
  it('commits what connects, and rolls back what is refused, once each', () => {
    const keystore = new Calls();
    const { offer, judge } = certificateTrial(keystore, id);
    for (const state of [connected, failed('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA')]) {
      offer(pair('0a'));
      recorded(judge(state));
      recorded(judge(state));
    }
    expect(keystore.calls).to.deep.equal(['commit online@main', 'rollback online@main']);
  });

  it('judges nothing that is not on trial, and nothing that was not offered', () => {
    const keystore = new Calls();
    const { offer, judge } = certificateTrial(keystore, id);
    expect(recorded(judge(connected))).to.deep.equal([]);
    offer(pair('0a', false));
    expect(recorded(judge(connected))).to.deep.equal([]);
    expect(keystore.calls).to.deep.equal([]);
  });

  it('counts doubts for each certificate anew', () => {
    const { offer, judge } = certificateTrial(new Calls(), id);
    const doubt = (serial: string) => {
      offer(pair(serial));
      return recorded(judge(failed('ECONNRESET'))).map(({ step }) => step);
    };
    expect(['0a', '0a', '0b', '0b', '0b'].map(doubt)).to.deep.equal([[], [], [], [], ['refused']]);
  });

  it('is busy while a verdict is being written down', () => {
    const { offer, judge, idle$ } = certificateTrial({ commit: () => NEVER }, id);
    expect(recorded(idle$)).to.have.length(1);
    offer(pair('0a'));
    expect(recorded(judge(connected))).to.have.length(1);
    expect(recorded(idle$)).to.have.length(0);
  });

  it('needs neither commit nor rollback', () => {
    const { offer, judge, idle$ } = certificateTrial({}, id);
    offer(pair('0a'));
    expect(recorded(judge(connected)).map(({ step }) => step)).to.deep.equal(['connected']);
    expect(recorded(idle$)).to.have.length(1);
  });
});
