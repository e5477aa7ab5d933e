import { createPrivateKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileKeystore } from '../../../lib/certificates/file-keystore.js';
import { createAuthority } from '../../../lib/testing/cloud/authority.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import type { Credentials } from '../../../lib/transport/types.js';
import { testChain } from '../../support/chain.js';
import { diagnose, failuresIn, type Patient } from '../../support/diagnose.js';
import { scratch } from '../../support/scratch.js';

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
    'a key in hardware whose URI has its PIN': [
      'key key-pin-shown',
      () => given({}, { key: 'pkcs11:object=online;pin-value=1234' }),
    ],
    'a key in hardware without an engine': ['key key-engine-missing', () => given({}, { key: 'pkcs11:object=online' })],
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
    expect(failuresIn(checks).slice(0, 4)).to.deep.equal([
      'clock clock-ahead',
      'ca ca-expired',
      'certificate certificate-expired',
      'chain chain-expired',
    ]);
  });

  it('finds a clock that is before the CA', async () => {
    const checks = await diagnose({ credentials: cloud.credentials, now: 0 });
    expect(failuresIn(checks).slice(0, 3)).to.deep.equal([
      'clock clock-behind',
      'ca ca-not-yet-valid',
      'certificate certificate-not-yet-valid',
    ]);
  });

  it('names a clock that is far off before everything else, and by how much', async () => {
    const [first] = await diagnose({ credentials: cloud.credentials, now: Date.now() - 26 * 3_600_000 });
    expect(first).to.include({ check: 'clock', verdict: 'failed', finding: 'clock-behind' });
    expect(first?.message).to.match(
      /^the clock of this machine is behind: 1 d 2 h; it says \S+Z, and https:\S+ says \S+Z$/,
    );
    const [ahead] = await diagnose({ credentials: cloud.credentials, now: Date.now() + 90 * 60_000 });
    expect(ahead).to.include({ check: 'clock', finding: 'clock-ahead' });
    expect(ahead?.message).to.contain('1 h 30 min');
  });

  it('says nothing of a clock that is a little off, or that nothing can be said of', async () => {
    for (const now of [Date.now() + 200_000, Date.now() - 200_000])
      expect(failuresIn(await diagnose({ credentials: cloud.credentials, now }))).to.deep.equal([]);
    const away = { overrideDiscoveryUrl: 'https://127.0.0.1:1/' };
    const checks = await diagnose({ credentials: cloud.credentials, settings: away });
    expect(failuresIn(checks)).to.deep.equal(['tcp connection-refused']);
  });

  it('sees by the certificates that the clock is behind, where no server can be asked', async () => {
    const settings = { overrideDiscoveryUrl: 'https://127.0.0.1:1/' };
    const [first] = await diagnose({ credentials: cloud.credentials, settings, now: 0 });
    expect(first).to.include({ check: 'clock', finding: 'clock-behind' });
    expect(first?.message).to.contain('1970-01-01T00:00:00Z, and all certificates here were issued from 20');
  });

  it('takes a CA file with an expired root and a good one, and names the expired one', async () => {
    const { expiredRoot } = await testChain();
    for (const ca of [expiredRoot + cloud.ca, `${cloud.ca}\n${expiredRoot}`]) {
      const checks = await diagnose({ credentials: { ...cloud.credentials, ca } });
      expect(failuresIn(checks)).to.deep.equal([]);
      expect(checks.find(({ check }) => check === 'ca')?.message).to.match(
        /^unitlink test authority, \d+ days left; not used: ca, valid until /,
      );
    }
  });

  it('takes a CA file up to what cannot be read in it, as a unit does', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(
      failuresIn(await diagnose({ credentials: { ...cloud.credentials, ca: `${cloud.ca}\n${broken}` } })),
    ).to.deep.equal([]);
    expect(failuresIn(await diagnose({ credentials: { ...cloud.credentials, ca: broken + cloud.ca } }))[0]).to.equal(
      'ca ca-unreadable',
    );
  });

  it('takes a certificate that stands behind its CA in the file, and remarks on that', async () => {
    const { credentials } = cloud;
    const checks = await diagnose({ credentials: { ...credentials, cert: `${cloud.ca}\n${credentials.cert}` } });
    expect(failuresIn(checks)).to.deep.equal([]);
    expect(checks.find(({ check }) => check === 'certificate')).to.deep.include({
      advice: 'It does not stand first in its file; the unit puts the chain in order, other programs may not.',
    });
    expect(checks.at(-1)).to.include({ check: 'ping', verdict: 'ok' });
  });

  it('says so where the key belongs to none of several certificates', async () => {
    const { key } = await cloud.issueCredentials();
    const { cert } = cloud.credentials;
    const checks = await diagnose({ credentials: { ...cloud.credentials, cert: `${cert}\n${cloud.ca}`, key } });
    expect(checks.find(({ verdict }) => verdict === 'failed')?.message).to.equal(
      'the private key does not belong to the certificate: nor to another of the 2 in its file',
    );
  });

  it('takes an intermediate in two versions, one of them expired', async () => {
    const { root, unit, intermediate, expiredIntermediate, key } = await testChain();
    for (const cert of [unit + intermediate + expiredIntermediate, unit + expiredIntermediate + intermediate]) {
      const checks = await diagnose({ credentials: { ca: root, cert, key } });
      expect(checks.find(({ check }) => check === 'chain')).to.include({
        verdict: 'ok',
        message: '1 intermediate, up to the CA above; 1 more in the file',
      });
    }
  });

  it('opens an encrypted key with the passphrase in a file, and says where that does not open it', async () => {
    await using place = await scratch();
    const [right, wrong] = [place.path('right'), place.path('wrong')];
    await Promise.all([writeFile(right, 'hush\n'), writeFile(wrong, 'guess')]);
    const credentials = { ...cloud.credentials, key: encrypted(cloud.credentials.key) };
    const found = async (passphraseFile: string) =>
      failuresIn(await diagnose({ credentials, settings: { passphraseFile } }));
    expect(await found(right)).to.deep.equal([]);
    expect((await found(wrong))[0]).to.equal('key passphrase-wrong');
    expect((await found(place.path('none')))[0]).to.equal('key passphrase-unreadable');
  });

  describe('with a keystore,', () => {
    const mainNode = 'main';
    const id = { type: 'online', node: mainNode };
    const gone = { cert: undefined, key: undefined };

    it('examines the pair in use, where certificate and key were deleted, and changes nothing', async () => {
      await using place = await scratch();
      const directory = place.path('keys');
      await fileKeystore(directory, { passphrase: 'hush' }).importPair({ ...id, ...cloud.credentials });
      await Promise.all([
        writeFile(place.path('passphrase'), 'hush'),
        writeFile(join(directory, 'main.online.pem.1-1.tmp'), ''),
      ]);
      const before = await readdir(directory);
      const settings = { ...gone, keystore: directory, mainNode, passphraseFile: place.path('passphrase') };
      const checks = await diagnose({ credentials: { ca: cloud.ca, cert: 'no', key: 'no' }, settings });
      expect(failuresIn(checks)).to.deep.equal([]);
      expect(checks.find(({ check }) => check === 'keystore')?.message).to.equal(
        `holds the online certificate ${cloud.credentials.serial.toLowerCase()} of node main`,
      );
      expect(checks.at(-1)).to.include({ check: 'ping', verdict: 'ok' });
      expect(await readdir(directory)).to.deep.equal(before);
    });

    it('examines the pair in use rather than the files, as the unit connects with it', async () => {
      await using place = await scratch();
      await fileKeystore(place.path('keys')).importPair({ ...id, ...cloud.credentials });
      const notAfter = new Date(Date.now() - day);
      const old = await cloud.issueCredentials({ notBefore: new Date(Date.now() - 2 * day), notAfter });
      const settings = { keystore: place.path('keys'), mainNode };
      expect(failuresIn(await diagnose({ credentials: old, settings }))).to.deep.equal([]);
    });

    it('examines the files where it holds nothing yet, and makes no directory', async () => {
      await using place = await scratch();
      const settings = { keystore: place.path('keys'), mainNode };
      const checks = await diagnose({ credentials: cloud.credentials, settings });
      expect(failuresIn(checks)).to.deep.equal([]);
      expect(checks.find(({ check }) => check === 'keystore')?.message).to.contain('the unit copies --cert and --key');
      expect(existsSync(place.path('keys'))).to.equal(false);
    });

    it('finds one that holds nothing, that others can read, or that is damaged', async () => {
      await using place = await scratch();
      const directory = place.path('keys');
      const found = async () =>
        failuresIn(
          await diagnose({ credentials: cloud.credentials, settings: { ...gone, keystore: directory, mainNode } }),
        )[0];
      expect(await found()).to.equal('keystore keystore-empty');
      await fileKeystore(directory).importPair({ ...id, ...cloud.credentials });
      await chmod(directory, 0o755);
      expect(await found()).to.equal('keystore keystore-unusable');
      await chmod(directory, 0o700);
      await writeFile(join(directory, 'main.online.pem'), 'nonsense');
      expect(await found()).to.equal('keystore keystore-unusable');
    });
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
