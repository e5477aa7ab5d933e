import { createPrivateKey } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { filter, firstValueFrom } from 'rxjs';
import { createAuthority } from '../../../lib/testing/cloud/authority.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import { cleanUp, filesIn, spawnCommand, unitOptions, type RunningCommand } from '../../support/spawn-command.js';
import { untilEvent } from '../../support/unit-on-cloud.js';

describe('unitlink unit --keystore', () => {
  let cloud: Cloud;
  let files: string;

  const keystore = () => ['--keystore', join(files, 'keys'), '--main-node', 'main'];
  const startUnit = (...args: readonly string[]): RunningCommand =>
    spawnCommand('unit', ...unitOptions(files), ...keystore(), ...args);
  const restartUnit = (): RunningCommand =>
    spawnCommand('unit', '--system-id', 'unit-1', '--ca', join(files, 'ca'), ...keystore());
  const stop = async (unit: RunningCommand) => {
    unit.child.kill('SIGTERM');
    expect(await unit.ended).to.equal(0);
  };

  beforeEach(async () => {
    cloud = await startCloud();
    const { ca, cert, key } = cloud.credentials;
    files = await filesIn({ ca, cert, key, file: 'a file' });
  });
  afterEach(async () => {
    await cleanUp();
    await cloud.stop();
  });

  it('renews its certificate when the cloud asks for it, and uses it after a restart, without the first files', async () => {
    const opened = untilEvent(cloud, 'opened');
    const unit = startUnit();
    expect((await opened).serial).to.equal(cloud.credentials.serial);
    await unit.until({ state: 'connected' });
    const reopened = untilEvent(cloud, 'opened');
    const { issued, confirmed } = await cloud.renewCertificates();
    const serial = issued[0]?.serial ?? '';
    expect(confirmed[0]).to.not.have.property('errorInfo');
    expect((await reopened).serial).to.equal(serial);
    const certificate = { type: 'online', node: 'main', serial: serial.toLowerCase() };
    expect(await unit.until({ step: 'requested' })).to.deep.equal({
      event: 'renewal',
      step: 'requested',
      certificates: [{ type: 'online', node: 'main' }],
      failed: [],
    });
    expect(await unit.until({ step: 'installed' })).to.deep.include({ certificates: [certificate] });
    expect(await unit.until({ step: 'connected' })).to.deep.include({ certificates: [certificate] });
    await unit.logged(`certificates connected: online of main ${serial.toLowerCase()}`);
    await stop(unit);

    await Promise.all(['cert', 'key'].map((name) => rm(join(files, name))));
    const openedAgain = untilEvent(cloud, 'opened');
    const next = restartUnit();
    expect((await openedAgain).serial).to.equal(serial);
    await stop(next);
  });

  it('opens an encrypted key, encrypts those it keeps, and shows the passphrase nowhere', async () => {
    const passphrase = 'geheim-7';
    const encrypted = createPrivateKey(cloud.credentials.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase,
    });
    await writeFile(join(files, 'key'), encrypted);
    await writeFile(join(files, 'passphrase'), `${passphrase}\n`);
    const options = ['--passphrase-file', join(files, 'passphrase'), '--log-level', 'trace'];
    const unit = startUnit(...options);
    await unit.until({ state: 'connected' });
    await stop(unit);
    expect(unit.stdout() + unit.stderr()).not.to.include(passphrase);
    expect(await readFile(join(files, 'keys', 'main.online.pem'), 'utf8')).to.include('BEGIN ENCRYPTED PRIVATE KEY');
    await Promise.all(['cert', 'key'].map((name) => rm(join(files, name))));
    const next = spawnCommand('unit', '--system-id', 'unit-1', '--ca', join(files, 'ca'), ...keystore(), ...options);
    await next.until({ state: 'connected' });
    await stop(next);
  });

  it('says which file a passphrase does not open', async () => {
    const encrypted = createPrivateKey(cloud.credentials.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'geheim',
    });
    await writeFile(join(files, 'key'), encrypted);
    await writeFile(join(files, 'passphrase'), 'geraten-8');
    const unit = startUnit('--passphrase-file', join(files, 'passphrase'));
    expect(await unit.ended).to.equal(2);
    expect(unit.stderr()).to.include(
      `the private key file ${join(files, 'key')} cannot be used: the passphrase does not open it`,
    );
    expect(unit.stderr()).not.to.include('geraten-8');
  });

  it('uses the new certificate also where it is killed right after the confirmation', async () => {
    const unit = startUnit();
    await unit.until({ state: 'connected' });
    const { issued } = await cloud.renewCertificates();
    unit.child.kill('SIGKILL');
    await unit.ended;
    const opened = untilEvent(cloud, 'opened');
    const next = restartUnit();
    expect((await opened).serial).to.equal(issued[0]?.serial);
    await stop(next);
  });

  it('goes on with the certificate before where the cloud refuses the new one', async () => {
    const unit = startUnit();
    await unit.until({ state: 'connected' });
    const opened = firstValueFrom(cloud.event$.pipe(filter(({ kind }) => kind === 'opened')), {
      defaultValue: undefined,
    });
    await cloud.renewCertificates({ authority: await createAuthority('a stranger') });
    expect(await opened).to.include({ serial: cloud.credentials.serial });
    expect(await unit.until({ step: 'refused' })).to.have.nested.property('error.name', 'DiscoveryError');
    await unit.logged('certificates refused: online of main');
    await stop(unit);
  });

  it('goes on with the open connection, with --make-before-break, where none can be opened beside it', async () => {
    const unit = startUnit('--make-before-break');
    await unit.until({ state: 'connected' });
    cloud.refuseUpgrades({ status: 503 });
    await cloud.renewCertificates();
    const delayed = await unit.until({ step: 'delayed' });
    expect(delayed).to.deep.include({ event: 'renewal', delay: 1000 }).and.have.nested.property('error.code', 503);
    await unit.logged('the new connection is tried again in 1000 ms; the open one goes on');
    expect(cloud.counts).to.include({ sessions: 1 });
    await stop(unit);
    expect(unit.stdout()).to.not.include('"state":"waiting"');
  });

  it('shows no secret, at the most verbose level either', async () => {
    const unit = startUnit('--log-level', 'trace');
    await unit.until({ state: 'connected' });
    await cloud.renewCertificates({ secrets: { main: 'hush-1234' } });
    await unit.until({ step: 'connected' });
    await stop(unit);
    expect(unit.stdout() + unit.stderr())
      .to.include('renewCertificatesNotification')
      .and.not.include('hush-1234')
      .and.not.match(/PRIVATE KEY-----\s*\w/);
  });

  it('makes the keystore for this user alone', async () => {
    const unit = startUnit();
    await unit.until({ state: 'connected' });
    expect((await stat(join(files, 'keys'))).mode & 0o777).to.equal(0o700);
    expect(await readdir(join(files, 'keys'))).to.deep.equal(['main.online.pem']);
    await stop(unit);
  });

  const refusal = async (unit: RunningCommand): Promise<string> => {
    expect(await unit.ended).to.equal(2);
    expect(unit.stdout()).to.equal('');
    return unit.stderr();
  };

  it('ends with 2 and one clear line where the keystore is empty and there are no files to begin with', async () => {
    expect(await refusal(restartUnit())).to.equal(
      'unitlink unit: option --cert is missing, it takes a text that is not empty\n',
    );
  });

  it('ends with 2 and one clear line where the files do not belong together, or are not there', async () => {
    await writeFile(join(files, 'key'), (await cloud.issueCredentials()).key);
    expect(await refusal(startUnit())).to.equal(
      'unitlink unit: option --keystore cannot be used: the private key does not belong to the certificate\n',
    );
    await rm(join(files, 'key'));
    expect(await refusal(startUnit())).to.match(/cannot be used: the private key file cannot be read: ENOENT.*\n$/);
  });

  it('ends with 2 and one clear line where the keystore is open to others, is a file, or is damaged', async () => {
    await mkdir(join(files, 'keys'));
    await chmod(join(files, 'keys'), 0o755);
    expect(await refusal(startUnit())).to.match(
      /^unitlink unit: option --keystore cannot be used: the keystore \S+ is open to others \(mode 755\); close it: chmod 700 \S+\n$/,
    );
    await chmod(join(files, 'keys'), 0o700);
    await writeFile(join(files, 'keys', 'main.online.pem'), 'x');
    expect(await refusal(startUnit())).to.match(/the key file \S+main\.online\.pem cannot be used: .+\n$/);
    expect(await readFile(join(files, 'keys', 'main.online.pem'), 'utf8')).to.equal('x');
    await rm(join(files, 'keys'), { recursive: true, maxRetries: 5 });
    await writeFile(join(files, 'keys'), '');
    expect(await refusal(startUnit())).to.match(/cannot be used: the keystore \S+ is no directory\n$/);
  });
});
