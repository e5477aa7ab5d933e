import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Cloud, startCloud } from '../../../lib/testing/cloud/start-cloud.js';
import {
  credentialFiles,
  type RunningCommand,
  cleanUp,
  spawnCommand,
  unitOptions,
} from '../../support/spawn-command.js';

describe('stopping unitlink unit', () => {
  let cloud: Cloud;
  let files: string;

  const startUnit = (...args: readonly string[]): RunningCommand =>
    spawnCommand('unit', ...unitOptions(files), ...args);

  const stopped = async (unit: RunningCommand, signal: NodeJS.Signals = 'SIGTERM') => {
    unit.child.kill(signal);
    expect(await unit.ended).to.equal(0);
    expect(unit.stdout().trimEnd().split('\n').slice(-2)).to.satisfy(
      ([state = '', last = '']: string[]) =>
        state.includes('"state":"stopped"') && last.startsWith('{"event":"stopped"'),
    );
  };

  beforeEach(async () => {
    cloud = await startCloud();
    files = await credentialFiles(cloud.credentials);
  });

  afterEach(async () => {
    await cleanUp();
    await cloud.stop();
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)
    it(`closes the connection with 1000 at ${signal}, with stdin open`, async () => {
      const unit = startUnit();
      await unit.until({ state: 'connected' });
      const closed = new Promise((resolve) => {
        cloud.event$.subscribe({
          next: (event) => {
            if (event.kind === 'closed') resolve(event.code);
          },
          error: resolve,
        });
      });
      await stopped(unit, signal);
      expect(await closed).to.equal(1000);
    });

  it('reads its files again at SIGHUP, and connects with what has changed', async () => {
    const unit = startUnit();
    await unit.until({ state: 'connected' });
    const renewed = await cloud.issueCredentials({});
    // The certificate alone does not belong to the key yet: what is open goes on.
    await writeFile(join(files, 'cert'), renewed.cert);
    unit.child.kill('SIGHUP');
    await unit.logged('SIGHUP: reading the files of the credentials again');
    await unit.logged('the connection goes on with the credentials as they were: ');
    await writeFile(join(files, 'key'), renewed.key);
    unit.child.kill('SIGHUP');
    await unit.untilAll(2, { state: 'connected' });
    await stopped(unit);
  });

  it('stops at the end of stdin once its messages are delivered, unless nothing came', async () => {
    const idle = startUnit();
    const unit = startUnit();
    idle.child.stdin.end();
    unit.write({ data: { messageType: 'alerts', items: [] }, id: 'a', lane: 'urgent', ttl: 60_000, coalesceKey: 'k' });
    unit.child.stdin.end();
    expect(await unit.ended).to.equal(0);
    expect(await unit.until({ id: 'a', status: 'acknowledged' })).to.include({ attempt: 1 });
    await idle.until({ state: 'connected' });
    await stopped(idle);
  });

  it('does not wait for the end of a ten-minute backoff', async () => {
    cloud.answerDiscovery({ errorCode: 2, nextRequestDelay: 600_000 });
    const unit = startUnit();
    expect(await unit.until({ state: 'waiting' })).to.include({ delay: 600_000 });
    await stopped(unit);
  });

  it('does not wait for a connection that hangs', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    cloud.answerDiscovery({ errorCode: 0, connectionInfo: [`wss://${address}/`] });
    const dialling = startUnit('--connect-timeout', '600000');
    const asking = startUnit('--connect-timeout', '600000', '--override-discovery-url', `https://${address}/`);
    await Promise.all([dialling.until({ state: 'connecting' }), asking.until({ state: 'discovering' })]);
    await Promise.all([stopped(dialling), stopped(asking)]);
    silent.close();
  });

  it('delivers what it can before it stops, and names what it could not', async () => {
    const unit = startUnit('--drain-timeout', '100');
    await unit.until({ state: 'connected' });
    cloud.dropAcks(Infinity);
    unit.write({ data: { messageType: 'alerts', items: [] }, id: 'a' });
    const { txn } = await unit.until({ id: 'a', status: 'sent' });
    await stopped(unit);
    expect(await unit.until({ id: 'a', status: 'dropped' }))
      .to.have.property('cause')
      .that.includes({ name: 'StoppedError' });
    expect(await unit.until({ event: 'stopped' })).to.deep.equal({ event: 'stopped', undelivered: [txn] });
  });

  it('waits for an ack that comes in time', async () => {
    const unit = startUnit('--drain-timeout', '600000');
    await unit.until({ state: 'connected' });
    cloud.nack({ retryAfter: 200 });
    unit.write({ data: { messageType: 'alerts', items: [] }, id: 'a' });
    await unit.until({ id: 'a', status: 'requeued' });
    await stopped(unit);
    expect(await unit.until({ event: 'stopped' })).to.deep.equal({ event: 'stopped', undelivered: [] });
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGQUIT', 131],
  ] as const)
    it(`ends at once with ${code} at the second ${signal}`, async () => {
      const unit = startUnit('--drain-timeout', '60000');
      await unit.until({ state: 'connected' });
      cloud.dropAcks(Infinity);
      unit.write({ data: { messageType: 'alerts', items: [] }, id: 'a' });
      await unit.until({ id: 'a', status: 'sent' });
      unit.child.kill(signal);
      await unit.logged('stopping');
      unit.write({ data: { messageType: 'alerts', items: [] }, id: 'b' });
      expect(await unit.until({ event: 'rejected' })).to.include({ reason: 'the unit is stopping' });
      unit.child.kill(signal);
      expect(await unit.ended).to.equal(code);
    });

  it('closes the connection and ends with 1 when nobody reads stdout any more, and says so at any log level', async () => {
    const unit = startUnit('--log-level', 'error');
    await unit.until({ state: 'connected' });
    unit.child.stdout.destroy();
    unit.write({ data: { messageType: 'alerts', items: [] } });
    expect(await unit.ended).to.equal(1);
    expect(unit.stderr()).to.match(/^\S+ error nobody reads stdout any more; exiting with 1\n$/);
    expect(cloud.counts).to.include({ sessions: 0 });
  });

  it('loses no line when a slow reader is behind', async () => {
    const unit = startUnit('--drain-timeout', '0');
    await unit.until({ state: 'connected' });
    unit.child.stdout.pause();
    cloud.dropAcks(Infinity);
    const line = JSON.stringify({ data: { messageType: 'alerts', items: [] }, id: 'i'.repeat(1000) });
    unit.write(Array.from({ length: 200 }, () => line).join('\n'));
    await new Promise((resolve) => cloud.message$.subscribe({ next: resolve, error: resolve }));
    unit.child.kill('SIGTERM');
    await once(unit.child, 'exit', { signal: AbortSignal.timeout(200) }).catch(() => undefined);
    unit.child.stdout.resume();
    expect(await unit.ended).to.equal(0);
    const { undelivered } = await unit.until({ event: 'stopped' });
    expect(undelivered).to.be.an('array').with.length.above(0);
  });
});
