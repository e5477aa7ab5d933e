import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { filter, firstValueFrom } from 'rxjs';
import { connectUnit, ProxyError, type ProxyOption, type Unit } from 'unitlink';
import { startCloud, type Cloud } from 'unitlink/testing';
import { freePort } from '../../examples/failover/programs.js';
import { credentialFiles, cleanUp, spawnCommand, unitOptions } from '../support/spawn-command.js';

const alert = { messageType: 'alerts', items: [] } as const;

/** Settles when something listens. */
const listens = async (port: number): Promise<void> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } catch {
    await new Promise((resolve) => setImmediate(resolve));
    await listens(port);
  } finally {
    socket.destroy();
  }
};

describe('a unit behind tinyproxy', () => {
  let cloud: Cloud;
  let folder: string;
  let port: number;
  let proxy: ChildProcess;
  const units: Unit[] = [];

  const startProxy = async (...lines: readonly string[]): Promise<void> => {
    const file = join(folder, 'tinyproxy.conf');
    const config = [`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 600', 'MaxClients 20', ...lines, ''].join('\n');
    await writeFile(file, config);
    proxy = spawn('tinyproxy', ['-d', '-c', file], { stdio: 'ignore' });
    await listens(port);
  };
  const stopProxy = async () => {
    if (proxy.exitCode !== null || proxy.signalCode !== null) return;
    const ended = once(proxy, 'exit');
    proxy.kill('SIGKILL');
    await ended;
  };
  const unitBehind = (through: ProxyOption): Unit => {
    const unit = connectUnit({ systemId: 'unit-1', credentials: cloud.credentials, proxy: through });
    units.push(unit);
    return unit;
  };
  const failureOf = (unit: Unit): Promise<ProxyError> =>
    firstValueFrom(unit.state$.pipe(filter((state) => state.state === 'waiting')), { defaultValue: undefined }).then(
      (state) => {
        const cause = state?.cause;
        const error = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
        expect(error).to.be.instanceOf(ProxyError);
        return error as ProxyError;
      },
    );

  beforeEach(async () => {
    cloud = await startCloud();
    folder = await mkdtemp(join(tmpdir(), 'unitlink-proxy-'));
    port = await freePort();
  });

  afterEach(async () => {
    await Promise.all(units.splice(0).map((unit) => unit.stop()));
    await cleanUp();
    await stopProxy();
    await cloud.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('discovers and connects by CONNECT, and again after the proxy was restarted', async () => {
    await startProxy();
    const unit = unitBehind(`http://127.0.0.1:${port}`);
    await unit.send(alert).acknowledged;
    await stopProxy();
    await firstValueFrom(unit.state$.pipe(filter(({ state }) => state === 'waiting')), { defaultValue: undefined });
    const delivery = unit.send(alert);
    await startProxy();
    await delivery.acknowledged;
  });

  it('shows user name and password, and names what the proxy says without them', async () => {
    await startProxy('BasicAuth joe hush');
    await unitBehind(`http://joe:hush@127.0.0.1:${port}`).send(alert).acknowledged;
    const { code, message, proxy: shown } = await failureOf(unitBehind(`http://joe:wrong@127.0.0.1:${port}`));
    expect([401, 407]).to.include(code);
    expect(shown).to.equal(`http://127.0.0.1:${port}`);
    expect(message).not.to.match(/joe|hush|wrong/);
  });

  it('names a port that the proxy allows no tunnel to, and a proxy that is not there', async () => {
    await startProxy('ConnectPort 443');
    expect(await failureOf(unitBehind(`http://127.0.0.1:${port}`))).to.include({ code: 403 });
    await stopProxy();
    expect(await failureOf(unitBehind(`http://127.0.0.1:${port}`))).to.include({ code: 'ECONNREFUSED' });
  });

  it('is examined by the doctor', async () => {
    const options = unitOptions(await credentialFiles(cloud.credentials));
    const verdict = async (credentials = '', ...more: readonly string[]) => {
      const proxyOption = ['--proxy', `http://${credentials}127.0.0.1:${port}`];
      const doctor = spawnCommand('doctor', ...options, '--json', ...proxyOption, ...more);
      await doctor.ended;
      const { verdict: found, finding } = await doctor.until({ check: 'proxy' });
      return finding ?? found;
    };
    const nowhere = ['--override-discovery-url', 'https://nowhere.invalid/sd/v7/'];
    await startProxy();
    expect(await verdict()).to.equal('ok');
    expect(await verdict('', ...nowhere)).to.equal('proxy-host-unreachable');
    await stopProxy();
    expect(await verdict()).to.equal('proxy-unreachable');
    await startProxy('BasicAuth joe hush');
    expect(await verdict()).to.equal('proxy-credentials');
    expect(await verdict('joe:wrong@')).to.equal('proxy-credentials');
    expect(await verdict('joe:hush@')).to.equal('ok');
    await stopProxy();
    await startProxy('ConnectPort 443');
    expect(await verdict()).to.equal('proxy-forbidden');
  });
});
