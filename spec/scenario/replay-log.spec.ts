import { expect } from 'chai';
import { map, throwError } from 'rxjs';
import { replayLog } from '../../lib/scenario/replay-log.js';
import { ScenarioError } from '../../lib/scenario/scenario-error.js';
import { messageLine } from '../../lib/observability/message-line.js';

const frame = (txn: string, seconds: number, messageType: string, rest: object = {}) =>
  JSON.stringify({
    header: { version: 7, systemId: 'unit-9', createdAt: new Date(seconds * 1000).toISOString(), txn },
    data: { messageType, ...rest },
  });
const tx = (...given: Parameters<typeof frame>) => messageLine('TX', frame(...given));
const rx = (...given: Parameters<typeof frame>) => messageLine('RX', frame(...given));
const told = ({ events }: Awaited<ReturnType<typeof replayLog>>) => events.map(({ at, text }) => `${at} ${text}`);

describe('replayLog', () => {
  it('gives an app what the cloud said then, with the pauses of then', async () => {
    const log = [
      tx('1', 100, 'unitStatus', { isDeltaInfo: false }),
      rx('1', 100.5, 'ack'),
      rx('c1', 102, 'desiredStatus'),
      tx('c1', 102, 'ack'),
      tx('2', 103, 'alerts', { items: [] }),
      tx('2', 103, 'alerts', { items: [] }),
      rx('2', 115, 'nack', { retryAfter: 500 }),
    ];
    expect(told(await replayLog(log.join('')))).to.deep.equal([
      '0 log sent unitStatus',
      '500 log got ack of unitStatus',
      '2000 app got desiredStatus',
      '3000 log sent alerts',
      '3000 log sent alerts again',
      '15000 log got nack of alerts',
    ]);
  });

  it('shows what is repeated, refused or missing', async () => {
    const log = [
      rx('c1', 1, 'desiredStatus'),
      rx('c1', 2, 'desiredStatus'),
      '# 12 messages are missing here\n',
      rx('c2', 3, 'gibberish'),
      'RX: {"header":\n',
      rx('9', 4, 'ack'),
    ];
    expect(told(await replayLog(log.join('')))).to.deep.equal([
      '0 app got desiredStatus',
      '1000 log got desiredStatus again, which is not given to the app',
      '1000 log gap: 12 messages are missing here',
      '2000 app got a rejected frame',
      '2000 app got a rejected frame',
      '3000 log got ack of a message before the log',
    ]);
  });

  it('keeps the order of the log where the clock of the cloud is another', async () => {
    const log = [
      tx('1', 100, 'alerts', { items: [] }),
      rx('c1', 9000, 'desiredStatus'),
      tx('2', 101, 'alerts', { items: [] }),
      rx('c2', 7, 'desiredStatus'),
    ];
    expect(told(await replayLog(log.join('')))).to.deep.equal([
      '0 log sent alerts',
      '1000 app got desiredStatus',
      '1000 log sent alerts',
      '1000 app got desiredStatus',
    ]);
  });

  it('acknowledges what the app sends', async () => {
    const statuses: string[] = [];
    const { events } = await replayLog(rx('c1', 1, 'desiredStatus'), {
      app: (unit) =>
        unit.on('desiredStatus').pipe(
          map(() => ({ messageType: 'unitStatus', isDeltaInfo: true }) as const),
          unit.deliver(),
          map(({ status }) => statuses.push(status)),
        ),
    });
    expect(statuses).to.include('acknowledged');
    expect(events.map(({ text }) => text)).to.include('app sends unitStatus');
  });

  it('rejects with what the app throws', async () => {
    const failing = replayLog(rx('c1', 1, 'desiredStatus'), { app: () => throwError(() => new Error('the app')) });
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).to.be.an('error').with.property('message', 'the app');
  });

  it('tells the line of what is none of a message log', async () => {
    const log = `${rx('c1', 1, 'desiredStatus')}2026-03-02 RX: {}\n`;
    const error = await replayLog(log, { file: 'field.log' }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ScenarioError);
    expect(String(error)).to.contain('field.log:2: a line of a message log begins with "TX: " or "RX: "');
    const empty = await replayLog('\n', { file: 'field.log' }).catch((thrown: unknown) => thrown);
    expect(String(empty)).to.contain('field.log:1: there is no message in this log');
  });
});
