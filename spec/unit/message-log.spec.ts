import { expect } from 'chai';
import { asyncScheduler, concat, map, NEVER, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { AppError } from '../../lib/errors.js';
import type { MessageLog } from '../../lib/observability/types.js';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { ack, cloudMessage } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { marbles } from '../support/marbles.js';
import { until } from '../support/until.js';

interface Parsed {
  readonly header: { readonly txn: string };
  readonly data: { readonly messageType: string };
}

/** Notes the time, the direction, and what the frame is. */
const noting = (lines: string[]): MessageLog => ({
  write: (direction, frame) => {
    const { header, data } = JSON.parse(Buffer.from(frame).toString()) as Parsed;
    lines.push(`${asyncScheduler.now()} ${direction} ${data.messageType} ${header.txn}`);
  },
});

const hang = () => new Promise(() => undefined);
const thrower = (): never => {
  throw new Error('no');
};
const offline = (messageLog: MessageLog) =>
  connectUnit({ systemId: 'unit-1', credentials: NEVER, messageLog, autoStart: false });
const alerts = { messageType: 'alerts', items: [] } as const;

describe('the message log of a unit', () => {
  const told = (body: (lines: string[]) => void, expected: readonly string[]) => {
    const lines: string[] = [];
    body(lines);
    return () => {
      expect(lines).to.deep.equal(expected);
    };
  };

  marbles('has every transmission and every ack, and what comes in, in their order', ({ cold, flush }) => {
    const check = told(
      (lines) => {
        const { unit } = virtualUnit(
          asyncScheduler,
          {
            frame$: concat(timer(20_000).pipe(map(() => cloudMessage({ messageType: 'desiredStatus' }, 'd'))), NEVER),
            answer: () => cold('15s a', { a: ack('txn-1') }),
          },
          { messageLog: noting(lines), lifetime: 30_000 },
        );
        unit.send(alerts);
      },
      [
        '0 TX alerts txn-1',
        '10000 TX alerts txn-1',
        '15000 RX ack txn-1',
        '20000 RX desiredStatus d',
        '20000 TX ack d',
      ],
    );
    flush();
    check();
  });

  marbles('has frames that are refused, and neither pings nor empty frames', ({ cold, flush }) => {
    const frames: unknown[] = [];
    virtualUnit(
      asyncScheduler,
      { frame$: cold('1s p 1s e 1s x', { p: 'ping' as const, e: new Uint8Array(), x: Uint8Array.of(120) }) },
      { messageLog: { write: (...frame) => frames.push(frame) }, lifetime: 10_000 },
    );
    flush();
    expect(frames).to.deep.equal([['RX', Uint8Array.of(120)]]);
  });

  marbles('goes on over a reconnect', ({ cold, flush }) => {
    const check = told(
      (lines) => {
        const { unit } = virtualUnit(
          asyncScheduler,
          { link$: cold('o 5999ms |'), answer: () => cold('') },
          { messageLog: noting(lines), lifetime: 7000 },
        );
        unit.send(alerts);
      },
      ['0 TX alerts txn-1', '6000 TX alerts txn-1'],
    );
    flush();
    check();
  });

  marbles('that throws harms nothing and is told in failure$', ({ flush }) => {
    const failures: AppError[] = [];
    const write = () => {
      throw new Error('broken');
    };
    const { unit, received$ } = virtualUnit(asyncScheduler, {}, { messageLog: { write }, lifetime: 1000 });
    const received: string[] = [];
    unit.failure$.subscribe({ next: (failure) => failures.push(failure), error: failures.push });
    received$.subscribe({ next: ({ data }) => received.push(data.messageType), error: failures.push });
    unit.send(alerts);
    flush();
    expect(received).to.deep.equal(['alerts']);
    expect(failures.map(({ message }) => message)).to.deep.equal([
      'the message log failed: broken', // the alerts
      'the message log failed: broken', // and their ack
    ]);
  });

  it('is waited for by a stop', async () => {
    const order: string[] = [];
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const unit = offline({ write: () => undefined, close: () => closed.then(() => order.push('closed')) });
    const stopped = unit.stop().then(() => order.push('stopped'));
    setImmediate(close);
    await stopped;
    expect(order).to.deep.equal(['closed', 'stopped']);
  });

  it('that hangs is waited for a second', async () => {
    let stopped: Promise<unknown> | undefined;
    const timers: number[] = [];
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { unit } = virtualUnit(asyncScheduler, {}, { messageLog: { write: () => undefined, close: hang } });
      stopped = unit.stop();
      asyncScheduler.schedule(() => timers.push(asyncScheduler.now()), 1000);
      flush();
    });
    await stopped;
    expect(timers).to.deep.equal([1000]);
  });

  it('that cannot be closed keeps no unit from stopping', async () => {
    for (const close of [() => Promise.reject(new Error('no')), thrower]) {
      expect(await offline({ write: () => undefined, close }).stop()).to.deep.equal({ undelivered: [] });
    }
  });

  it('shows over a real connection what went over the wire, each frame once', async () => {
    await using cloud = await startCloud();
    const lines: string[] = [];
    await using unit = connectUnit({ systemId: 'unit-1', credentials: cloud.credentials, messageLog: noting(lines) });
    const { txn } = await unit.send(alerts).acknowledged;
    const acked = until(cloud.ack$);
    await cloud.sendAndWait({ messageType: 'desiredStatus', items: [] });
    const received = await acked;
    expect(lines.map((line) => line.replace(/^\d+ /, ''))).to.deep.equal([
      `TX alerts ${txn}`,
      `RX ack ${txn}`,
      `RX desiredStatus ${received}`,
      `TX ack ${received}`,
    ]);
  });
});
