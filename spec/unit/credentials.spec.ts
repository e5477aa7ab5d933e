import { expect } from 'chai';
import { BehaviorSubject, concat, defer, NEVER, of } from 'rxjs';
import { ConnectError, CredentialsError, DiscoveryError } from '../../lib/errors.js';
import type { UnitOptions } from '../../lib/unit/options.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import type { UpgradeEvent } from '../../lib/testing/cloud/events.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import type { Credentials } from '../../lib/transport/types.js';
import type { Unit } from '../../lib/unit/unit.js';
import { testChain } from '../support/chain.js';
import { connectTo, recorded, untilEvent, untilState } from '../support/unit-on-cloud.js';

const day = 86_400_000;

describe('the certificate of a unit', () => {
  let cloud: Cloud;
  const units: Unit[] = [];

  const connect = (credentials: UnitOptions['credentials'], options: Partial<UnitOptions> = {}): Unit => {
    const unit = connectTo(cloud, { ...options, credentials });
    units.push(unit);
    return unit;
  };
  const causeOf = async (credentials: Credentials, options?: Partial<UnitOptions>): Promise<Error> => {
    const { cause } = await untilState(connect(credentials, options), 'waiting');
    if (cause instanceof Error) return cause;
    throw new Error(`no error but ${String(cause)}`);
  };

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(async () => {
    await Promise.all(units.splice(0).map((unit) => unit.stop()));
    await cloud.stop();
  });

  it('that has expired makes it wait, and nothing is sent', async () => {
    const notAfter = new Date(Date.now() - day);
    const error = await causeOf(await cloud.issueCredentials({ notBefore: new Date(Date.now() - 9 * day), notAfter }));
    expect(error).to.be.an.instanceof(CredentialsError);
    expect(error.message).to.contain('the certificate expired on').and.contain('put a renewed one in its place');
    expect(cloud.counts).to.include({ discoveries: 0, upgrades: 0 });
  });

  it('that is not valid yet is tried all the same', async () => {
    const credentials = await cloud.issueCredentials({ notBefore: new Date(Date.now() + day) });
    expect(await causeOf(credentials)).not.to.be.an.instanceof(CredentialsError);
  });

  it('that stands behind its intermediate, with an expired root in the CA file, is found by its key', async () => {
    const [ca, old] = await Promise.all([createAuthority(), testChain()]);
    const { cert, key } = cloud.credentials;
    const unit = connect({ ca: old.expiredRoot + cloud.ca, cert: ca.ca + cert, key });
    await untilState(unit, 'connected');
  });

  it('that does not belong to the key makes it wait', async () => {
    const { key } = await cloud.issueCredentials();
    const error = await causeOf({ ...cloud.credentials, key });
    expect(error).to.be.an.instanceof(CredentialsError);
    expect(error.message).to.contain('the private key does not belong to the certificate');
  });

  for (const name of ['cert', 'key', 'ca'] as const) {
    it(`makes it wait where ${name} cannot be read, and nothing of it is quoted`, async () => {
      const error = await causeOf({ ...cloud.credentials, [name]: 'not PEM but SECRET' });
      expect(error).to.be.an.instanceof(CredentialsError);
      expect(error.message).to.contain('cannot be read').and.not.contain('SECRET');
      expect(cloud.counts).to.include({ discoveries: 0 });
    });
  }

  it('that names no cloud makes it wait, unless it is told where to ask', async () => {
    const credentials = await cloud.issueCredentials({ discoveryUrls: [] });
    expect((await causeOf(credentials)).message).to.contain('names no cloud');
    await untilState(connect(credentials, { discoveryUrl: cloud.discoveryUrl }), 'connected');
  });

  it('that names several clouds lets it ask each in turn', async () => {
    const discoveryUrls = [
      'http://127.0.0.1:1/',
      'https://127.0.0.1:1/',
      'https://nowhere.invalid/',
      cloud.discoveryUrl,
    ];
    await untilState(connect(await cloud.issueCredentials({ discoveryUrls })), 'connected');
  });

  it('is not asked where the discovery URL is overridden', async () => {
    const credentials = await cloud.issueCredentials({ discoveryUrls: ['https://127.0.0.1:1/'] });
    await untilState(connect(credentials, { overrideDiscoveryUrl: cloud.discoveryUrl }), 'connected');
  });

  it('that the cloud does not trust makes it wait', async () => {
    const stranger = await (await createAuthority()).issue({ commonName: 'unit-1' });
    const options = { discoveryUrl: cloud.discoveryUrl };
    const failed = untilEvent(cloud, 'handshakeFailed');
    expect(await causeOf({ ...stranger, ca: cloud.ca }, options)).to.be.an.instanceof(DiscoveryError);
    await failed;
    expect(cloud.counts).to.include({ discoveries: 0 });
  });

  it('is shown to no cloud that its own CA does not vouch for, whatever the environment says', async () => {
    const { ca } = await createAuthority();
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const error = await causeOf({ ...cloud.credentials, ca });
      expect(error).to.be.an.instanceof(DiscoveryError);
      expect(error)
        .to.have.property('code')
        .that.matches(/SIGNATURE|SIGNED|ISSUER/);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
    expect(cloud.counts).to.include({ discoveries: 0 });
  });

  it('is not shown to an endpoint that its CA does not vouch for, nor is the token', async () => {
    await using rogue = await startCloud();
    const seen = recorded(rogue.event$);
    cloud.answerDiscovery({ errorCode: 0, connectionInfo: [rogue.url] });
    expect(await causeOf(cloud.credentials)).to.be.an.instanceof(ConnectError);
    expect(seen.filter(({ kind }) => kind === 'upgrade')).to.deep.equal([]);
  });

  it('is replaced within the same unit: it connects anew at once, with a new TLS session', async () => {
    const renewed = await cloud.issueCredentials();
    const credentials$ = new BehaviorSubject<Credentials>(cloud.credentials);
    const upgrades = recorded(cloud.event$);
    const unit = connect(credentials$);
    const told: string[] = [];
    unit.addListener({ onConnect: () => told.push('on'), onDisconnect: () => told.push('off') });
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
    const closed = untilEvent(cloud, 'closed');
    credentials$.next(renewed);
    expect(await closed).to.include({ session: 1, code: 1000 });
    await untilState(unit, 'connected');
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
    const shown = upgrades.filter((event): event is UpgradeEvent & { at: number } => event.kind === 'upgrade');
    expect(shown.map(({ serial, resumed }) => [serial, resumed])).to.deep.equal([
      [cloud.credentials.serial, false],
      [renewed.serial, false],
    ]);
    expect(told).to.deep.equal(['on', 'off', 'on']);
  });

  it('is read again by each attempt, so that a mended one is taken into use', async () => {
    let reads = 0;
    const credentials$ = defer(() => {
      reads++;
      return concat(of(reads < 3 ? { ...cloud.credentials, cert: 'broken' } : cloud.credentials), NEVER);
    });
    await untilState(connect(credentials$), 'connected');
    expect(reads).to.equal(3);
  });
});
