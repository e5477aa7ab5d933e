import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileKeystore } from '../../../lib/certificates/file-keystore.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import { cleanUp, filesIn, spawnCommand, unitOptions } from '../../support/spawn-command.js';

describe('unitlink doctor', () => {
  let cloud: Cloud;
  let files: string;
  const doctor = (...args: readonly string[]) => spawnCommand('doctor', ...unitOptions(files), ...args);

  before(async () => {
    cloud = await startCloud();
  });
  beforeEach(async () => {
    const { ca, cert, key } = cloud.credentials;
    files = await filesIn({ ca, cert, key, 'unit.json': JSON.stringify({ ackTimeout: 1, systemId: 'unit-1' }) });
  });
  afterEach(async () => {
    cloud.clearFaults();
    await cleanUp();
  });
  after(async () => {
    await cloud.stop();
  });

  it('tells each check in a line and ends with 0 when all is well', async () => {
    const run = doctor();
    expect(await run.ended).to.equal(0);
    expect(run.stderr()).to.equal('');
    const lines = run.stdout().split('\n');
    expect(lines[0]).to.equal('The unit');
    expect(lines).to.include(`Service discovery ${cloud.discoveryUrl}`).and.to.include(`Endpoint ${cloud.url}`);
    expect(lines.filter((line) => /^ {2}ok {7}\S/.test(line))).to.have.lengthOf(15);
    expect(lines.at(-2)).to.equal('All is well: 15 checks.');
    expect(run.stdout()).not.to.contain('\u001b');
  });

  it('ends with 1 when something failed, says what to do, and shows no stack trace and no secret', async () => {
    cloud.refuseUpgrades({ times: 1 });
    const run = doctor();
    expect(await run.ended).to.equal(1);
    expect(run.stderr()).to.equal('');
    expect(run.stdout()).to.match(/\n {2}FAILED {3}upgrade {5}HTTP 401: the token.+\n.*\n? +→ Check that/);
    expect(run.stdout()).to.match(/\n1 of 14 checks failed, 1 skipped\.\n$/);
    expect(run.stdout()).not.to.match(/\n\s+at /);
    for (const secret of [cloud.token, ...cloud.credentials.key.split('\n').slice(1, 3)])
      expect(run.stdout()).not.to.contain(secret);
  });

  it('--json tells the same to programs', async () => {
    cloud.failDiscovery({ status: 503 });
    const run = doctor('--json');
    expect(await run.ended).to.equal(1);
    const discovery = await run.until({ event: 'check', check: 'discovery' });
    expect(discovery).to.deep.include({
      ...{ url: cloud.discoveryUrl, verdict: 'failed', finding: 'http-unavailable', code: 503 },
      ...{ message: 'HTTP 503: the cloud is not available: 503', advice: 'Wait, and try again.' },
    });
    expect(discovery['took']).to.be.a('number');
    expect(await run.until({ event: 'result' })).to.deep.equal({ event: 'result', ok: 9, failed: 1, skipped: 1 });
    expect(run.stdout()).not.to.contain(cloud.token);
  });

  it('takes the config file of the unit', async () => {
    const run = spawnCommand('doctor', ...unitOptions(files).slice(2), '--config', join(files, 'unit.json'));
    expect(await run.ended).to.equal(0);
  });

  it('takes the config file of a unit with a keystore, whose first files are gone', async () => {
    const { ca, ...pair } = cloud.credentials;
    const keystore = join(files, 'keys');
    await fileKeystore(keystore).importPair({ type: 'online', node: 'main', ...pair });
    const config = {
      systemId: 'unit-1',
      ca: join(files, 'ca'),
      keystore,
      mainNode: 'main',
      makeBeforeBreak: true,
      store: 'q',
    };
    await writeFile(join(files, 'unit.json'), JSON.stringify(config));
    await Promise.all(['cert', 'key'].map((name) => rm(join(files, name))));
    const run = spawnCommand('doctor', '--config', join(files, 'unit.json'));
    expect(await run.ended).to.equal(0);
    expect(run.stdout()).to.contain('holds the online certificate').and.to.contain('All is well');
    expect(ca).to.equal(cloud.ca);
  });

  it('stops at a signal', async () => {
    cloud.dripUpgrade(1, 1000);
    const run = doctor('--json');
    await run.untilAll(2, { check: 'tls' });
    run.child.kill('SIGINT');
    expect(await run.ended).to.equal(1);
    expect(run.stderr()).to.equal('unitlink doctor: stopped before the end\n');
  });

  for (const [args, message] of [
    [['--discovery-url', 'http://h/'], 'option --discovery-url got an http URL, it takes an https URL unless'],
    [['--connect-timeout', '0'], 'option --connect-timeout got 0, it takes a whole number'],
    [['--ack-timeout', '5'], 'unknown option "--ack-timeout"'],
    [['--keystore', '/k'], 'option --main-node is missing'],
    [['--main-node', 'm'], 'option --main-node is of no use without --keystore'],
  ] as const)
    it(`refuses ${args.join(' ')} with 2`, async () => {
      const run = doctor(...args);
      expect(await run.ended).to.equal(2);
      expect(run.stderr())
        .to.match(/^unitlink doctor: [^\n]+\n$/)
        .and.to.contain(message);
    });

  it('--help names its options', () => {
    const help = execFileSync(process.execPath, ['dist/lib/cli/main.js', 'doctor', '--help']).toString();
    for (const name of ['system-id ID', 'ca FILE', 'discovery-url URL', 'connect-timeout MS', 'json', 'config FILE'])
      expect(help).to.contain(`\n  --${name}\n`);
    expect(help).not.to.contain('--ack-timeout');
  });
});
