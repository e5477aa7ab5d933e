import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { skip, throwError } from 'rxjs';
import { fileKeystore, type FileKeystore } from '../../lib/certificates/file-keystore.js';
import type { Keystore } from '../../lib/certificates/keystore.js';
import type { RenewalEvent } from '../../lib/unit/renewal-event.js';
import type { UnitOptions } from '../../lib/unit/options.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import type { UpgradeEvent } from '../../lib/testing/cloud/events.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import type { Unit } from '../../lib/unit/unit.js';
import { connectTo, recorded, untilEvent, untilState } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';

describe('a unit with a keystore', () => {
  let cloud: Cloud;
  let directory: string;
  let keystore: FileKeystore;
  const units: Unit[] = [];

  const connect = (options: Partial<UnitOptions> = {}): Unit => {
    const unit = connectTo(cloud, { keystore, mainNode: 'main', ...options });
    units.push(unit);
    return unit;
  };
  const untilStep = <Step extends RenewalEvent['step']>(unit: Unit, step: Step) =>
    until(unit.renewal$, (event): event is RenewalEvent & { readonly step: Step } => event.step === step);
  const keyFile = () => readFile(join(directory, 'keys', 'main.online.pem'), 'utf8');

  beforeEach(async () => {
    cloud = await startCloud();
    directory = await mkdtemp(join(tmpdir(), 'unitlink-spec-'));
    keystore = fileKeystore(join(directory, 'keys'));
  });
  afterEach(async () => {
    await Promise.all(units.splice(0).map((unit) => unit.stop()));
    await cloud.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  it('renews its certificate when the cloud asks for it, and reconnects with it', async () => {
    const unit = connect();
    await untilState(unit, 'connected');
    const events = recorded(cloud.event$);
    const connected = untilStep(unit, 'connected');
    const { requested, issued, confirmed } = await cloud.renewCertificates();
    const serial = issued[0]?.serial ?? '';
    expect(requested).to.deep.equal([{ type: 'online', node: 'main' }]);
    expect(confirmed).to.deep.equal([{ type: 'online', node: 'main', serial: serial.toLowerCase() }]);
    expect((await connected).certificate.serial).to.equal(serial.toLowerCase());
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
    const upgrades = events.filter((event): event is UpgradeEvent & { at: number } => event.kind === 'upgrade');
    expect(upgrades.map((event) => [event.serial, event.resumed])).to.deep.equal([[serial, false]]);
  });

  it('takes the certificate that it was given into the keystore, and lets go of its key once another has connected', async () => {
    const unit = connect();
    await untilState(unit, 'connected');
    expect(await keystore.certificate({ type: 'online', node: 'main' })).to.include({
      serial: cloud.credentials.serial.toLowerCase(),
      isOnTrial: false,
    });
    const before = await keyFile();
    const connected = untilStep(unit, 'connected');
    await cloud.renewCertificates();
    await connected;
    const { issued } = await cloud.renewCertificates();
    await until(unit.renewal$, ({ step }) => step === 'connected');
    const pair = await keystore.certificate({ type: 'online', node: 'main' });
    expect(pair).to.include({ serial: issued[0]?.serial.toLowerCase(), isOnTrial: false });
    const keys = (text: string) => text.match(/-----BEGIN PRIVATE KEY-----[^-]+/g) ?? [];
    expect(keys(before)).to.have.length(1);
    expect(keys(await keyFile()))
      .to.have.length(1)
      .and.not.include(keys(before)[0]);
  });

  it('needs nothing but the CA at its next start', async () => {
    const first = connect();
    await untilState(first, 'connected');
    const connected = untilStep(first, 'connected');
    const { issued } = await cloud.renewCertificates();
    await connected;
    await first.stop();
    const opened = untilEvent(cloud, 'opened');
    connect({ credentials: { ca: cloud.ca }, keystore: fileKeystore(join(directory, 'keys')) });
    expect((await opened).serial).to.equal(issued[0]?.serial);
  });

  it('waits where the keystore is empty and it is given nothing but the CA', async () => {
    const { cause } = await untilState(connect({ credentials: { ca: cloud.ca } }), 'waiting');
    expect(cause).to.have.property('message').that.contains('the keystore holds no online certificate of node main');
  });

  it('goes on with the certificate before where the cloud refuses the new one, and says so', async () => {
    const unit = connect();
    await untilState(unit, 'connected');
    const told = recorded(unit.renewal$);
    const connected = untilStep(unit, 'connected');
    const opened = untilEvent(cloud, 'opened');
    const { issued, confirmed } = await cloud.renewCertificates({ authority: await createAuthority('a stranger') });
    expect(confirmed[0]).to.not.have.property('errorInfo');
    expect(await opened).to.include({ serial: cloud.credentials.serial });
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
    const before = cloud.credentials.serial.toLowerCase();
    expect((await connected).certificate.serial).to.equal(before);
    expect(told.map(({ step }) => step)).to.deep.equal(['requested', 'installed', 'refused', 'connected']);
    const [refused] = told.filter(({ step }) => step === 'refused');
    expect(refused).to.have.nested.property('certificate.serial', issued[0]?.serial.toLowerCase());
    expect(refused).to.have.nested.property('error.code', 'ECONNRESET');
    expect(await keystore.certificate({ type: 'online', node: 'main' })).to.include({
      serial: before,
      isOnTrial: false,
    });
    expect(await keyFile()).to.not.include('kept');
  });

  it('is renewed all the same after a refusal', async () => {
    const unit = connect();
    await untilState(unit, 'connected');
    const back = untilStep(unit, 'connected');
    await cloud.renewCertificates({ authority: await createAuthority('a stranger') });
    await back;
    const connected = untilStep(unit, 'connected');
    const { issued } = await cloud.renewCertificates();
    expect((await connected).certificate.serial).to.equal(issued[0]?.serial.toLowerCase());
  });

  it('delivers the confirmation on the next connection, with the new certificate, where the link is lost before', async () => {
    const unit = connect();
    await untilState(unit, 'connected');
    const installed = untilStep(unit, 'installed');
    const opened = untilEvent(cloud, 'opened');
    const issuing = until(cloud.message$, ({ data }) => data.messageType === 'issueUnitCertificates');
    const renewal = cloud.renewCertificates();
    await issuing;
    cloud.dropAcks(Infinity);
    const { confirmation } = await installed;
    cloud.resetSessions();
    cloud.clearFaults();
    const { issued } = await renewal;
    expect((await opened).serial).to.equal(issued[0]?.serial);
    expect(await confirmation.acknowledged).to.include({ status: 'acknowledged' });
    expect(cloud.counts).to.include({ upgrades: 2 });
  });

  it('installs a certificate that was requested before a restart', async () => {
    const first = connect();
    await untilState(first, 'connected');
    const csr = await keystore.createKey({ type: 'online', node: 'main' });
    await first.stop();
    const { cert, serial } = await cloud.authority.sign(csr, {
      ...{ commonName: 'unit-1', discoveryUrls: [cloud.discoveryUrl] },
    });
    const unit = connect({ credentials: { ca: cloud.ca }, keystore: fileKeystore(join(directory, 'keys')) });
    await untilState(unit, 'connected');
    const opened = untilEvent(cloud, 'opened');
    const certificates = [{ type: 'online', node: { codename: 'main' }, certificateChain: cert }];
    await cloud.sendAndWait({ messageType: 'issuedUnitCertificates', certificates });
    expect((await opened).serial).to.equal(serial);
  });

  it('does not blame its certificate for an outage', async () => {
    const unit = connect();
    await untilState(unit, 'connected');
    const told = recorded(unit.renewal$);
    const opened = untilEvent(cloud, 'opened');
    const installed = untilStep(unit, 'installed');
    const renewal = cloud.renewCertificates({ timeout: 500 }).catch(() => undefined);
    await installed;
    await cloud.outage();
    await renewal;
    for (let attempt = 0; attempt < 5; attempt++)
      await until(unit.state$.pipe(skip(1)), ({ state }) => state === 'waiting');
    const connected = untilStep(unit, 'connected');
    await cloud.restore();
    const { certificate } = await connected;
    expect(certificate.serial).to.not.equal(cloud.credentials.serial.toLowerCase());
    expect((await opened).serial.toLowerCase()).to.equal(certificate.serial);
    expect(told.map(({ step }) => step)).to.deep.equal(['requested', 'installed', 'connected']);
  });

  it('puts the new certificate to use after the ack timeout where the confirmation is not acknowledged', async () => {
    const unit = connect({ ackTimeout: 100 });
    await untilState(unit, 'connected');
    const issuing = until(cloud.message$, ({ data }) => data.messageType === 'issueUnitCertificates');
    const opened = untilEvent(cloud, 'opened');
    const renewal = cloud.renewCertificates();
    await issuing;
    cloud.dropAcks(Infinity);
    const { issued } = await renewal;
    expect((await opened).serial).to.equal(issued[0]?.serial);
    cloud.clearFaults();
  });

  it('stays connected where the certificate renewed is not the one it connects with', async () => {
    const unit = connect();
    await untilState(unit, 'connected');
    const states = recorded(unit.state$);
    const certificates = [
      { type: 'iam', node: 'main' },
      { type: 'online', node: 'aux' },
    ];
    const { confirmed } = await cloud.renewCertificates({ certificates });
    expect(confirmed.map(({ type, node }) => [type, node])).to.deep.equal([
      ['online', 'aux'],
      ['iam', 'main'],
    ]);
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
    expect(states.map(({ state }) => state)).to.deep.equal(['connected']);
  });

  it('connects with what it was given where the keystore takes nothing in', async () => {
    const full: Keystore = { ...keystore, importPair: () => throwError(() => new Error('the disk is full')) };
    const unit = connect({ keystore: full });
    const failed = untilStep(unit, 'failed');
    await untilState(unit, 'connected');
    expect((await failed).error).to.have.property('message', 'the disk is full');
  });
});
