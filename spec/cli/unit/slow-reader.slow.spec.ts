import { expect } from 'chai';
import { startCloud } from '../../../lib/testing/cloud/start-cloud.js';
import { numberedByCloud } from '../../support/numbered.js';
import { credentialFiles, cleanUp, spawnCommand, unitOptions } from '../../support/spawn-command.js';
import { connectTo, recorded } from '../../support/unit-on-cloud.js';
import { untilAll } from '../../support/until.js';

describe('unitlink unit, while nobody reads its stdout,', () => {
  afterEach(cleanUp);

  it('acks no message before its line is written, and loses none of those it acked, though it is killed', async () => {
    await using cloud = await startCloud();
    // Lines as long as the messages: what is hidden would be short.
    const unit = spawnCommand('unit', ...unitOptions(await credentialFiles(cloud.credentials)), '--show-secrets');
    await unit.until({ state: 'connected' });
    await using other = connectTo(
      { credentials: await cloud.issueCredentials({ commonName: 'unit-2' }) },
      { systemId: 'unit-2' },
    );
    await other.send({ messageType: 'alerts', items: [] }).acknowledged;

    unit.child.stdout.pause();
    const acks = recorded(cloud.ack$);
    const first = untilAll(1, cloud.ack$);
    const sent = Array.from({ length: 60 }, (_, number) =>
      cloud.send(numberedByCloud(number, 'x'.repeat(60_000)), { to: 'unit-1' }),
    );
    await first;
    for (let count = 0; count < 100; count++) await other.send({ messageType: 'alerts', items: [] }).acknowledged;
    expect(acks.length).to.be.within(1, 40);

    unit.child.kill('SIGKILL');
    unit.child.stdout.resume();
    await unit.ended;
    for (const [index, txn] of sent.entries())
      if (index < acks.length) expect(unit.stdout()).to.include(`"txn":"${txn}"`);
  });
});
