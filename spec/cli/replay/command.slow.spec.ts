import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { cleanUp, filesIn, spawnCommand } from '../../support/spawn-command.js';

const scenario = (event: string) => `name: A test
app:
  - send: { messageType: alerts, items: [] }
    as: report
see:
  - ${event}
lasts: 10s
`;
const log = 'RX: {"header":{"version":7,"systemId":"u","txn":"1"},"data":{"messageType":"desiredStatus"}}\n';

describe('unitlink replay', () => {
  let files: string;
  const replay = (...args: readonly string[]) => spawnCommand('replay', ...args);

  before(async () => {
    files = await filesIn({
      'good.yaml': scenario('message report acknowledged 1'),
      'wrong.yaml': scenario('message report dropped'),
      'broken.yaml': 'name: A test\nsee: unit connected\n',
      'field.log': log,
      'windows.yaml': `\ufeff${scenario('message report acknowledged 1').replaceAll('\n', '\r\n')}`,
      'windows.log': `\ufeff${log.replaceAll('\n', '\r\n')}`,
      'utf16.log': Buffer.from(`\ufeff${log}`, 'utf16le'),
    });
  });
  after(cleanUp);

  it('prints the timeline of a scenario and that it passed', async () => {
    const run = replay(join(files, 'good.yaml'));
    expect(await run.ended, run.stderr()).to.equal(0);
    const lines = run.stdout().split('\n');
    expect(lines.slice(0, 3)).to.deep.equal(['', 'A test', join(files, 'good.yaml')]);
    expect(lines).to.include('     0.009  unit     connected  wss://cloud.example/ws/v7/');
    expect(lines).to.include('     0.011  message  report acknowledged 1');
    expect(lines.at(-2)).to.equal('passed: A test');
  });

  it('plays it on real sockets with --real', async () => {
    const run = replay(join(files, 'good.yaml'), '--real');
    expect(await run.ended, run.stderr()).to.equal(0);
    expect(run.stdout()).to.match(/unit {5}connected {2}wss:\/\/127\.0\.0\.1:/);
  });

  it('ends with 1 and tells what was expected where one of several fails', async () => {
    const run = replay('--quiet', join(files, 'wrong.yaml'), join(files, 'good.yaml'));
    expect(await run.ended).to.equal(1);
    expect(run.stdout()).to.match(/^failed: expected "message report dropped", saw .*\npassed: A test\n$/);
  });

  it('shows what an app would see of a message log', async () => {
    const run = replay(join(files, 'field.log'));
    expect(await run.ended, run.stderr()).to.equal(0);
    expect(run.stdout()).to.contain('     0.000  app      got desiredStatus\n');
  });

  it('reads what Windows writes, but for UTF-16, which it names', async () => {
    const [scenarioRun, logRun, refused] = ['windows.yaml', 'windows.log', 'utf16.log'].map((name) =>
      replay(join(files, name)),
    );
    expect(await scenarioRun?.ended, scenarioRun?.stderr()).to.equal(0);
    expect(await logRun?.ended, logRun?.stderr()).to.equal(0);
    expect(logRun?.stdout()).to.contain('     0.000  app      got desiredStatus\n');
    expect(await refused?.ended).to.equal(2);
    expect(refused?.stderr()).to.match(/^unitlink replay: \S+ is UTF-16 and not UTF-8; save it as UTF-8\n$/);
  });

  it('--json tells the same to programs', async () => {
    const run = replay('--json', join(files, 'wrong.yaml'));
    expect(await run.ended).to.equal(1);
    const [first] = await run.untilAll(1, { event: 'replay' });
    expect(first).to.deep.equal({ event: 'replay', file: join(files, 'wrong.yaml'), name: 'A test' });
    expect(await run.until({ who: 'message' })).to.include({ event: 'seen', at: 0, what: 'report queued' });
    const { passed, failures } = await run.until({ event: 'result' });
    expect(passed).to.equal(false);
    expect(failures).to.have.lengthOf(1);
  });

  it('--html writes a page', async () => {
    const page = join(files, 'page.html');
    const run = replay('--quiet', '--html', page, join(files, 'good.yaml'), join(files, 'field.log'));
    expect(await run.ended, run.stderr()).to.equal(0);
    expect(await readFile(page, 'utf8')).to.match(/^<!doctype html>/);
  });

  it('ends with 2 before anything is played where a file cannot be', async () => {
    const broken = replay(join(files, 'good.yaml'), join(files, 'broken.yaml'));
    expect(await broken.ended).to.equal(2);
    expect(broken.stdout()).to.equal('');
    expect(broken.stderr()).to.equal(`unitlink replay: ${join(files, 'broken.yaml')}:2: see must be array\n`);
    const missing = replay(join(files, 'none.yaml'));
    expect(await missing.ended).to.equal(2);
    expect(missing.stderr()).to.match(/^unitlink replay: .*none\.yaml cannot be read: ENOENT/);
    const nothing = replay('--real');
    expect(await nothing.ended).to.equal(2);
    expect(nothing.stderr()).to.contain('a file is missing');
  });
});
