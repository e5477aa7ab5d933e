import { createPrivateKey } from 'node:crypto';
import { expect } from 'chai';
import { createAuthority } from '../../lib/testing/authority.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud.js';
import type { Credentials } from '../../lib/transport/types.js';
import { diagnose, failuresIn, type Patient } from '../support/diagnose.js';

const day = 86_400_000;

describe('unitlink doctor, about the files of the unit,', () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(async () => {
    await cloud.stop();
  });

  const encrypted = (key: string): string =>
    String(createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hush' }));

  const faults: Readonly<Record<string, readonly [finding: string, fault: () => Promise<Partial<Patient>>]>> = {
    'a CA file that is not there': ['ca file-missing', () => given({}, { ca: '/nowhere/ca' })],
    'a certificate file that is not there': ['certificate file-missing', () => given({}, { cert: '/dev/null/cert' })],
    'a key file that cannot be read': ['key file-unreadable', () => given({}, { key: '/' })],
    'a CA that is none': ['ca ca-unreadable', () => given({ ca: 'PEM' })],
    'a certificate that is none': ['certificate certificate-unreadable', () => given({ cert: cloud.credentials.key })],
    'a key that is none': ['key key-unreadable', () => given({ key: cloud.credentials.cert })],
    'an encrypted key': ['key key-encrypted', () => given({ key: encrypted(cloud.credentials.key) })],
    'the key of another certificate': [
      'key key-mismatch',
      async () => given({ key: (await cloud.issueCredentials()).key }),
    ],
    'a certificate that is not valid yet': [
      'certificate certificate-not-yet-valid',
      () => issued({ notBefore: new Date(Date.now() + day) }),
    ],
    'a certificate for servers only': [
      'certificate certificate-not-for-clients',
      () => issued({ client: false, server: true }),
    ],
    'intermediates of another chain': [
      'chain chain-broken',
      async () => given({ cert: cloud.credentials.cert + (await createAuthority()).ca }),
    ],
    'a certificate that names no cloud': ['discoveryUrls no-discovery-url', () => issued({ discoveryUrls: [] })],
    'a certificate that names a cloud without TLS': [
      'discoveryUrls insecure-url',
      () => issued({ discoveryUrls: ['http://127.0.0.1:1/'] }),
    ],
  };
  const given = (credentials: Partial<Credentials>, settings: Patient['settings'] = {}): Promise<Partial<Patient>> =>
    Promise.resolve({ credentials: { ...cloud.credentials, ...credentials }, settings });
  const issued = async (options: Parameters<Cloud['issueCredentials']>[0]): Promise<Partial<Patient>> => ({
    credentials: await cloud.issueCredentials(options),
  });

  for (const [what, [finding, fault]] of Object.entries(faults))
    it(`finds ${what}`, async () => {
      const checks = await diagnose({ credentials: cloud.credentials, ...(await fault()) });
      expect(failuresIn(checks)[0]).to.equal(finding);
      expect(checks.find(({ verdict }) => verdict === 'failed')?.advice).to.be.a('string');
    });

  it('finds that the certificate has expired, and goes on: what the cloud says may tell more', async () => {
    const notAfter = new Date(Date.now() - day);
    const credentials = await cloud.issueCredentials({ notBefore: new Date(Date.now() - 2 * day), notAfter });
    const checks = await diagnose({ credentials });
    expect(failuresIn(checks)[0]).to.equal('certificate certificate-expired');
    expect(checks.find(({ check }) => check === 'certificate')?.message).to.contain(
      `valid until ${notAfter.toISOString().slice(0, 10)}`,
    );
    expect(checks.find(({ check }) => check === 'tcp')?.verdict).to.equal('ok');
  });

  it('finds that the CA, and an intermediate, have expired', async () => {
    const { cert } = cloud.credentials;
    const checks = await diagnose({
      credentials: { ...cloud.credentials, cert: cert + cloud.ca },
      now: Date.now() + 20 * 365 * day,
    });
    expect(failuresIn(checks).slice(0, 3)).to.deep.equal([
      'ca ca-expired',
      'certificate certificate-expired',
      'chain chain-expired',
    ]);
  });

  it('finds a clock that is before the CA', async () => {
    const checks = await diagnose({ credentials: cloud.credentials, now: 0 });
    expect(failuresIn(checks).slice(0, 2)).to.deep.equal([
      'ca ca-not-yet-valid',
      'certificate certificate-not-yet-valid',
    ]);
  });

  it('asks nobody with files that cannot be used, and still looks for the hosts', async () => {
    const checks = await diagnose({ credentials: { ...cloud.credentials, key: 'none' } });
    const seen = checks.filter(({ url }) => url !== undefined).map(({ check, verdict }) => `${check} ${verdict}`);
    expect(seen).to.deep.equal(['name ok', 'tcp ok', 'tls skipped', 'discovery skipped']);
    expect(checks.at(-1)).to.include({ check: 'endpoints', verdict: 'skipped' });
  });

  it('remarks on a system id that is not the common name, and on a certificate that ends soon', async () => {
    const credentials = await cloud.issueCredentials({ notAfter: new Date(Date.now() + 3.5 * day) });
    const checks = await diagnose({ credentials, settings: { systemId: 'unit-2' } });
    expect(failuresIn(checks)).to.deep.equal([]);
    expect(checks.find(({ check }) => check === 'systemId')).to.deep.include({
      message: 'unit-2, while the certificate is made out to unit-1',
      advice: 'A cloud that compares the two refuses the unit; check --system-id.',
    });
    expect(checks.find(({ check }) => check === 'certificate')).to.deep.include({
      message: 'unit-1, issued by unitlink test authority, 3 days left',
      advice: 'Have it renewed soon.',
    });
  });
});
