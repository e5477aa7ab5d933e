import { expect } from 'chai';
import sinon from 'sinon';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import type { Unit } from '../../lib/unit/unit.js';
import { connectTo, recorded, untilState } from '../support/unit-on-cloud.js';
import { untilAll } from '../support/until.js';

const alerts = { messageType: 'alerts', items: [] } as const;
const hour = 3_600_000;

describe('a unit whose wall clock jumps', () => {
  let cloud: Cloud;
  let unit: Unit;
  let offset: number;

  beforeEach(async () => {
    const { now } = Date;
    offset = 0;
    sinon.replace(Date, 'now', () => now() + offset);
    cloud = await startCloud({ pingInterval: 100 });
    unit = connectTo(cloud);
    await unit.send(alerts).acknowledged;
  });
  afterEach(async () => {
    await unit.stop();
    await cloud.stop();
    sinon.restore();
  });

  for (const [title, jump] of [
    ['a day ahead', 24 * hour],
    ['a day back', -24 * hour],
    ['an hour ahead', hour],
    ['an hour back', -hour],
  ] as const) {
    it(`${title} keeps its connection and delivers`, async () => {
      const states = recorded(unit.state$);
      const waiting = unit.send(alerts);
      offset = jump;
      await Promise.all([waiting.acknowledged, unit.send(alerts).acknowledged]);
      await untilAll(5, cloud.event$, ({ kind }) => kind === 'pong');
      await cloud.sendAndWait({ messageType: 'desiredStatus' });
      expect(states.map(({ state }) => state)).to.deep.equal(['connected']);
      expect(cloud.counts).to.include({ upgrades: 1, duplicates: 0 });
    });

    it(`${title} while it waits goes on trying, and lets nothing expire`, async () => {
      await cloud.outage();
      await untilState(unit, 'waiting');
      const sent = Array.from({ length: 20 }, () => unit.send(alerts, { ttl: 60_000 }));
      offset = jump;
      const tries = recorded(unit.state$);
      await untilAll(4, unit.state$, ({ state }) => state === 'waiting');
      expect(tries.every(({ state }) => state !== 'connected')).to.equal(true);
      await cloud.restore();
      await Promise.all(sent.map(({ acknowledged }) => acknowledged));
      expect(cloud.counts).to.include({ upgrades: 2, duplicates: 0 });
    });
  }
});
