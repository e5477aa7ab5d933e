import type { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { isForClients } from '../../../lib/cli/doctor/certificate.js';

const withUsage = (keyUsage: readonly string[] | undefined) => isForClients({ keyUsage } as unknown as X509Certificate);

describe('isForClients', () => {
  it('is true of a certificate with that purpose, or without a stated one', () => {
    expect(withUsage(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])).to.equal(true);
    expect(withUsage(['1.3.6.1.5.5.7.3.1'])).to.equal(false);
    expect(withUsage(undefined)).to.equal(true);
  });

  it('is true where the runtime says in words what the key may do, and no purpose', () => {
    expect(withUsage(['DigitalSignature'])).to.equal(true);
  });
});
