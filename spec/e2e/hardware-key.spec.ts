import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { KeyPairInUse } from 'unitlink';
import { startCloud, type Cloud } from 'unitlink/testing';
import { cleanUp, credentialFiles, spawnCommand, unitOptions } from '../support/spawn-command.js';

const moduleOf = (config: string): string => /MODULE_PATH = (.*)/.exec(config)?.[1] ?? '';

const alert = { data: { messageType: 'alerts', items: [] } };

describe('a unit whose key is in SoftHSM2', () => {
  let cloud: Cloud;
  let folder: string;
  let options: readonly string[];
  const earlier = { ...process.env };

  const softhsm = (...args: readonly string[]) => execFileSync('softhsm2-util', args, { stdio: 'pipe' });
  const keyNamed = (object: string) => [
    '--key',
    `pkcs11:token=unit;object=${object}?pin-source=file:${join(folder, 'pin')}`,
  ];

  before(async () => {
    cloud = await startCloud();
    folder = await mkdtemp(join(tmpdir(), 'unitlink-hsm-'));
    await mkdir(join(folder, 'tokens'));
    await writeFile(join(folder, 'softhsm2.conf'), `directories.tokendir = ${join(folder, 'tokens')}\n`);
    await writeFile(join(folder, 'pin'), '1234');
    const files = await credentialFiles(cloud.credentials);
    const stranger = await credentialFiles(await cloud.issueCredentials({ commonName: 'unit-1' }));
    // As Debian has them on each architecture.
    const engines = execFileSync('openssl', ['version', '-e'], { encoding: 'utf8' }).split('"')[1] ?? '';
    const example = await readFile('examples/deploy/openssl-pkcs11.cnf', 'utf8');
    const config = example.replace(dirname(/dynamic_path = (.*)/.exec(example)?.[1] ?? ''), engines);
    await writeFile(join(folder, 'openssl.cnf'), config);
    Object.assign(process.env, {
      OPENSSL_CONF: join(folder, 'openssl.cnf'),
      SOFTHSM2_CONF: join(folder, 'softhsm2.conf'),
    });
    softhsm('--init-token', '--free', '--label', 'unit', '--pin', '1234', '--so-pin', '1234');
    for (const [object, from, id] of [
      ['online', files, '01'],
      ['other', stranger, '02'],
    ] as const)
      softhsm('--import', join(from, 'key'), '--token', 'unit', '--label', object, '--id', id, '--pin', '1234');
    await rm(join(files, 'key'));
    options = unitOptions(files).slice(0, -2); // without --key
  });

  after(async () => {
    process.env = earlier;
    await cleanUp();
    await cloud.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('connects, delivers, and connects again', async () => {
    const unit = spawnCommand('unit', ...options, ...keyNamed('online'));
    unit.write(alert);
    await unit.until({ status: 'acknowledged' });
    for (const time of [1, 2]) {
      cloud.resetSessions();
      await unit.untilAll(time + 1, { state: 'connected' });
    }
    unit.write(alert);
    await unit.untilAll(2, { status: 'acknowledged' });
    unit.child.kill('SIGTERM');
    expect(await unit.ended).to.equal(0);
    expect(unit.stdout() + unit.stderr()).not.to.contain('1234');
  });

  it('renews its certificate with a key that is made in the token', async () => {
    const child = fileURLToPath(new URL('../support/hardware-keystore-child.js', import.meta.url));
    const args = [join(folder, 'keystore'), moduleOf(await readFile('examples/deploy/openssl-pkcs11.cnf', 'utf8'))];
    const { stdout } = await promisify(execFile)(process.execPath, [child, ...args, 'unit', join(folder, 'pin')]);
    const { first, second, shown } = JSON.parse(stdout) as Record<'first' | 'second', KeyPairInUse> & { shown: string };
    expect(second.key)
      .to.match(/^pkcs11:/)
      .and.not.equal(first.key);
    expect(second.serial).to.equal(shown).and.not.equal(first.serial);
  });

  it('is examined by the doctor', async () => {
    const finding = async (object: string) => {
      const doctor = spawnCommand('doctor', ...options, '--json', ...keyNamed(object));
      await doctor.ended;
      const { verdict, finding: found } = await doctor.until({ check: 'key' });
      return found ?? verdict;
    };
    expect(await finding('online')).to.equal('ok');
    expect(await finding('other')).to.equal('key-mismatch');
    expect(await finding('missing')).to.equal('key-not-in-hardware');
  });
});
