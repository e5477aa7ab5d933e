import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { UnitStatus } from '../../../lib/cli/unit/status.js';
import { cleanUp, filesIn, spawnCommand, unitOptions } from '../../support/spawn-command.js';

const anyPorts = ['--discovery-port', '0', '--port', '0', '--metrics-port', '0'];
const alerts = { messageType: 'alerts', items: [] };
/** The samples at a URL, by their series. */
const scrape = async (url: unknown): Promise<ReadonlyMap<string, number>> => {
  const text = await (await fetch(String(url))).text();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
};

describe('--metrics-port', () => {
  afterEach(cleanUp);

  it('shows Prometheus what unitlink cloud and unitlink unit do', async () => {
    const cloud = spawnCommand('cloud', '--certs', await filesIn({}), ...anyPorts);
    const { command, metricsUrl } = await cloud.until({ event: 'listening' });
    const words = String(command).split(' ').slice(1);
    expect(await scrape(metricsUrl)).to.deep.equal(
      new Map([
        ['unitlink_server_connections', 0],
        ['unitlink_server_connections_accepted_total', 0],
        ['unitlink_server_reconnects_total', 0],
        ['unitlink_server_messages_acked_total', 0],
      ]),
    );

    const killed = spawnCommand(...words);
    await killed.until({ state: 'connected' });
    await cloud.until({ event: 'opened', session: 1 });
    killed.child.kill('SIGKILL');
    await cloud.until({ event: 'closed', session: 1 });

    const unit = spawnCommand(...words, '--metrics-port', '0');
    await unit.logged('metrics are served at');
    unit.write({ data: alerts });
    unit.write({ data: alerts });
    await unit.untilAll(2, { status: 'acknowledged' });
    const unitUrl = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(unit.stderr())?.[0];

    const ofUnit = await scrape(unitUrl);
    expect(ofUnit.get('unitlink_client_connections{state="live"}')).to.equal(1);
    expect(ofUnit.get('unitlink_client_messages_acked_total{type="alerts"}')).to.equal(2);
    expect(ofUnit.get('unitlink_client_ack_duration_seconds_count{type="alerts"}')).to.equal(2);
    expect(ofUnit.get('unitlink_client_queue_capacity')).to.equal(10_000);
    expect(await scrape(metricsUrl)).to.deep.equal(
      new Map([
        ['unitlink_server_connections', 1],
        ['unitlink_server_connections_accepted_total', 2],
        ['unitlink_server_reconnects_total', 1],
        ['unitlink_server_connection_closures_total{code="1006",clean="false"}', 1],
        ['unitlink_server_messages_received_total{type="alerts"}', 2],
        ['unitlink_server_messages_acked_total', 2],
      ]),
    );

    for (const command of [unit, cloud]) {
      command.child.kill('SIGTERM');
      expect(await command.ended).to.equal(0);
    }
  });

  it('answers health checks of a unit, which is healthy without a connection and ready with one, and none of a cloud', async () => {
    const certs = await filesIn({});
    const cloud = spawnCommand('cloud', '--certs', certs, ...anyPorts);
    const { command, metricsUrl } = await cloud.until({ event: 'listening' });
    expect((await fetch(new URL('/healthz', String(metricsUrl)))).status).to.equal(404);

    const unit = spawnCommand(...String(command).split(' ').slice(1), '--metrics-port', '0');
    await unit.logged('metrics are served at');
    const url = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(unit.stderr())?.[0];
    const health = async (path: string): Promise<unknown> => {
      const response = await fetch(new URL(path, url));
      return { status: response.status, ...((await response.json()) as object) };
    };
    await unit.until({ state: 'connected' });
    expect(await health('/healthz')).to.deep.equal({ status: 200, state: 'connected' });
    expect(await health('/readyz')).to.deep.equal({ status: 200, state: 'connected' });
    cloud.child.kill('SIGKILL');
    await unit.until({ state: 'waiting' });
    expect(await health('/healthz')).to.include({ status: 200 });
    expect(await health('/readyz')).to.include({ status: 503 });
    unit.child.kill('SIGTERM');
    expect(await unit.ended).to.equal(0);
  });

  it('serves the status of a unit, which unitlink top prints, and not to a page that reaches it by a name of its own', async () => {
    const cloud = spawnCommand('cloud', '--certs', await filesIn({}), ...anyPorts);
    const { command } = await cloud.until({ event: 'listening' });
    const unit = spawnCommand(...String(command).split(' ').slice(1), '--metrics-port', '0');
    await unit.logged('metrics are served at');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(unit.stderr())?.[0] ?? '';
    await unit.until({ state: 'connected' });
    unit.write({ data: alerts });
    await unit.until({ status: 'acknowledged' });

    const status = (await (await fetch(`${url}/status`)).json()) as UnitStatus;
    expect(status.state).to.include({ state: 'connected' });
    expect(status.queue).to.deep.include({ size: 0, lanes: { urgent: 0, normal: 0, bulk: 0, restored: 0 } });
    expect(status.totals).to.include({ sent: 1, acked: 1 });
    expect(status.certificates.map(({ name }) => name)).to.deep.equal(['certificate', 'CA']);
    const asked = get(`${url}/status`, { headers: { host: 'page.example' } });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).to.equal(403);

    const top = spawnCommand('top', url);
    expect({ code: await top.ended, stderr: top.stderr() }).to.deep.equal({ code: 0, stderr: '' });
    expect(top.stdout()).to.match(/^State +connected for .*\nCloud +wss:/m);
    unit.child.kill('SIGTERM');
    expect(await unit.ended).to.equal(0);
    const missed = spawnCommand('top', url, '--once');
    expect({ code: await missed.ended, stdout: missed.stdout() }).to.deep.equal({ code: 1, stdout: '' });
    expect(missed.stderr()).to.equal(`unitlink top: no answer from ${url}/status: the connection is refused\n`);
  });

  it('ends with 1 and one line when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const says = `port ${port} of 127.0.0.1 is taken, choose another with --metrics-port\n`;
    const metricsPort = ['--metrics-port', String(port)];
    const cloud = spawnCommand('cloud', '--discovery-port', '0', '--port', '0', ...metricsPort);
    expect(await cloud.ended).to.equal(1);
    expect(cloud.stderr()).to.equal(`unitlink cloud: ${says}`);
    const unit = spawnCommand('unit', ...unitOptions(await filesIn({})), ...metricsPort);
    expect(await unit.ended).to.equal(1);
    expect(unit.stderr()).to.equal(`unitlink unit: ${says}`);
    taken.close();
  });
});
