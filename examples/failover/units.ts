import { redisLog } from 'unitlink/server';
import { startCloud } from 'unitlink/testing';
import { startBridge, type Outlet } from '../dashboard/bridge.js';
import { startFleet } from '../dashboard/fleet.js';
import { topics } from '../dashboard/topics.js';

/** How many units, and between two samples of one, in milliseconds: the log keeps the last quarter of an hour of that. */
const size = 10;
const interval = 1000;

/** Units that go when they are disposed of. */
export interface Units extends AsyncDisposable {
  /** How many. */
  readonly size: number;
}

/** Starts units that report to a cloud, and publishes what it receives for all dashboard servers: what the page shows. */
export const startUnits = async (redisUrl: string): Promise<Units> => {
  const log = redisLog(redisUrl);
  const outlet: Outlet = {
    publish: (topic, value, ts = Date.now()) => {
      const key = topics[topic as keyof typeof topics].keyOf?.(value);
      return log.append(topic, { value, ts, ...(key !== undefined && { key }) });
    },
    remove: (topic, key, ts = Date.now()) => log.append(topic, { key: String(key), ts }),
  };
  const cloud = await startCloud();
  const bridge = startBridge(cloud.message$, outlet);
  const fleet = await startFleet({ cloud, size, interval });
  return {
    size,
    [Symbol.asyncDispose]: async () => {
      await fleet.stop();
      bridge.stop();
      await cloud.stop();
      await log.close();
    },
  };
};
