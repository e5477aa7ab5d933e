import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import { cleanUp, filesIn, spawnCommand, unitOptions, type RunningCommand } from '../../support/spawn-command.js';

describe('unitlink unit --message-log', () => {
  let cloud: Cloud;
  let files: string;
  const startUnit = (log: string): RunningCommand =>
    spawnCommand('unit', ...unitOptions(files), '--message-log', join(files, log), '--show-secrets');

  beforeEach(async () => {
    cloud = await startCloud();
    const { ca, cert, key } = cloud.credentials;
    files = await filesIn({ ca, cert, key, file: 'a file' });
  });
  afterEach(async () => {
    await cleanUp();
    await cloud.stop();
  });

  it('logs what goes out and comes in, never its secrets, for nobody but the user', async () => {
    const unit = startUnit('logs/messages');
    unit.write({ data: { messageType: 'alerts', items: [] } });
    const { txn } = await unit.until({ status: 'acknowledged' });
    const sent = cloud.sendAndWait({
      ...{ messageType: 'startProvisioningRequest', correlationId: 'p-1' },
      ...{ node: { codename: 'gw-aux' }, password: 'hush' },
    });
    await unit.until({ event: 'received' });
    await sent;
    unit.child.kill('SIGTERM');
    expect(await unit.ended).to.equal(0);

    const path = join(files, 'logs/messages');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines).to.have.lengthOf(4);
    expect(lines[0]).to.match(/^TX: \{"header":\{"version":7,.+"data":\{"messageType":"alerts","items":\[\]\}\}$/);
    expect(lines[1])
      .to.match(/^RX: .+"messageType":"ack"/)
      .and.to.contain(txn);
    expect(lines[2]).to.match(/^RX: .+"messageType":"startProvisioningRequest".+"password":"\*\*\*"/);
    expect(lines[3]).to.match(/^TX: .+"data":\{"messageType":"ack"\}\}$/);
    expect((statSync(path).mode & 0o777).toString(8)).to.equal('600');
  });

  it('ends with 2 and one clear line where the file cannot be', async () => {
    const unit = startUnit('file/messages');
    expect(await unit.ended).to.equal(2);
    expect(unit.stderr()).to.match(
      /^unitlink unit: option --message-log cannot be used: the message log \S+ cannot be written: .+\n$/,
    );
    expect(unit.stdout()).to.equal('');
  });
});
