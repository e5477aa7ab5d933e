import { expect } from 'chai';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, start } from '../../examples/failover/programs.js';
import { memoryLog } from '../../lib/server/memory-log.js';
import { serveUnits } from '../../lib/server/units/serve-units.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { until } from '../support/until.js';

const { NGINX_STREAM_MODULE = '/usr/lib/nginx/modules/ngx_stream_module.so' } = process.env;

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    for (const event of ['connect', 'error'])
      socket.once(event, () => {
        socket.destroy();
        resolve(event === 'connect');
      });
  });

describe('units behind nginx', () => {
  it('reach the servers with their certificates, and the other one if theirs is gone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'unitlink-nginx-'));
    const authority = await createAuthority();
    const server = await authority.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], server: true });
    const tls = { cert: server.cert, key: server.key, ca: authority.ca };
    const [discovery, units] = [await freePort(), await freePort()];
    const serve = (serverId: string) =>
      serveUnits({
        ...{ tls, serverId, secret: 'secret', log: memoryLog() },
        endpoints: [`wss://127.0.0.1:${units}/ws/v7/`],
      });
    const servers = [await serve('a'), await serve('b')];
    const places: Record<string, string> = {
      ...{ DISCOVERY: `127.0.0.1:${discovery}`, UNITS: `127.0.0.1:${units}` },
      ...{ PID: join(directory, 'nginx.pid'), MODULE: NGINX_STREAM_MODULE },
    };
    for (const [index, id] of ['A', 'B'].entries()) {
      places[`DISCOVERY_${id}`] = new URL(servers[index]?.discoveryUrl ?? '').host;
      places[`UNITS_${id}`] = new URL(servers[index]?.url.replace('wss', 'https') ?? '').host;
    }
    const text = await readFile('examples/stack/nginx.conf', 'utf8');
    const file = join(directory, 'nginx.conf');
    await writeFile(
      file,
      text.replace(/\$\{(\w+)\}/g, (_, name: string) => places[name] ?? ''),
    );
    const words = ['-c', file, '-e', join(directory, 'error.log'), '-g', 'daemon off; master_process off;'];
    const nginx = await start('nginx', words, () => connects(units));
    const { cert, key } = await authority.issue({ commonName: 'unit-1' });
    const unit = connectUnit({
      systemId: 'unit-1',
      credentials: { ca: authority.ca, cert, key },
      overrideDiscoveryUrl: `https://127.0.0.1:${discovery}/sd/v7/`,
    });
    try {
      await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
      const counts = await Promise.all(servers.map(async ({ units$ }) => (await until(units$)).size));
      expect([...counts].sort()).to.deep.equal([0, 1]);
      await servers[counts.indexOf(1)]?.stop();
      await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
    } finally {
      await unit.stop();
      await nginx[Symbol.asyncDispose]();
      await Promise.all(servers.map((one) => one.stop()));
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
