import { readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { type RunningCommand, filesIn, cleanUp, spawnCommand } from '../../support/spawn-command.js';
import { withAttrs } from '../../support/wire-examples.js';

const anyPorts = ['--discovery-port', '0', '--port', '0'];
const certs = async () => ['--certs', await filesIn({})];

describe('unitlink cloud', () => {
  afterEach(cleanUp);

  const connectedUnit = async (cloud: RunningCommand): Promise<RunningCommand> => {
    const { command } = await cloud.until({ event: 'listening' });
    const unit = spawnCommand(...String(command).split(' ').slice(1));
    await unit.until({ state: 'connected' });
    return unit;
  };

  it('writes credentials where it is told to, and says how a unit connects', async () => {
    const directory = join(await filesIn({}), 'new', 'certs');
    const cloud = spawnCommand('cloud', ...anyPorts, '--certs', directory, '--system-id', 'u-7');
    const written = {
      ca: join(directory, 'ca.pem'),
      cert: join(directory, 'unit.pem'),
      key: join(directory, 'unit.key'),
    };
    const listening = await cloud.until({ event: 'listening' });
    expect(listening).to.deep.include({
      certs: written,
      command: `unitlink unit --system-id u-7 --ca ${written.ca} --cert ${written.cert} --key ${written.key}`,
    });
    expect(listening['discoveryUrl']).to.match(/^https:\/\/127\.0\.0\.1:\d+\/sd\/v7\/$/);
    expect(listening['url']).to.match(/^wss:\/\/127\.0\.0\.1:\d+\/ws\/v7\/$/);
    expect((await stat(written.key)).mode & 0o777).to.equal(0o600);
    expect(await readFile(written.key, 'utf8')).to.contain('PRIVATE KEY');
  });

  it('writes them into a new temporary directory otherwise', async () => {
    const cloud = spawnCommand('cloud', ...anyPorts);
    const listening = await cloud.until({ event: 'listening' });
    const { key } = listening['certs'] as { key: string };
    expect(key.startsWith(join(tmpdir(), 'unitlink-cloud-'))).to.equal(true);
    await rm(dirname(key), { recursive: true, maxRetries: 5 });
  });

  it('tells what units do and sends them the lines of stdin', async () => {
    const cloud = spawnCommand(
      'cloud',
      ...(await certs()),
      ...anyPorts,
      '--token',
      'hush-token',
      '--log-level',
      'trace',
    );
    cloud.write({ data: { messageType: 'desiredStatus' } });
    expect(await cloud.until({ event: 'rejected' })).to.deep.include({ source: 'stdin', line: 1 });
    const unit = await connectedUnit(cloud);
    expect(await cloud.until({ event: 'opened' })).to.include({ session: 1, commonName: 'unit-1' });

    unit.write({ data: withAttrs({ password: 'hush-1' }), id: 'a' });
    const { txn } = await unit.until({ id: 'a', status: 'acknowledged' });
    const message = await cloud.until({ event: 'message' });
    expect(message['header']).to.include({ txn });
    expect(message['data']).to.deep.equal(withAttrs({ password: '***' }));

    cloud.write({ data: { messageType: 'desiredStatus' }, id: 'b' });
    const sent = await cloud.until({ event: 'sent', id: 'b' });
    expect(sent).to.include({ messageType: 'desiredStatus' });
    expect((await unit.until({ event: 'received' }))['message']).to.deep.nested.include({ 'header.txn': sent['txn'] });
    await cloud.until({ event: 'ack', txn: sent['txn'] });

    cloud.write('garbage');
    await cloud.until({ event: 'rejected', line: 3, reason: 'not JSON' });
    cloud.write({ data: [], id: 'c' });
    await cloud.until({ event: 'rejected', line: 4, id: 'c' });
    cloud.child.kill('SIGTERM');
    expect(await cloud.ended).to.equal(0);
    await cloud.until({ event: 'stopped' });
    expect(cloud.stdout() + cloud.stderr()).not.to.contain('hush');
  });

  it('keeps quiet with --no-acks and pings as often as it is told', async () => {
    const told = ['--no-acks', '--next-request-delay', '7', '--ping-interval', '20'];
    const cloud = spawnCommand('cloud', ...(await certs()), ...anyPorts, ...told);
    const unit = await connectedUnit(cloud);
    unit.write({ data: { messageType: 'alerts', items: [] }, id: 'a' });
    await cloud.until({ event: 'answered', answer: 'none' });
    await cloud.until({ event: 'pong' });
    cloud.child.kill('SIGINT');
    expect(await cloud.ended).to.equal(0);
  });

  it('ends with 1 and one line when a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const cloud = spawnCommand('cloud', '--discovery-port', String(port), '--port', '0');
    expect(await cloud.ended).to.equal(1);
    expect(cloud.stdout()).to.equal('');
    expect(cloud.stderr()).to.equal(
      `unitlink cloud: port ${port} of 127.0.0.1 is taken, choose others with --discovery-port and --port\n`,
    );
    taken.close();
  });
});
