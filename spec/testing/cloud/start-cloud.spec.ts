import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { expect } from 'chai';
import { filter, firstValueFrom, type Observable, take, toArray } from 'rxjs';
import { WebSocket } from 'ws';
import { createAuthority } from '../../../lib/testing/cloud/authority.js';
import type { ReceivedMessage } from '../../../lib/testing/cloud/events.js';
import type { SecondSession } from '../../../lib/server/units/sessions.js';
import { type Cloud, startCloud } from '../../../lib/testing/cloud/start-cloud.js';

const frame = (txn: string, messageType = 'alerts'): Buffer =>
  Buffer.from(
    JSON.stringify({
      header: { version: 7, systemId: 'unit-1', createdAt: '2026-03-02T08:15:30.120450Z', txn },
      data: { messageType },
    }),
  );

const first = <T>(source$: Observable<T>): Promise<T | undefined> =>
  firstValueFrom(source$, { defaultValue: undefined });

describe('startCloud', () => {
  let cloud: Cloud;

  const dial = (token = cloud.token, credentials: object = cloud.credentials): WebSocket =>
    new WebSocket(cloud.url, { ...credentials, headers: { Authorization: `Bearer ${token}` } });

  const connect = async (): Promise<WebSocket> => {
    const webSocket = dial();
    await once(webSocket, 'open');
    return webSocket;
  };

  const failureOf = async (webSocket: WebSocket): Promise<Error> => {
    const [error] = (await once(webSocket, 'error')) as [Error];
    return error;
  };

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(async () => {
    await cloud.stop();
  });

  describe('upgrade', () => {
    it('lets a unit in that has a certificate and the token', async () => {
      const upgraded = first(cloud.event$);
      const webSocket = await connect();
      expect(webSocket.extensions).to.equal('');
      expect(await upgraded).to.include({
        kind: 'upgrade',
        status: 101,
        tokenValid: true,
        serial: cloud.credentials.serial,
      });
      expect(cloud.counts).to.include({ upgrades: 1, refused: 0, sessions: 1 });
    });

    it('answers 401 to another token', async () => {
      const refused = first(cloud.event$);
      expect((await failureOf(dial('wrong'))).message).to.contain('401');
      expect(await refused).to.include({ kind: 'upgrade', status: 401, tokenValid: false });
      expect(cloud.counts).to.include({ upgrades: 0, refused: 1, sessions: 0 });
    });

    it('answers 404 to another path', async () => {
      const { ca, cert, key } = cloud.credentials;
      const webSocket = new WebSocket(`${cloud.url}other`, { ca, cert, key });
      expect((await failureOf(webSocket)).message).to.contain('404');
    });

    it('answers 400 to an upgrade that is no WebSocket handshake, and 426 to a request without one', async () => {
      const { ca, cert, key } = cloud.credentials;
      const statusOf = async (headers: Record<string, string>): Promise<number | undefined> => {
        const sent = request(cloud.url.replace('wss:', 'https:'), { ca, cert, key, headers, agent: false }).end();
        const [response] = (await once(sent, 'response')) as [IncomingMessage];
        return response.statusCode;
      };
      const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', Authorization: `Bearer ${cloud.token}` };
      expect([await statusOf(upgrade), await statusOf({})]).to.deep.equal([400, 426]);
      expect(cloud.counts).to.include({ upgrades: 0, refused: 1 });
    });

    it('fails the TLS handshake without a certificate, and with that of another authority', async () => {
      const failed = first(cloud.event$.pipe(take(2), toArray()));
      await failureOf(dial(cloud.token, { ca: cloud.ca }));
      const stranger = await (await createAuthority()).issue({ commonName: 'unit-1' });
      await failureOf(dial(cloud.token, { ...stranger, ca: cloud.ca }));
      expect((await failed)?.map(({ kind }) => kind)).to.deep.equal(['handshakeFailed', 'handshakeFailed']);
    });

    it('tells one certificate of a unit from the next by their serials', async () => {
      const serials = first(
        cloud.event$.pipe(
          filter((event) => event.kind === 'opened'),
          take(2),
          toArray(),
        ),
      );
      const renewed = await cloud.issueCredentials();
      await connect();
      await once(dial(cloud.token, renewed), 'open');
      expect((await serials)?.map((event) => 'serial' in event && event.serial)).to.deep.equal([
        cloud.credentials.serial,
        renewed.serial,
      ]);
    });
  });

  describe('messages of a unit', () => {
    it('are acknowledged in binary frames with their txn and systemId', async () => {
      const webSocket = await connect();
      webSocket.send(frame('t-1'));
      const [bytes, binary] = (await once(webSocket, 'message')) as [Buffer, boolean];
      const { header, data } = JSON.parse(bytes.toString()) as ReceivedMessage;
      expect(binary).to.equal(true);
      expect(header).to.include({ version: 7, systemId: 'unit-1', txn: 't-1' });
      expect(header.createdAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(data).to.deep.equal({ messageType: 'ack' });
    });

    it('come out of message$, acks do not', async () => {
      const messages = first(cloud.message$.pipe(take(2), toArray()));
      const webSocket = await connect();
      for (const each of [frame('t-1'), frame('t-2', 'ack'), frame('t-3')]) webSocket.send(each);
      expect((await messages)?.map(({ header }) => header.txn)).to.deep.equal(['t-1', 't-3']);
    });

    it('are counted, duplicates too', async () => {
      const webSocket = await connect();
      for (const txn of ['t-1', 't-2', 't-1']) {
        webSocket.send(frame(txn));
        await once(webSocket, 'message');
      }
      expect(cloud.counts).to.include({ received: 3, duplicates: 1, acked: 3 });
    });

    it('are not acknowledged with acks: false', async () => {
      await using mute = await startCloud({ authority: cloud.authority, acks: false, token: cloud.token });
      const answered = first(mute.event$.pipe(filter((event) => event.kind === 'answered')));
      const { ca, cert, key } = cloud.credentials;
      const webSocket = new WebSocket(mute.url, { ca, cert, key, headers: { Authorization: `Bearer ${mute.token}` } });
      await once(webSocket, 'open');
      webSocket.send(frame('t-1'));
      expect(await answered).to.include({ txn: 't-1', answer: 'none' });
    });

    it('are reported and not answered when they cannot be read', async () => {
      const reasons = first(
        cloud.event$.pipe(
          filter((event) => event.kind === 'unreadable'),
          take(4),
          toArray(),
        ),
      );
      const webSocket = await connect();
      webSocket.send(frame('t-1').toString());
      webSocket.send(Buffer.from([0xff]));
      webSocket.send(Buffer.from('{'));
      webSocket.send(Buffer.from('{"header":{}}'));
      expect((await reasons)?.map((event) => 'reason' in event && event.reason)).to.deep.equal([
        'a text frame',
        'not UTF-8',
        'not JSON',
        'no message of protocol version 7',
      ]);
      expect(cloud.counts).to.include({ received: 0, acked: 0 });
    });
  });

  describe('stop', () => {
    it('ends sessions and listeners, and completes the Observables', async () => {
      const closed = once(await connect(), 'close');
      const kinds = first(cloud.event$.pipe(toArray()));
      await Promise.all([cloud.stop(), cloud.stop()]);
      await closed;
      expect((await kinds)?.map(({ kind }) => kind)).to.deep.equal(['closed']);
      expect(cloud.counts.sessions).to.equal(0);
      expect(await failureOf(dial())).to.include({ code: 'ECONNREFUSED' });
    });

    it('leaves no timer behind', async () => {
      const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      await cloud.stop();
      const before = timers();
      cloud = await startCloud();
      const closed = once(await connect(), 'close');
      cloud.silence(60_000);
      await cloud.outage(60_000);
      await cloud.stop();
      await closed;
      expect(timers()).to.equal(before);
    });
  });

  describe('a second session of a unit', () => {
    const start = async (secondSession: SecondSession) => {
      await cloud.stop();
      cloud = await startCloud({ secondSession });
      return connect();
    };

    it('lives beside the first with allow', async () => {
      await start('allow');
      await connect();
      expect(cloud.counts).to.include({ upgrades: 2, refused: 0, sessions: 2 });
    });

    it('is refused with 409 by refuse, as long as there is the first', async () => {
      const webSocket = await start('refuse');
      expect((await failureOf(dial())).message).to.include('409');
      const other = await cloud.issueCredentials({ commonName: 'unit-2' });
      await once(dial(cloud.token, other), 'open');
      const closed = first(cloud.event$.pipe(filter(({ kind }) => kind === 'closed')));
      webSocket.close(1000);
      await closed;
      await connect();
      expect(cloud.counts).to.include({ upgrades: 3, refused: 1, sessions: 2 });
    });

    it('ends the first by replace', async () => {
      const webSocket = await start('replace');
      const closed = once(webSocket, 'close');
      await connect();
      expect((await closed)[0]).to.equal(1008);
      expect(cloud.counts).to.include({ upgrades: 2, refused: 0 });
    });
  });

  it('takes an authority, a token and a host, and gives the port that is in use', async () => {
    await using other = await startCloud({ authority: cloud.authority, token: 'tok', host: 'localhost' });
    expect([other.ca, other.token]).to.deep.equal([cloud.ca, 'tok']);
    expect(other.url).to.match(/^wss:\/\/localhost:\d+\/ws\/v7\/$/);
    const port = Number(new URL(other.url).port);
    const failed = await startCloud({ host: 'localhost', port }).catch((error: unknown) => error);
    expect(failed).to.include({ code: 'EADDRINUSE' });
  });
});
