import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { longestLine } from '../../../lib/cli/io/read-line.js';
import { type Cloud, startCloud } from '../../../lib/testing/cloud/start-cloud.js';
import {
  credentialFiles,
  type RunningCommand,
  filesIn,
  cleanUp,
  spawnCommand,
  unitOptions,
} from '../../support/spawn-command.js';
import { withAttrs } from '../../support/wire-examples.js';

const alert = { data: { messageType: 'alerts', items: [] } };
const anIsoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('unitlink unit', () => {
  let cloud: Cloud;

  const startUnit = async (...args: readonly string[]): Promise<RunningCommand> =>
    spawnCommand('unit', ...unitOptions(await credentialFiles(cloud.credentials)), ...args);
  const connectedUnit = async (...args: readonly string[]): Promise<RunningCommand> => {
    const unit = await startUnit(...args);
    await unit.until({ state: 'connected' });
    return unit;
  };
  const stop = async (unit: RunningCommand) => {
    unit.child.kill('SIGTERM');
    expect(await unit.ended).to.equal(0);
  };
  const statuses = (unit: RunningCommand, id: string): string[] =>
    [...unit.stdout().matchAll(/.+/g)]
      .map(([line]) => JSON.parse(line) as Record<string, unknown>)
      .filter((event) => event['id'] === id)
      .map(({ status, attempt }) => `${String(status)} ${String(attempt)}`);

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(async () => {
    await cleanUp();
    await cloud.stop();
  });

  it('connects, sends, receives and stops, each told in the order it happened', async () => {
    const unit = await connectedUnit();
    unit.write({ ...alert, id: 'a' });
    const { txn } = await unit.until({ status: 'acknowledged' });
    const sent = await cloud.sendAndWait({ messageType: 'desiredStatus', items: [] });
    await unit.until({ event: 'received' });
    await stop(unit);

    const events = unit
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const delivery = { event: 'delivery', id: 'a', txn, messageType: 'alerts' };
    const [discovering, connecting, connected, ...others] = events;
    const at = connected?.['at'];
    expect(discovering).to.deep.equal({ event: 'state', state: 'discovering', at: discovering?.['at'] });
    expect(connecting).to.deep.equal({ event: 'state', state: 'connecting', at: connecting?.['at'], url: cloud.url });
    const since = connected?.['since'];
    expect(connected).to.deep.equal({ event: 'state', state: 'connected', at, url: cloud.url, since });
    expect([at, since]).to.satisfy((times: string[]) => times.every((time) => anIsoTime.test(time)));
    const header = (others[3]?.['message'] as { header: object }).header;
    expect(header).to.include({ version: 7, systemId: 'unit-1', txn: sent });
    expect(others).to.deep.equal([
      { ...delivery, status: 'queued', attempt: 0 },
      { ...delivery, status: 'sent', attempt: 1 },
      { ...delivery, status: 'acknowledged', attempt: 1 },
      { event: 'received', message: { header, data: { messageType: 'desiredStatus', items: [] } } },
      { event: 'state', state: 'stopped', at: others[4]?.['at'] },
      { event: 'stopped', undelivered: [] },
    ]);
    expect(cloud.counts).to.include({ received: 1, duplicates: 0, sessions: 0 });
  });

  it('tells each step of a message that is refused, of one that is never acked, and of one that needs no ack', async () => {
    const unit = await connectedUnit('--ack-timeout', '60', '--max-retries', '1');
    cloud.nack({ retryAfter: 1 });
    unit.write({ ...alert, id: 'nacked' });
    await unit.until({ id: 'nacked', status: 'acknowledged' });
    cloud.dropAcks(2);
    unit.write({ ...alert, id: 'unheard' });
    const { cause } = await unit.until({ id: 'unheard', status: 'dropped' });
    expect(cause).to.include({ name: 'AckTimeoutError' });
    unit.write({ ...alert, id: 'unasked', policy: 'sendOnly' });
    await unit.until({ id: 'unasked', status: 'sent' });
    await stop(unit);
    expect(statuses(unit, 'nacked')).to.deep.equal(['queued 0', 'sent 1', 'requeued 1', 'sent 2', 'acknowledged 2']);
    expect(statuses(unit, 'unheard')).to.deep.equal(['queued 0', 'sent 1', 'requeued 1', 'sent 2', 'dropped 2']);
    expect(statuses(unit, 'unasked')).to.deep.equal(['queued 0', 'sent 1']);
  });

  it('sends what is newer than the schemas, where a line says so', async () => {
    const unit = await connectedUnit();
    const data = { messageType: 'aNewType', state: 'scheduled' };
    unit.write({ data, id: 'strict' });
    unit.write({ data, id: 'open', schema: 'open' });
    await unit.until({ id: 'open', status: 'acknowledged' });
    expect(await unit.until({ event: 'rejected', id: 'strict' }))
      .to.have.property('reason')
      .that.contains('messageType');
    await stop(unit);
  });

  it('sends again after the connection was lost', async () => {
    const unit = await connectedUnit();
    cloud.dropAcks(1);
    unit.write({ ...alert, id: 'a' });
    await firstValueFrom(cloud.message$, { defaultValue: undefined });
    cloud.resetSessions();
    await unit.until({ id: 'a', status: 'acknowledged' });
    await stop(unit);
    expect(statuses(unit, 'a')).to.deep.equal(['queued 0', 'sent 1', 'requeued 1', 'sent 2', 'acknowledged 2']);
    const { cause } = await unit.until({ state: 'waiting' });
    expect(cause).to.have.keys('name', 'message', 'code');
  });

  it('rejects what is no message, on stdin and from the cloud, quotes nothing of it, and goes on', async () => {
    const unit = await connectedUnit('--keep-running');
    unit.write('hush');
    unit.write('');
    unit.write({ data: { messageType: 'hush' }, id: 'b' });
    unit.write(`"${'h'.repeat(longestLine)}"`);
    unit.child.stdin.write(Buffer.from([0xff, 0x0a]));
    unit.write({ ...alert, id: 'a' });
    unit.child.stdin.end();
    await unit.until({ id: 'a', status: 'acknowledged' });
    const rejected = await unit.untilAll(4, { event: 'rejected', source: 'stdin' });
    expect(rejected.map(({ line, id }) => [line, id])).to.deep.equal([
      ...[
        [1, undefined],
        [3, 'b'],
      ],
      ...[
        [4, undefined],
        [5, undefined],
      ],
    ]);
    expect(rejected.map(({ reason }) => String(reason).slice(0, 40))).to.deep.equal([
      'not JSON',
      'a messageType that a unit does not send;',
      `longer than ${longestLine} bytes`,
      'not UTF-8',
    ]);
    cloud.sendFrame('hush');
    expect(await unit.until({ event: 'rejected', source: 'cloud' })).to.deep.equal({
      ...{ event: 'rejected', source: 'cloud', reason: 'not JSON' },
    });
    await cloud.sendAndWait({ messageType: 'desiredStatus' });
    await stop(unit);
    expect(unit.stdout() + unit.stderr()).not.to.contain('hush');
  });

  it('waits while a file is not there or no use, and connects once it is', async () => {
    const { ca, cert, key } = cloud.credentials;
    const directory = await filesIn({ ca, key });
    const garbled = spawnCommand('unit', ...unitOptions(await filesIn({ ca, cert, key: 'garbage' })));
    const unit = spawnCommand('unit', ...unitOptions(directory));
    const [missing, unusable] = await Promise.all([unit, garbled].map((each) => each.until({ state: 'waiting' })));
    expect(missing).to.include({ attempt: 2, delay: 1000 });
    expect(missing?.['cause']).to.include({ name: 'CredentialsError', code: 'ENOENT' });
    expect(unusable?.['cause']).to.include({ name: 'CredentialsError' });
    await writeFile(join(directory, 'cert'), cert);
    await unit.until({ state: 'connected' });
    await Promise.all([stop(unit), stop(garbled)]);
  });

  describe('with secrets', () => {
    const secrets = {
      messageType: 'renewCertificatesNotification',
      unitSecrets: { version: '2.0.0', nodes: [{ node: { codename: 'n' }, secret: 'hush-1' }] },
    };

    it('shows a received message whole on stdout with --show-secrets, and never in the log', async () => {
      const unit = await connectedUnit('--show-secrets', '--log-level', 'trace');
      await cloud.sendAndWait(secrets);
      expect((await unit.until({ event: 'received' }))['message'])
        .to.have.property('data')
        .that.deep.equals(secrets);
      await stop(unit);
      expect(unit.stderr()).to.contain('renewCertificatesNotification').and.not.contain('hush');
    });

    it('has no token, key or password in any output, however much is logged', async () => {
      const unit = await startUnit('--log-level', 'trace');
      const { token } = cloud;
      await unit.until({ state: 'connected' });
      unit.write({ data: withAttrs({ password: 'hush-4' }), id: 'a' });
      unit.write('{"password":"hush-5"');
      await unit.until({ id: 'a', status: 'acknowledged' });
      await cloud.sendAndWait(secrets);
      expect((await unit.until({ event: 'received' }))['message'])
        .to.have.property('data')
        .that.deep.equals({
          ...secrets,
          unitSecrets: { version: '2.0.0', nodes: [{ node: { codename: 'n' }, secret: '***' }] },
        });
      cloud.sendFrame('{"password":"hush-6"');
      cloud.expireToken();
      cloud.resetSessions();
      await unit.untilAll(2, { state: 'connected' });
      await stop(unit);
      const output = unit.stdout() + unit.stderr();
      const [, keyLine = '-'] = cloud.credentials.key.split('\n');
      for (const secret of [token, cloud.token, 'hush', keyLine, 'PRIVATE KEY', 'Bearer'])
        expect(output).not.to.contain(secret);
      expect(unit.stderr())
        .to.contain('trace sending {"messageType":"unitStatus"')
        .and.contain('"attrs":{"password":"***"}');
    });
  });

  it('rejects lines while the queue is full', async () => {
    const unit = spawnCommand('unit', ...unitOptions('/nowhere'), '--drain-timeout', '0');
    await unit.until({ state: 'waiting' });
    unit.write(Array.from({ length: 10_001 }, () => JSON.stringify(alert)).join('\n'));
    const rejected = await unit.until({ event: 'rejected' });
    expect(rejected).to.include({ source: 'stdin', line: 10_001 });
    expect(rejected['reason']).to.match(/^the outgoing queue is full/);
    await stop(unit);
    const { undelivered } = await unit.until({ event: 'stopped' });
    expect(undelivered).to.have.length(10_000);
    const dropped = await unit.until({ status: 'dropped' });
    expect(dropped['txn']).to.equal((undelivered as string[])[0]);
  });
});
