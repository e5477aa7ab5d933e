import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import type { RedisClient } from '../../lib/server/redis-client.js';
import { redisLog } from '../../lib/server/redis-log.js';
import { serveDashboards } from '../../lib/server/serve-dashboards.js';
import { stateTopic } from '../../lib/server/state-topic.js';

/** What a Redis does, one word of a command after the other, or whether it can be reached. */
interface FakeRedis {
  readonly connect?: () => Promise<unknown>;
  readonly answer?: (command: readonly string[]) => unknown;
}

const clientOf = (redis: FakeRedis): RedisClient => ({
  duplicate: () => clientOf(redis),
  on: () => undefined,
  connect: () => redis.connect?.() ?? Promise.resolve(),
  sendCommand: async (command) => {
    await new Promise(setImmediate);
    return redis.answer?.(command);
  },
  destroy: () => undefined,
});

describe('a Redis that is away', () => {
  it('while a server starts: the server waits for it, and says why', async () => {
    let cuts = 2;
    const errors: string[] = [];
    const answer = ([command]: readonly string[]): unknown => {
      if (command === 'XREAD') return new Promise(() => undefined);
      if (cuts-- > 0) throw new Error('Socket closed unexpectedly');
      return ['epoch', 0, [], []];
    };
    const log = redisLog(clientOf({ answer }));
    const onError = (error: unknown): unknown => errors.push((error as Error).message);
    await using server = await serveDashboards({ log, topics: { units: stateTopic() }, onError });
    expect(server.port).to.be.above(0);
    expect(errors).to.deep.equal(['Socket closed unexpectedly', 'Socket closed unexpectedly']);
  });

  it('while a server follows the log: it connects again', async () => {
    let refusals = 2;
    const log = redisLog(
      clientOf({
        connect: () => (refusals-- > 0 ? Promise.reject(new Error('refused')) : Promise.resolve()),
        answer: ([command]) =>
          command === 'EVALSHA' ? 'epoch' : [['{unitlink}:log:units', [['1-0', ['ts', '5', 'key', '', 'value', '7']]]]],
      }),
    );
    const entry$ = log.watch(new Map([['units', { epoch: 'epoch', offset: 0 }]]));
    const entry = await firstValueFrom(entry$, { defaultValue: undefined });
    expect(entry).to.deep.equal({ topic: 'units', offset: 1, ts: 5, value: 7 });
  });

  it('and comes back as a replica: the server leaves it for where the address leads by then', async () => {
    let dials = 0;
    const log = redisLog(
      clientOf({
        connect: () => Promise.resolve(dials++),
        answer: ([command]) => {
          if (command !== 'EVALSHA') return [['{unitlink}:log:units', [['1-0', ['ts', '5', 'key', '', 'value', '7']]]]];
          if (dials === 1) throw new Error("READONLY You can't write against a read only replica.");
          return 'epoch';
        },
      }),
    );
    const entry$ = log.watch(new Map([['units', { epoch: 'epoch', offset: 0 }]]));
    const entry = await firstValueFrom(entry$, { defaultValue: undefined });
    expect(entry).to.deep.include({ offset: 1, value: 7 });
    expect(dials).to.equal(2);
  });

  it('and is a replica by now: what was asked of it is asked of where the address leads', async () => {
    let dials = 0;
    const log = redisLog(
      clientOf({
        connect: () => Promise.resolve(dials++),
        answer: () => {
          if (dials === 1) throw new Error("READONLY You can't write against a read only replica.");
          return ['epoch', 7];
        },
      }),
    );
    expect(await log.position('units')).to.deep.equal({ epoch: 'epoch', offset: 7 });
    expect(await log.append('units', { value: 1, ts: 1 })).to.deep.equal({ epoch: 'epoch', offset: 7 });
    expect(dials).to.equal(2);
  });

  it('when a server stops: nothing is left that fails', async () => {
    const connections: ((error: Error) => void)[] = [];
    const connect = (): Promise<unknown> =>
      new Promise((_, reject) => {
        connections.push(reject);
      });
    const following = redisLog(clientOf({ connect })).watch(new Map()).subscribe();
    following.unsubscribe();
    const failed: unknown[] = [];
    const fail = (error: unknown): unknown => failed.push(error);
    process.on('unhandledRejection', fail);
    for (const reject of connections) reject(new Error('closed'));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    process.off('unhandledRejection', fail);
    expect(connections).to.have.length(1);
    expect(failed).to.deep.equal([]);
  });
});
