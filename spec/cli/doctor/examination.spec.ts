import { expect } from 'chai';
import { concat, NEVER, of, type Observable } from 'rxjs';
import type { AnswerDiscoveryOptions, FailDiscoveryOptions, RefuseOptions } from '../../../lib/testing/cloud/faults.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import type { Probes } from '../../../lib/transport/probes/probes.js';
import { diagnose, failuresIn } from '../../support/diagnose.js';
import { startRawTlsServer } from '../../support/raw-server.js';
import { until } from '../../support/until.js';
import { startSocketServer } from '../../support/web-socket-server.js';

interface Fault {
  readonly fail?: FailDiscoveryOptions;
  readonly answer?: AnswerDiscoveryOptions;
  readonly refuse?: RefuseOptions;
  readonly close?: number;
  readonly dead?: number;
}

describe('unitlink doctor, about what the cloud answers,', () => {
  let cloud: Cloud;
  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(async () => {
    await cloud.stop();
  });

  const plant = ({ fail, answer, refuse, close, dead }: Fault) => {
    if (fail) cloud.failDiscovery(fail);
    if (answer) cloud.answerDiscovery(answer);
    if (refuse) cloud.refuseUpgrades(refuse);
    if (close) cloud.acceptThenClose(1, close);
    if (dead) cloud.withDeadEndpoints(dead);
  };
  const examined = (probes: Partial<Probes> = {}, connectTimeout = 10_000) =>
    diagnose({ credentials: cloud.credentials, probes, settings: { connectTimeout } });
  const messageOf = (checks: Awaited<ReturnType<typeof examined>>, name: string): string | undefined =>
    checks.findLast(({ check }) => check === name)?.message;

  it('has nothing to say about a cloud that is well', async () => {
    const checks = await examined();
    expect(checks.map(({ check, verdict }) => `${check} ${verdict}`)).to.deep.equal([
      ...['ca ok', 'certificate ok', 'key ok', 'chain ok', 'systemId ok', 'discoveryUrls ok'],
      ...['name ok', 'tcp ok', 'tls ok', 'discovery ok'],
      ...['name ok', 'tcp ok', 'tls ok', 'upgrade ok', 'ping ok'],
    ]);
    expect(cloud.counts).to.include({ discoveries: 1, upgrades: 1 });
  });

  it('closes the connection that it makes with 1000', async () => {
    const closed = until(cloud.event$, ({ kind }) => kind === 'closed');
    await examined();
    expect(await closed).to.include({ code: 1000 });
  });

  describe('at service discovery,', () => {
    const body = (members: object): string => JSON.stringify({ version: 7, systemId: 'unit-1', ...members });
    const faults: Readonly<Record<string, readonly [finding: string, fault: Fault]>> = {
      'HTTP 400': ['http-bad-request', { fail: { status: 400 } }],
      'HTTP 401': ['http-unauthorized', { fail: { status: 401 } }],
      'HTTP 403': ['http-forbidden', { fail: { status: 403 } }],
      'HTTP 404': ['http-not-found', { fail: { status: 404 } }],
      'HTTP 418': ['http-status', { fail: { status: 418 } }],
      'HTTP 429': ['http-too-many', { fail: { status: 429 } }],
      'HTTP 500': ['http-server-error', { fail: { status: 500 } }],
      'HTTP 502': ['http-bad-gateway', { fail: { status: 502 } }],
      'HTTP 503': ['http-unavailable', { fail: { status: 503, headers: { 'Retry-After': '7' } } }],
      'a redirect by HTTP': ['http-redirect', { fail: { status: 302, headers: { Location: '/' } } }],
      'error code -1': ['discovery-refused', { answer: { errorCode: -1 } }],
      'error code 2': ['discovery-busy', { answer: { errorCode: 2, nextRequestDelay: 5000 } }],
      'error code 5': ['discovery-error-code', { answer: { errorCode: 5 } }],
      'no endpoint': ['no-endpoint', { answer: { errorCode: 0, connectionInfo: [] } }],
      'what is not JSON': ['answer-not-json', { fail: { status: 200, body: '<html>' } }],
      'no object': ['answer-unusable', { fail: { status: 200, body: '[]' } }],
      'another version': ['answer-other-version', { fail: { status: 200, body: body({ version: 6 }) } }],
      'another system id': ['answer-other-system-id', { fail: { status: 200, body: body({ systemID: 'x' }) } }],
      'endpoints that are no list': [
        'answer-unusable',
        { fail: { status: 200, body: body({ connectionInfo: { a: 1 } }) } },
      ],
      'an answer that does not end': ['answer-too-long', { fail: { status: 200, body: ' '.repeat(2 ** 20 + 1) } }],
      'a redirect to nowhere': ['redirect-nowhere', { answer: { errorCode: 1 } }],
      'a redirect without TLS': ['insecure-url', { answer: { errorCode: 1, connectionInfo: ['http://127.0.0.1/'] } }],
    };
    for (const [what, [finding, fault]] of Object.entries(faults))
      it(`finds ${what}`, async () => {
        plant(fault);
        const checks = await examined();
        expect(failuresIn(checks)).to.deep.equal([`discovery ${finding}`]);
        expect(checks.at(-1)).to.include({ check: 'endpoints', verdict: 'skipped' });
      });

    it('tells how long the cloud asks to wait', async () => {
      cloud.failDiscovery({ status: 503, headers: { 'Retry-After': '7' } });
      expect(messageOf(await examined(), 'discovery')).to.equal(
        'HTTP 503: the cloud is not available: 503, it asks to wait 7 s',
      );
    });

    it('follows redirects as a unit does', async () => {
      cloud.redirectDiscovery({ hops: 5 });
      const checks = await examined();
      expect(failuresIn(checks)).to.deep.equal([]);
      expect(checks.filter(({ check }) => check === 'discovery')).to.have.lengthOf(6);
    });

    it('finds too many redirects, and those in a circle', async () => {
      cloud.redirectDiscovery({ hops: 6 });
      expect(failuresIn(await examined())).to.deep.equal(['discovery redirect-too-long']);
      cloud.clearFaults();
      cloud.answerDiscovery({ errorCode: 1, connectionInfo: [cloud.discoveryUrl] });
      expect(failuresIn(await examined())).to.deep.equal(['discovery redirect-loop']);
    });

    it('finds a server that hangs up, or speaks something else, when it is asked', async () => {
      const { authority, credentials } = cloud;
      const own = await authority.issue({ commonName: 's', ipAddresses: ['127.0.0.1'], server: true });
      for (const [finding, answer] of [
        ['closed-without-answer', undefined],
        ['answer-cut-off', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"version'],
        ['answer-cut-off', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ver\r\n'],
        ['not-http', 'hello\r\n\r\n'],
      ] as const) {
        await using server = await startRawTlsServer(own, (socket) => {
          socket.once('data', () => (answer === undefined ? socket.destroy() : socket.end(answer)));
        });
        const settings = { overrideDiscoveryUrl: `https://127.0.0.1:${server.port}/sd/v7/` };
        expect(failuresIn(await diagnose({ credentials, settings }))).to.deep.equal([`discovery ${finding}`]);
      }
    });

    it('asks the next URL where the first is no good, and looks at those behind the one that answers', async () => {
      const port = Number(new URL(cloud.discoveryUrl).port);
      const discoveryUrls = ['https://127.0.0.1:1/', cloud.discoveryUrl, `https://localhost:${port}/`];
      const checks = await diagnose({ credentials: await cloud.issueCredentials({ discoveryUrls }) });
      expect(failuresIn(checks)).to.deep.equal(['tcp connection-refused']);
      expect(checks.filter(({ check }) => check === 'discovery').map(({ verdict }) => verdict)).to.deep.equal([
        ...['skipped', 'ok', 'skipped'],
      ]);
      expect(checks.at(-1)).to.include({ check: 'ping', verdict: 'ok' });
    });
  });

  describe('at an endpoint,', () => {
    const faults: Readonly<Record<string, readonly [finding: string, fault: Fault]>> = {
      'a refused token': ['upgrade token-refused', { refuse: {} }],
      'HTTP 403': ['upgrade http-forbidden', { refuse: { status: 403 } }],
      'HTTP 404': ['upgrade http-not-found', { refuse: { status: 404 } }],
      'HTTP 400': ['upgrade http-bad-request', { refuse: { status: 400 } }],
      'HTTP 503': ['upgrade http-unavailable', { refuse: { status: 503 } }],
      'HTTP 200': ['upgrade not-a-web-socket', { refuse: { status: 200 } }],
      'a redirect': ['upgrade http-redirect', { refuse: { status: 301, headers: { Location: '/' } } }],
      'a close frame at once': ['ping closed-after-upgrade', { close: 4001 }],
      'one at which nobody listens': ['tcp connection-refused', { dead: 1 }],
      'one without TLS': ['upgrade insecure-url', { answer: { errorCode: 0, connectionInfo: ['ws://127.0.0.1/ws/'] } }],
      'a URL that is none': ['upgrade insecure-url', { answer: { errorCode: 0, connectionInfo: ['here'] } }],
    };
    for (const [what, [finding, fault]] of Object.entries(faults))
      it(`finds ${what}`, async () => {
        plant(fault);
        expect(failuresIn(await examined())).to.deep.equal([finding]);
      });

    it('looks at each, whatever the others do', async () => {
      cloud.withDeadEndpoints(2);
      const checks = await examined();
      expect(failuresIn(checks)).to.deep.equal(['tcp connection-refused', 'tcp connection-refused']);
      expect(checks.at(-1)).to.include({ check: 'ping', verdict: 'ok', url: cloud.url });
    });

    it('tells the code of a close frame, and how long a refusal asks to wait', async () => {
      cloud.acceptThenClose(1, 4001);
      expect(messageOf(await examined(), 'ping')).to.match(/: 4001$/);
      cloud.refuseUpgrades({ status: 503, headers: { 'Retry-After': '3' } });
      expect(messageOf(await examined(), 'upgrade')).to.match(/, it asks to wait 3 s$/);
    });

    const silent = (events$: Observable<'opened'>) => examined({ webSocket: () => concat(events$, NEVER) }, 200);
    it('finds an upgrade, and a ping, that get no answer', async () => {
      expect(failuresIn(await silent(of()))).to.deep.equal(['upgrade answer-timeout']);
      expect(failuresIn(await silent(of('opened')))).to.deep.equal(['ping no-pong']);
    });

    it('finds an upgrade that is answered too slowly', async () => {
      cloud.dripUpgrade(1, 100);
      expect(failuresIn(await examined({}, 500))).to.deep.equal(['upgrade answer-timeout']);
    });

    it('finds a connection that is lost at once', async () => {
      await using endpoint = await startSocketServer();
      const { authority } = endpoint.tls;
      await using other = await startCloud({ authority });
      other.answerDiscovery({ errorCode: 0, connectionInfo: [endpoint.request.url] });
      const lost = endpoint.accepted().then(({ tls }) => tls.destroy());
      expect(failuresIn(await diagnose({ credentials: other.credentials }))).to.deep.equal(['ping lost-after-upgrade']);
      await lost;
    });

    it('finds an answer that is no WebSocket upgrade', async () => {
      await using endpoint = await startSocketServer((tls) => {
        tls.end(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
        );
      });
      await using other = await startCloud({ authority: endpoint.tls.authority });
      other.answerDiscovery({ errorCode: 0, connectionInfo: [endpoint.request.url] });
      expect(failuresIn(await diagnose({ credentials: other.credentials }))).to.deep.equal([
        'upgrade not-a-web-socket',
      ]);
    });
  });
});
