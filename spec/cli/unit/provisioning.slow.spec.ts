import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { filter, map } from 'rxjs';
import type { CloudData, UnitData } from '../../../lib/protocol/envelope.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import {
  credentialFiles,
  cleanUp,
  spawnCommand,
  unitOptions,
  type RunningCommand,
} from '../../support/spawn-command.js';
import { until } from '../../support/until.js';

type Answer = 'startProvisioningResponse' | 'finishProvisioningResponse' | 'deprovisioningResponse';
type Request = CloudData<'startProvisioningRequest' | 'finishProvisioningRequest' | 'deprovisioningRequest'>;

describe('unitlink unit --keystore, asked to provision nodes', () => {
  let cloud: Cloud;
  let files: string;
  let unit: RunningCommand;

  const kept = async () => (await readdir(join(files, 'keys'))).sort();
  const ask = async <Type extends Answer>(
    type: Type,
    request: Omit<Request, 'password'> & object,
  ): Promise<UnitData<Type>> => {
    const answered = until(
      cloud.message$.pipe(
        filter(({ data }) => data.messageType === type),
        map(({ data }) => data as unknown as UnitData<Type>),
      ),
    );
    await cloud.sendAndWait({ ...request, password: 'adm1n' });
    return answered;
  };
  const start = (codename: string) =>
    ask('startProvisioningResponse', {
      ...{ messageType: 'startProvisioningRequest', correlationId: 'p-1', node: { codename } },
    });
  const issue = (csrs: UnitData<'startProvisioningResponse'>['csrs']) =>
    Promise.all(
      csrs.map(async ({ type, csr }) => {
        const issued = await cloud.authority.sign(csr, { commonName: 'unit-1', discoveryUrls: [cloud.discoveryUrl] });
        return { type, chain: issued.cert, serial: issued.serial };
      }),
    );
  const finish = (codename: string, certificates: readonly { readonly type: string; readonly chain: string }[]) =>
    ask('finishProvisioningResponse', {
      ...{ messageType: 'finishProvisioningRequest', correlationId: 'p-2', node: { codename } },
      ...{ certificates: certificates.map(({ type, chain }) => ({ type, chain })) },
    });
  const deprovision = (codename: string) =>
    ask('deprovisioningResponse', {
      ...{ messageType: 'deprovisioningRequest', correlationId: 'p-3', node: { codename } },
    });

  beforeEach(async () => {
    cloud = await startCloud();
    files = await credentialFiles(cloud.credentials);
    unit = spawnCommand('unit', ...unitOptions(files), '--keystore', join(files, 'keys'), '--main-node', 'main');
    await unit.until({ state: 'connected' });
  });
  afterEach(async () => {
    await cleanUp();
    await cloud.stop();
  });

  it('makes keys, installs what is issued and removes it, and tells each step', async () => {
    const { csrs, ...started } = await start('aux');
    expect(csrs.map(({ type }) => type)).to.deep.equal(['sm', 'iam']);
    expect(started).to.deep.equal({
      ...{ messageType: 'startProvisioningResponse', correlationId: 'p-1', node: { codename: 'aux' } },
    });
    expect(await finish('aux', await issue(csrs))).to.deep.equal({
      ...{ messageType: 'finishProvisioningResponse', correlationId: 'p-2', node: { codename: 'aux' } },
    });
    expect(await kept()).to.deep.equal(['aux.iam.pem', 'aux.sm.pem', 'main.online.pem']);
    expect(await deprovision('aux')).to.deep.equal({
      ...{ messageType: 'deprovisioningResponse', correlationId: 'p-3', node: { codename: 'aux' } },
    });
    expect(await kept()).to.deep.equal(['main.online.pem']);
    for (const step of ['started', 'finished', 'deprovisioned'])
      expect(await unit.until({ event: 'provisioning', step })).to.deep.equal({
        ...{ event: 'provisioning', step, node: 'aux' },
      });
    expect(unit.stdout() + unit.stderr()).to.not.include('adm1n');
  });

  it('tells the cloud and the app what could not be done', async () => {
    const { csrs } = await start('aux');
    const certificates = (await issue(csrs)).map(({ chain }) => ({ type: 'sm', chain }));
    const { errorInfo } = await finish('aux', certificates);
    expect(errorInfo).to.include({ aosCode: 6 });
    expect(await unit.until({ event: 'provisioning', step: 'finished' })).to.have.nested.property(
      'error.code',
      'KEY_MISMATCH',
    );
    await unit.logged('node aux was not given its certificates');
  });

  it('gives the main node what it connects with, and puts that to use with its next connection', async () => {
    const { csrs } = await start('main');
    expect(csrs.map(({ type }) => type)).to.deep.equal(['online', 'offline', 'cm', 'sm', 'iam']);
    const certificates = await issue(csrs);
    await finish('main', certificates);
    const opened = until(cloud.event$, (event) => event.kind === 'opened');
    cloud.closeSessions();
    expect(await opened).to.include({ serial: certificates[0]?.serial });
    await unit.until({ event: 'renewal', step: 'connected' });
  });
});
