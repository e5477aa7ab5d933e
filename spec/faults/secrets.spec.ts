import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import { fileMessageLog } from '../../lib/observability/file-message-log.js';
import { memoryMetrics } from '../../lib/observability/memory-metrics.js';
import { prometheusText } from '../../lib/observability/prometheus-text.js';
import { credentialFiles, cleanUp, filesIn, spawnCommand, unitOptions } from '../support/spawn-command.js';
import { connectTo, recorded, untilState } from '../support/unit-on-cloud.js';
import { withAttrs } from '../support/wire-examples.js';

/** Something that must be seen nowhere. */
const hush = (name: string): string => `hush-${name}-7f3a`;
const node = { codename: 'gw-main' };

/** What the cloud sends that holds secrets, whole and in pieces that are no messages. */
const fromCloud: readonly object[] = [
  { messageType: 'startProvisioningRequest', correlationId: 'p', node, password: hush('password') },
  {
    messageType: 'renewCertificatesNotification',
    certificates: [],
    unitSecrets: { version: '2.0.0', nodes: [{ node, secret: hush('secret') }] },
  },
  {
    messageType: 'requestLog',
    correlationId: 'l',
    logType: 'systemLog',
    filter: {},
    uploadOptions: {
      type: 'https',
      url: `https://user:${hush('url')}@logs.example.net/up`,
      bearerToken: hush('bearer'),
    },
  },
  {
    messageType: 'blobUrls',
    correlationId: 'b',
    items: [
      {
        digest: 'sha256:1',
        urls: [`https://bucket.example/a?X-Amz-Signature=${hush('signature')}`],
        decryptInfo: { blockAlg: 'a', blockIv: hush('iv'), blockKey: hush('block') },
        signInfo: { chainName: 'c', alg: 'a', value: hush('proof'), trustedTimestamp: '2026-03-02T08:15:30Z' },
      },
    ],
  },
  { messageType: 'overrideEnvVars', items: [{ variables: [{ name: 'API', value: hush('value') }] }] },
  { messageType: 'updateState', item: { id: 'i' }, subject: { id: 's' }, stateChecksum: 'a0', state: hush('state') },
  { messageType: 'desiredStatus', newMember: { deep: [hush('new')] }, items: [{ newMember: hush('new') }] },
  { MESSAGETYPE: 'startProvisioningRequest', NODE: node, PassWord: hush('password') },
  { messageType: 'stateAcceptance', reason: `{"token":"${hush('token')}"} from https://h/?${hush('url')}` },
];
const garbage: readonly string[] = [
  `{"password":"${hush('password')}"`,
  `{"header":{"version":7,"systemId":"unit-1","txn":"t"},"data":{"messageType":"nobodyKnows","secret":"${hush('secret')}"}}`,
  `{"header":{"version":7,"url":"wss://u:${hush('url')}@x/"},"data":{"bearerToken":["${hush('bearer')}"]}}`,
  `{"header":{"version":7},"data":{"messageType":"desiredStatus","blockKey":"${hush('block')}`,
  `{'password': '${hush('password')}'}`,
  `unitSecrets:\n  nodes:\n  - secret: ${hush('secret')}\n`,
  `<password>${hush('password')}</password>`,
  `bearerToken=${hush('bearer')}&x=1`,
  hush('value'),
  `"${hush('value')}"`,
];
/** What a unit sends that holds secrets. */
const fromUnit: readonly UnitData[] = [
  withAttrs({ password: hush('password'), sim: hush('value') }),
  {
    messageType: 'newState',
    item: { id: 'i' },
    subject: { id: 's' },
    instance: 0,
    stateChecksum: 'a0',
    state: hush('state'),
  },
  { messageType: 'pushLog', node, part: 1, partsCount: 1, content: 'hushlog7', status: 'ok' },
];

