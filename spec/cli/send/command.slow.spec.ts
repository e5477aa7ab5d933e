import { expect } from 'chai';
import { type Cloud, startCloud } from '../../../lib/testing/cloud/start-cloud.js';
import {
  credentialFiles,
  type RunningCommand,
  cleanUp,
  spawnCommand,
  unitOptions,
} from '../../support/spawn-command.js';

const alert = { messageType: 'alerts', items: [] };

describe('unitlink send', () => {
  let cloud: Cloud;
  let files: string;

  const send = (...args: readonly string[]): RunningCommand => spawnCommand('send', ...unitOptions(files), ...args);

  beforeEach(async () => {
    cloud = await startCloud();
    files = await credentialFiles(cloud.credentials);
  });

  afterEach(async () => {
    await cleanUp();
    await cloud.stop();
  });

  it('delivers the data given as an argument and exits with 0', async () => {
    const sent = send(JSON.stringify(alert));
    expect(await sent.ended).to.equal(0);
    expect(await sent.until({ status: 'acknowledged' })).to.include({ messageType: 'alerts' });
  });

  it('delivers the lines of stdin and exits with 1 where one is rejected, with its id', async () => {
    const sent = send();
    sent.write({ data: alert, id: 'a', ttl: 60_000 });
    sent.write({ data: alert, id: 'b', ttl: -1 });
    sent.child.stdin.end();
    expect(await sent.ended).to.equal(1);
    expect(await sent.until({ id: 'a', status: 'acknowledged' })).to.include({ attempt: 1 });
    expect(await sent.until({ id: 'b' })).to.include({ event: 'rejected', source: 'stdin' });
  });

  it('gives up after --timeout and exits with 1', async () => {
    cloud.dropAcks(Infinity);
    const sent = send('--timeout', '1', '--log-format', 'json', JSON.stringify({ data: alert }));
    expect(await sent.ended).to.equal(1);
    const [line = ''] = sent.stderr().split('\n');
    expect(JSON.parse(line)).to.include({ level: 'error', message: 'not delivered within 1 ms' });
  });
});
