import { expect } from 'chai';
import { lastValueFrom, take, toArray } from 'rxjs';
import { ConnectError, ConnectionClosedError, ConnectionLostError, UnauthorizedError } from '../../../lib/errors.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import { probeWebSocket } from '../../../lib/transport/probes/web-socket.js';
import { until } from '../../support/until.js';
import { startSocketServer } from '../../support/web-socket-server.js';

describe('probeWebSocket', () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  afterEach(() => {
    cloud.clearFaults();
  });
  after(async () => {
    await cloud.stop();
  });

  const probe = (token = cloud.token) => probeWebSocket({ url: cloud.url, token, credentials: cloud.credentials });
  const failure = (token?: string): Promise<unknown> =>
    lastValueFrom(probe(token), { defaultValue: 'nothing' }).catch((reason: unknown) => reason);

  it('opens, gets a pong, and closes with 1000', async () => {
    const closed = until(cloud.event$, ({ kind }) => kind === 'closed');
    expect(await lastValueFrom(probe().pipe(take(2), toArray()), { defaultValue: [] })).to.deep.equal([
      'opened',
      'ponged',
    ]);
    expect(await closed).to.include({ code: 1000 });
  });

  it('takes nothing else for a pong', async () => {
    await using server = await startSocketServer();
    const accepted = server.accepted().then(({ webSocket }) => {
      webSocket.send(Buffer.from('{}'));
      webSocket.close(4000, 'token');
    });
    const seen = lastValueFrom(probeWebSocket(server.request), { defaultValue: 'nothing' });
    const error: unknown = await seen.catch((reason: unknown) => reason);
    await accepted;
    expect(error).to.be.an.instanceOf(ConnectionClosedError).and.include({ code: 4000, reason: '***' });
  });

  it('fails with UnauthorizedError at 401', async () => {
    expect(await failure('another')).to.be.an.instanceOf(UnauthorizedError);
  });

  it('fails with the status, and with how long to wait', async () => {
    cloud.refuseUpgrades({ status: 503, headers: { 'Retry-After': '2' } });
    expect(await failure())
      .to.be.an.instanceOf(ConnectError)
      .and.include({ code: 503, retryAfter: 2000 });
  });

  it('fails with ConnectionLostError at an end without a close frame', async () => {
    await using server = await startSocketServer();
    const lost = lastValueFrom(probeWebSocket(server.request), { defaultValue: 'nothing' });
    const failed = lost.catch((reason: unknown) => reason);
    const { tls } = await server.accepted();
    tls.destroy();
    expect(await failed).to.be.an.instanceOf(ConnectionLostError);
  });
});
