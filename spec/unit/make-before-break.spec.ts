import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { interval } from 'rxjs';
import { fileKeystore, type FileKeystore } from '../../lib/certificates/file-keystore.js';
import type { UnitOptions } from '../../lib/unit/options.js';
import type { Delivery } from '../../lib/delivery/outgoing-message.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import type { CloudOptions } from '../../lib/testing/cloud/options.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import type { RenewalEvent } from '../../lib/unit/renewal-event.js';
import type { Unit } from '../../lib/unit/unit.js';
import { connectTo, recorded, untilEvent, untilState } from '../support/unit-on-cloud.js';
import { until, untilAll } from '../support/until.js';

const online = { type: 'online', node: 'main' } as const;

describe('a unit that renews its certificate', () => {
  let cloud: Cloud;
  let directory: string;
  let keystore: FileKeystore;
  const units: Unit[] = [];

  const connect = async (cloudOptions: CloudOptions, options: Partial<UnitOptions>): Promise<Unit> => {
    cloud = await startCloud(cloudOptions);
    const unit = connectTo(cloud, { keystore, mainNode: 'main', stableAfter: 20, ...options });
    units.push(unit);
    await untilState(unit, 'connected');
    return unit;
  };
  const untilStep = (unit: Unit, wanted: RenewalEvent['step']) => until(unit.renewal$, ({ step }) => step === wanted);
  /** What listeners and `state$` tell, and whether the unit is connected then. */
  const told = (unit: Unit): string[] => {
    const log: string[] = [];
    const note = (what: string) => () => log.push(`${what} ${unit.isConnected()}`);
    unit.addListener({ onConnect: note('onConnect'), onDisconnect: note('onDisconnect') });
    unit.state$.subscribe({ next: ({ state }) => log.push(state), error: note('error') });
    return log;
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'unitlink-spec-'));
    keystore = fileKeystore(join(directory, 'keys'));
  });
  afterEach(async () => {
    await Promise.all(units.splice(0).map((unit) => unit.stop()));
    await cloud.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  });

  for (const [mode, makeBeforeBreak, secondSession, sessions] of [
    ['one connection after the other', false, 'refuse', 1],
    ['two at a time', true, 'allow', 2],
  ] as const)
    it(`loses no message and sends in order with ${mode}`, async () => {
      const unit = await connect({ secondSession }, { makeBeforeBreak });
      const received = recorded(cloud.message$);
      let sessionsAtOnce = 0;
      cloud.event$.subscribe({
        next: () => (sessionsAtOnce = Math.max(sessionsAtOnce, cloud.counts.sessions)),
        error: (error: unknown) => {
          throw error;
        },
      });
      const sent: Delivery[] = [];
      const traffic = interval(1).subscribe({
        next: () => sent.push(unit.send({ messageType: 'alerts', items: [] })),
        error: (error: unknown) => {
          throw error;
        },
      });
      for (let count = 0; count < 5; count++) {
        const connected = untilStep(unit, 'connected');
        await cloud.renewCertificates();
        await connected;
      }
      traffic.unsubscribe();
      await Promise.all(sent.map(({ acknowledged }) => acknowledged));
      const txns = sent.map(({ txn }) => txn);
      const firsts = [...new Set(received.map(({ header }) => header.txn))].filter((txn) => txns.includes(txn));
      expect(firsts).to.deep.equal(txns);
      expect(sessionsAtOnce).to.equal(sessions);
      expect(cloud.counts).to.include({ upgrades: 6, refused: 0 });
    });

  it('tells of one more connected state where the connections overlap, and of nothing else', async () => {
    const unit = await connect({}, { makeBeforeBreak: true });
    const log = told(unit);
    const states = recorded(unit.state$);
    const closed = untilEvent(cloud, 'closed');
    await cloud.renewCertificates();
    expect(await closed).to.include({ session: 1, code: 1000 });
    expect(log).to.deep.equal(['connected', 'connected']);
    const [first, second] = states.map((state) => (state.state === 'connected' ? state.since : NaN));
    expect(second).to.be.greaterThan(first ?? NaN);
    await unit.stop();
    expect(log.slice(2)).to.deep.equal(['stopped', 'onDisconnect false']);
  });

  it('tells of the disconnect where they do not', async () => {
    const unit = await connect({}, {});
    const log = told(unit);
    const connected = untilStep(unit, 'connected');
    await cloud.renewCertificates();
    await connected;
    expect(log).to.deep.equal(['connected', 'connecting', 'onDisconnect false', 'connected', 'onConnect true']);
  });

  it('keeps a message that is in flight, and sends it again on the new connection', async () => {
    const unit = await connect({}, { makeBeforeBreak: true });
    const states = recorded(unit.state$);
    cloud.dropAcks(1);
    const delivery = unit.send({ messageType: 'alerts', items: [] });
    const reports = recorded(delivery.status$);
    await until(cloud.message$);
    await cloud.renewCertificates();
    expect(await delivery.acknowledged).to.include({ status: 'acknowledged', attempt: 2 });
    expect(reports.map(({ status }) => status)).to.deep.equal(['queued', 'sent', 'requeued', 'sent', 'acknowledged']);
    expect(states.map(({ state }) => state)).to.deep.equal(['connected', 'connected']);
  });

  it('keeps its connection where the cloud refuses the new certificate, and goes back to the one before', async () => {
    const unit = await connect({}, { makeBeforeBreak: true });
    const log = told(unit);
    const steps = recorded(unit.renewal$);
    const connected = untilStep(unit, 'connected');
    await cloud.renewCertificates({ authority: await createAuthority('a stranger') });
    expect(await connected).to.have.nested.property('certificate.serial', cloud.credentials.serial.toLowerCase());
    expect(steps.map(({ step }) => step).filter((step) => step !== 'delayed')).to.deep.equal([
      ...['requested', 'installed', 'refused', 'connected'],
    ]);
    expect(steps.find(({ step }) => step === 'delayed')).to.have.nested.property('error.code', 'ECONNRESET');
    expect(await keystore.certificate(online)).to.include({
      ...{ serial: cloud.credentials.serial.toLowerCase(), isOnTrial: false },
    });
    expect(await readFile(join(directory, 'keys', 'main.online.pem'), 'utf8')).to.not.include('kept');
    expect(log).to.deep.equal(['connected']);
    expect(cloud.counts).to.include({ upgrades: 1 });
    const again = untilStep(unit, 'connected');
    const { issued } = await cloud.renewCertificates();
    expect(await again).to.have.nested.property('certificate.serial', issued[0]?.serial.toLowerCase());
  });

  it('keeps its connection where the cloud allows no second one, and takes the new certificate after it', async () => {
    const unit = await connect({ secondSession: 'refuse' }, { makeBeforeBreak: true });
    const log = told(unit);
    const delayed = untilStep(unit, 'delayed');
    const { issued } = await cloud.renewCertificates();
    expect(await delayed).to.have.nested.property('error.code', 409);
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
    expect(log).to.deep.equal(['connected']);
    const connected = untilStep(unit, 'connected');
    cloud.resetSessions();
    expect(await connected).to.have.nested.property('certificate.serial', issued[0]?.serial.toLowerCase());
  });

  it('moves over where the cloud ends the old session once there is the new one', async () => {
    const unit = await connect({ secondSession: 'replace' }, { makeBeforeBreak: true, stableAfter: 60_000 });
    const log = told(unit);
    const connected = untilStep(unit, 'connected');
    const closed = untilEvent(cloud, 'closed');
    await cloud.renewCertificates();
    expect(await closed).to.include({ session: 1, code: 1008 });
    await connected;
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
    expect(log).to.deep.equal(['connected', 'connected']);
    expect(cloud.counts).to.include({ upgrades: 2, refused: 0, sessions: 1 });
  });

  it('closes both connections when it is stopped', async () => {
    const unit = await connect({}, { makeBeforeBreak: true, stableAfter: 60_000 });
    const opened = untilEvent(cloud, 'opened');
    const closed = untilAll(2, cloud.event$, ({ kind }) => kind === 'closed');
    await cloud.renewCertificates();
    await opened;
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged; // by now the unit knows that it is open
    await unit.stop();
    expect((await closed).map((event) => event.kind === 'closed' && event.code)).to.deep.equal([1000, 1000]);
  });
});