describe('the planted secrets', () => {
  let cloud: Cloud;
  /** The token and the one after it, the private key, and what is in messages and in what is none. */
  let secrets: string[];

  beforeEach(async () => {
    cloud = await startCloud({ token: hush('token') });
    secrets = [
      ...['token', 'password', 'secret', 'bearer', 'block', 'url', 'signature', 'iv', 'proof'].map(hush),
      ...['value', 'state', 'new'].map(hush),
      'hushlog7',
      cloud.credentials.key.split('\n')[1] ?? '-',
    ];
  });
  afterEach(async () => {
    await cleanUp();
    await cloud.stop();
  });

  const sendAll = async (): Promise<void> => {
    for (const data of fromCloud) cloud.send(data);
    for (const text of garbage) cloud.sendFrame(text);
    await cloud.sendAndWait({ messageType: 'desiredStatus' });
  };
  const expectNone = (output: string): void => {
    expect(secrets).to.have.length(15);
    for (const secret of [...secrets, 'hush-', 'PRIVATE KEY']) {
      const at = output.indexOf(secret);
      expect(output.slice(Math.max(0, at - 100), at + 40) + (at < 0 ? '' : ` (${secret})`)).to.satisfy(() => at < 0);
    }
  };

  it('are in no state, event, error, metric, report and message log of a unit', async () => {
    const log = join(await filesIn({}), 'messages.log');
    const messageLog = fileMessageLog(log);
    const metrics = memoryMetrics();
    cloud.failDiscovery({ body: `{"authToken":"${hush('token')}"`, status: 200 });
    cloud.failDiscovery({
      body: hush('token'),
      status: 500,
      headers: { location: `https://u:${hush('url')}@x.example/` },
    });
    cloud.refuseUpgrades({ status: 403, headers: { 'X-Token': hush('bearer') } });
    const unit = connectTo(cloud, { messageLog, metrics });
    const seen: unknown[] = [unit.state$, unit.failure$, unit.rejected$, unit.renewal$].map((source$) =>
      recorded<unknown>(source$),
    );
    const deliveries = fromUnit.map((data) => unit.send(data));
    for (const delivery of deliveries) seen.push(delivery, recorded(delivery.status$));
    await Promise.all(deliveries.map(({ acknowledged }) => acknowledged));
    unit.handle('desiredStatus', () => undefined);
    await sendAll();
    cloud.expireToken();
    secrets.push(cloud.token);
    cloud.resetSessions();
    await untilState(unit, 'waiting');
    await untilState(unit, 'connected');
    await sendAll();
    const thrown: unknown[] = [];
    for (const data of [
      { messageType: 'nobodyKnows', secret: hush('secret') },
      { messageType: 'alerts', password: hush('password') },
    ])
      try {
        unit.send(data as never);
      } catch (error) {
        thrown.push(error);
      }
    expect(thrown).to.have.length(2);
    seen.push(thrown, await unit.stop(), unit);
    await messageLog.close();
    const logged = readFileSync(log, 'utf8');
    expect(logged).to.include('"password":"***"').and.to.include('"blockKey":"***"').and.to.include('"secret":"***"');
    const shown = inspect(seen, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
    expect(shown).to.include("state: 'waiting'");
    expectNone([shown, JSON.stringify(seen.slice(0, 4)), logged, prometheusText(metrics.snapshot())].join('\n'));
  });

  it('are in nothing that the command prints, logs, serves and writes, however much is logged', async () => {
    const files = await credentialFiles(cloud.credentials);
    const log = join(files, 'messages.log');
    const unit = spawnCommand(
      ...['unit', ...unitOptions(files), '--log-level', 'trace', '--message-log', log, '--metrics-port', '0'],
    );
    await unit.until({ state: 'connected' });
    for (const [n, data] of fromUnit.entries()) unit.write({ data, id: `${n}` });
    unit.write(`{'password': '${hush('password')}'}`);
    unit.write({ data: fromUnit[0], id: 'c', other: hush('new') });
    unit.write(`{"password":"${hush('password')}"`);
    unit.write({ data: { messageType: 'nobodyKnows', secret: hush('secret') }, id: 'b' });
    await unit.until({ id: '2', status: 'acknowledged' });
    await sendAll();
    cloud.expireToken();
    secrets.push(cloud.token);
    cloud.closeSessions(4001, `no: token=${hush('bearer')} https://h/?${hush('url')}`);
    await unit.untilAll(2, { state: 'connected' });
    await sendAll();
    const url = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(unit.stderr())?.[0] ?? '';
    const served = await (await fetch(url)).text();
    unit.child.kill('SIGTERM');
    expect(await unit.ended).to.equal(0);
    expect(unit.stderr()).to.include('trace');
    expectNone([unit.stdout(), unit.stderr(), readFileSync(log, 'utf8'), served].join('\n'));
  });
});
