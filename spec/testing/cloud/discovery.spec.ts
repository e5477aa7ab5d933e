import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { CloudEvent } from '../../../lib/testing/cloud/events.js';
import { type Cloud, startCloud } from '../../../lib/testing/cloud/start-cloud.js';

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

interface Response {
  readonly connectionInfo: readonly string[];
  readonly authToken: string;
  readonly errorCode: number;
  readonly nextRequestDelay: number | null;
}

const body = (fields: object = {}): string =>
  JSON.stringify({ version: 7, systemId: 'unit-1', supportedProtocols: ['wss'], ...fields });

describe('discovery of the cloud on loopback', () => {
  let cloud: Cloud;

  const ask = (options: { url?: string; method?: string; body?: string } = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { ca, cert, key } = cloud.credentials;
      const { url = cloud.discoveryUrl, method = 'POST' } = options;
      request(url, { method, ca, cert, key, agent: false }, (response) => {
        const { statusCode: status, headers } = response;
        text(response).then((answer) => {
          resolve({ status, retryAfter: headers['retry-after'], body: answer });
        }, reject);
      })
        .on('error', reject)
        .end(options.body ?? body());
    });

  const discover = async (options?: { url?: string; body?: string }): Promise<Response> =>
    JSON.parse((await ask(options)).body) as Response;

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(async () => {
    await cloud.stop();
  });

  it('answers with its endpoint and token', async () => {
    expect(await discover()).to.deep.equal({
      version: 7,
      systemId: 'unit-1',
      connectionInfo: [cloud.url],
      authToken: cloud.token,
      errorCode: 0,
      nextRequestDelay: null,
    });
  });

  it('answers 404, 405 and 400 to another path, method or version', async () => {
    const { status: path } = await ask({ url: cloud.discoveryUrl.replace('v7', 'v6') });
    const { status: method } = await ask({ method: 'PUT' });
    const { status: version } = await ask({ body: body({ version: 6 }) });
    expect([path, method, version]).to.deep.equal([404, 405, 400]);
  });

  it('answers 400 to what is no request', async () => {
    const bodies = ['', '[', 'null', body({ systemId: 1 }), body({ supportedProtocols: [] }), 'x'.repeat(100_000)];
    const answers = await Promise.all(bodies.map((each) => ask({ body: each })));
    expect(answers.map(({ status }) => status)).to.deep.equal(bodies.map(() => 400));
  });

  it('demands a client certificate', async () => {
    const failed = new Promise<Error>((resolve) => {
      request(cloud.discoveryUrl, { method: 'POST', ca: cloud.ca, agent: false }).on('error', resolve).end(body());
    });
    expect(await failed)
      .to.have.property('code')
      .that.matches(/CERTIFICATE_REQUIRED|ECONNRESET/);
    expect(cloud.counts.discoveries).to.equal(0);
  });

  it('tells what it answered to whom', async () => {
    const events: CloudEvent[] = [];
    cloud.event$.subscribe({
      next: (event) => events.push(event),
      error: (error: unknown) => expect.fail(String(error)),
    });
    await ask();
    expect(events).to.have.length(1);
    expect(events[0]).to.deep.include({ kind: 'discovery', path: '/sd/v7/', status: 200, errorCode: 0 });
    expect(events[0]).to.deep.include({ systemId: 'unit-1', serial: cloud.credentials.serial });
    expect(cloud.counts.discoveries).to.equal(1);
  });

  it('turns away units that validate does not accept', async () => {
    await using picky = await startCloud({ authority: cloud.authority, validate: (systemId) => systemId === 'unit-2' });
    const { errorCode, connectionInfo, authToken } = await discover({ url: picky.discoveryUrl });
    expect({ errorCode, connectionInfo, authToken }).to.deep.equal({
      errorCode: -1,
      connectionInfo: [],
      authToken: '',
    });
    expect(await discover({ url: picky.discoveryUrl, body: body({ systemId: 'unit-2' }) })).to.include({
      errorCode: 0,
    });
  });

  it('answerDiscovery gives other answers, in the order of the calls', async () => {
    cloud.answerDiscovery({ errorCode: 2, nextRequestDelay: 700, times: 2 });
    cloud.answerDiscovery({ errorCode: 1, connectionInfo: ['https://other.example/'] });
    const answers = [await discover(), await discover(), await discover(), await discover()];
    expect(answers.map(({ errorCode }) => errorCode)).to.deep.equal([2, 2, 1, 0]);
    expect(answers.map(({ nextRequestDelay }) => nextRequestDelay)).to.deep.equal([700, 700, null, null]);
    expect(answers[2]?.connectionInfo).to.deep.equal(['https://other.example/']);
  });

  it('redirectDiscovery leads through URLs of its own to the proper answer', async () => {
    cloud.redirectDiscovery({ hops: 2 });
    const first = await discover();
    const second = await discover({ url: first.connectionInfo[0] ?? '' });
    const last = await discover({ url: second.connectionInfo[0] ?? '' });
    expect([first.errorCode, second.errorCode, last.errorCode]).to.deep.equal([1, 1, 0]);
    expect(new Set([cloud.discoveryUrl, ...first.connectionInfo, ...second.connectionInfo]).size).to.equal(3);
    expect(last.connectionInfo).to.deep.equal([cloud.url]);
  });

  it('failDiscovery answers with a status, headers and any body', async () => {
    cloud.failDiscovery({ headers: { 'Retry-After': '3' } });
    cloud.failDiscovery({ status: 200, body: '{"version":' });
    expect(await ask()).to.deep.equal({ status: 503, retryAfter: '3', body: '' });
    expect(await ask()).to.deep.equal({ status: 200, retryAfter: undefined, body: '{"version":' });
    expect(await ask()).to.include({ status: 200 });
  });

  it('delayDiscoveries stays in every answer until it is taken away', async () => {
    cloud.delayDiscoveries(4000);
    const during = [await discover(), await discover()];
    cloud.delayDiscoveries(null);
    const delays = [...during, await discover()].map(({ nextRequestDelay }) => nextRequestDelay);
    expect(delays).to.deep.equal([4000, 4000, null]);
  });

  it('withDeadEndpoints puts different endpoints that refuse connections first', async () => {
    cloud.withDeadEndpoints(2);
    const { connectionInfo } = await discover();
    expect(new Set(connectionInfo).size).to.equal(3);
    expect(connectionInfo[2]).to.equal(cloud.url);
    const dead = connectionInfo[0]?.replace('wss:', 'https:') ?? '';
    const failed = new Promise<Error>((resolve) => request(dead).on('error', resolve).end());
    expect(await failed).to.include({ code: 'ECONNREFUSED' });
  });

  it('expireToken hands out another token', async () => {
    const { authToken } = await discover();
    cloud.expireToken();
    expect((await discover()).authToken)
      .to.equal(cloud.token)
      .and.not.equal(authToken);
  });

  it('clearFaults takes back what is planned', async () => {
    cloud.failDiscovery({ times: Infinity });
    const { status } = await ask();
    cloud.clearFaults();
    expect([status, (await ask()).status]).to.deep.equal([503, 200]);
  });
});
