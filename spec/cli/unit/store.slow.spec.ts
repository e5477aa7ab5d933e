import { join } from 'node:path';
import { expect } from 'chai';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import { cleanUp, filesIn, spawnCommand, unitOptions, type RunningCommand } from '../../support/spawn-command.js';

const alert = { data: { messageType: 'alerts', items: [] } };

describe('unitlink unit --store', () => {
  let cloud: Cloud;
  let files: string;

  const startUnit = (...args: readonly string[]): RunningCommand =>
    spawnCommand('unit', ...unitOptions(files), '--store', join(files, 'queue'), ...args);

  beforeEach(async () => {
    cloud = await startCloud();
    const { ca, cert, key } = cloud.credentials;
    files = await filesIn({ ca, cert, key, file: 'a file' });
  });
  afterEach(async () => {
    await cleanUp();
    await cloud.stop();
  });

  it('delivers after a kill what it had queued before, with the same txns and in order', async () => {
    cloud.dropAcks(Infinity);
    const killed = startUnit();
    for (const id of ['a', 'b', 'c']) killed.write({ ...alert, id });
    const queued = (await killed.untilAll(3, { status: 'queued' })).map(({ txn }) => txn);
    killed.child.kill('SIGKILL');
    await killed.ended;

    cloud.clearFaults();
    const next = startUnit();
    const acknowledged = await next.untilAll(3, { status: 'acknowledged' });
    expect(acknowledged.map(({ txn }) => txn)).to.deep.equal(queued);
    expect(await next.until({ status: 'queued' })).to.deep.include({ txn: queued[0], attempt: 0 });
    next.child.kill('SIGTERM');
    expect(await next.ended).to.equal(0);
  });

  it('keeps what a stop leaves undelivered', async () => {
    cloud.dropAcks(Infinity);
    const stopped = startUnit('--drain-timeout', '0');
    stopped.write({ ...alert, id: 'a' });
    const { txn } = await stopped.until({ status: 'sent' });
    stopped.child.kill('SIGTERM');
    expect(await stopped.until({ event: 'stopped' })).to.deep.include({ undelivered: [txn] });
    expect(await stopped.until({ status: 'requeued' })).to.deep.include({ txn, id: 'a' });

    cloud.clearFaults();
    const next = startUnit();
    expect(await next.until({ status: 'acknowledged' })).to.include({ txn });
  });

  it('ends with 2 and one clear line where another process has the store', async () => {
    const first = startUnit();
    await first.until({ state: 'connected' });
    const second = startUnit();
    expect(await second.ended).to.equal(2);
    expect(second.stderr()).to.match(/^unitlink unit: option --store cannot be used: the store \S+ is in use by .+\n$/);
    expect(second.stdout()).to.equal('');
  });

  it('ends with 2 and one clear line where its path is a file', async () => {
    const unit = startUnit('--store', join(files, 'file'));
    expect(await unit.ended).to.equal(2);
    expect(unit.stderr()).to.match(
      /^unitlink unit: option --store got "\S+", which is no directory, it takes a directory of this user alone; .+\n$/,
    );
  });
});
