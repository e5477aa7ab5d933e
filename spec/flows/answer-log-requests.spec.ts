import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { asyncScheduler, delay, map, of, throwError } from 'rxjs';
import { answerLogRequests, type LogStep, type NodeLog, type ReadLogs } from '../../lib/flows/answer-log-requests.js';
import type { CloudData, UnitData } from '../../lib/protocol/envelope.js';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { cloudMessage } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { stubMessenger, type StubMessenger } from '../support/messenger.js';
import { marbles } from '../support/marbles.js';
import { connectTo, recorded, untilState } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';

const correlationId = 'log-1';
const request = { correlationId, logType: 'instanceLog', filter: {} };

describe('answerLogRequests', () => {
  let unit: StubMessenger;
  let steps: LogStep<number>[];

  const answer = (readLogs: ReadLogs) => {
    steps = recorded(answerLogRequests(unit, readLogs));
  };
  const sent = () => unit.sent as readonly UnitData<'pushLog'>[];
  const text = ({ content }: UnitData<'pushLog'>) => gunzipSync(Buffer.from(content, 'base64')).toString();

  beforeEach(() => {
    unit = stubMessenger();
  });

  it('sends the log of each node in parts, under the correlationId of the request', () => {
    const line = `${'x'.repeat(99_999)}\n`;
    answer(() => [
      { node: 'main', log: line + line },
      { node: 'aux', log: Buffer.from('short') },
    ]);
    unit.hear('requestLog', request);
    expect(sent().map(({ node, part, partsCount, status }) => [node.codename, part, partsCount, status])).to.deep.equal(
      [
        ['main', 1, 2, 'ok'],
        ['main', 2, 2, 'ok'],
        ['aux', 1, 1, 'ok'],
      ],
    );
    expect(sent().map(text)).to.deep.equal([line, line, 'short']);
    expect(sent().every((part) => part.correlationId === correlationId)).to.equal(true);
    const step = { correlationId, node: 'main', partsCount: 2, status: 'ok' };
    expect(steps.slice(0, 2)).to.deep.equal([
      { ...step, part: 1, sent: 1 },
      { ...step, part: 2, sent: 2 },
    ]);
  });

  it('hands over the whole request, with what it says about uploading', () => {
    const uploadOptions = { type: 'https', url: 'https://logs.example/up', bearerToken: 't0k' };
    let seen: CloudData<'requestLog'> | undefined;
    answer((data) => {
      seen = data;
      return [];
    });
    unit.hear('requestLog', { ...request, uploadOptions });
    expect(seen).to.deep.equal({ messageType: 'requestLog', ...request, uploadOptions });
  });

  it('tells of a log that is empty, one that is absent and one that cannot be read, and goes on with the others', () => {
    answer(() => [
      { node: 'a', log: '' },
      { node: 'b' },
      { node: 'c', error: Object.assign(new Error('no such device'), { errno: -19 }) },
      { node: 'd', log: 'x' },
    ]);
    unit.hear('requestLog', request);
    expect(sent().map(({ node, part, partsCount, status }) => [node.codename, part, partsCount, status])).to.deep.equal(
      [
        ['a', 1, 1, 'empty'],
        ['b', 1, 1, 'absent'],
        ['c', 0, 0, 'error'],
        ['d', 1, 1, 'ok'],
      ],
    );
    expect(sent()[2]?.errorInfo).to.deep.equal({ aosCode: 2, exitCode: 19, message: 'no such device' });
  });

  it('tells the cloud why logs cannot be read at all, and answers the next request', () => {
    let count = 0;
    answer(() => {
      if (count++ === 0) throw new Error('busy');
      return throwError(() => new Error('gone'));
    });
    for (let n = 0; n < 2; n++) unit.hear('requestLog', request);
    expect(sent().map(({ node, errorInfo }) => [node.codename, errorInfo?.message])).to.deep.equal([
      ['', 'busy'],
      ['', 'gone'],
    ]);
  });

  it('tells the cloud that a log is none, and answers with the others', () => {
    answer(() => [
      { node: 'main', log: 7 as unknown as string },
      { node: 'aux', log: 'short' },
    ]);
    unit.hear('requestLog', request);
    expect(sent().map(({ node, status }) => [node.codename, status])).to.deep.equal([
      ['main', 'error'],
      ['aux', 'ok'],
    ]);
  });

  it('goes on after a part that could not be sent, and says so', () => {
    let isStopped = true;
    unit = stubMessenger({
      send: (data) => {
        if (isStopped) throw new Error('stopped');
        return unit.sent.push(data);
      },
    });
    answer(() => [{ node: 'main', log: 'x' }]);
    unit.hear('requestLog', request);
    isStopped = false;
    unit.hear('requestLog', request);
    expect(steps.map(({ sent: given, error }) => given ?? (error as Error).message)).to.deep.equal(['stopped', 1]);
  });

  marbles('works on four requests at a time', ({ cold, expectObservable }) => {
    const frame$ = cold('(aaaaa)', { a: cloudMessage({ messageType: 'requestLog', ...request }) });
    const log: NodeLog = { node: 'main', log: 'x' };
    const virtual = virtualUnit(asyncScheduler, { frame$ });
    const step$ = answerLogRequests(virtual.unit, () => of(log).pipe(delay(6, asyncScheduler)));
    expectObservable(step$.pipe(map(({ status }) => status))).toBe('------(oooo)o', { o: 'ok' });
  });

  it('answers a real cloud', async () => {
    await using cloud = await startCloud();
    await using real = connectTo(cloud);
    await untilState(real, 'connected');
    const answered = recorded(answerLogRequests(real, () => of({ node: 'main', log: 'a log' })));
    const pushed = until(cloud.message$, ({ data }) => data.messageType === 'pushLog');
    await cloud.sendAndWait({ messageType: 'requestLog', ...request });
    expect(text((await pushed).data as unknown as UnitData<'pushLog'>)).to.equal('a log');
    expect((await answered[0]?.sent?.acknowledged)?.status).to.equal('acknowledged');
  });
});
