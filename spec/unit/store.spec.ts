import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { OptionError, StoppedError, StoreError } from '../../lib/errors.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { fileStore } from '../../lib/store/file-store.js';
import { levelStore } from '../../lib/store/level-store.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import { inTemporary } from '../support/store-place.js';
import { arrivals, connectTo, recorded } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';

const alerts: UnitData = { messageType: 'alerts', items: [] };

describe('a unit with a store', () => {
  let cloud: Cloud;
  let arrived: readonly string[];

  beforeEach(async () => {
    cloud = await startCloud();
    arrived = arrivals(cloud);
  });
  afterEach(async () => {
    await cloud.stop();
  });

  it(
    'that is stopped leaves what is undelivered to the next, and says so',
    inTemporary(async (path) => {
      cloud.dropAcks(Infinity);
      const first = connectTo(cloud, { store: levelStore(path) });
      const deliveries = [first.send(alerts), first.send(alerts), first.send(alerts, { policy: 'sendOnly' })];
      await until(cloud.message$, ({ header }) => header.txn === deliveries[2]?.txn);
      const unkept = first.send(alerts, { keep: false });
      const fates = deliveries.slice(0, 2).map((delivery) => recorded(delivery.status$));
      const { undelivered } = await first.stop();
      expect(undelivered).to.deep.equal([...deliveries.slice(0, 2), unkept]);
      for (const fate of fates) expect(fate.at(-1)).to.deep.include({ status: 'requeued', cause: new StoppedError() });
      const error: unknown = await deliveries[0]?.acknowledged.catch((cause: unknown) => cause);
      expect(error).to.be.instanceOf(StoppedError);

      cloud.clearFaults();
      const second = connectTo(cloud, { store: levelStore(path) });
      const restored = await until(second.restored$, () => true);
      expect(restored.map(({ txn }) => txn)).to.deep.equal(deliveries.slice(0, 2).map(({ txn }) => txn));
      await Promise.all(restored.map(({ acknowledged }) => acknowledged));
      await second.stop();
      const third = connectTo(cloud, { store: levelStore(path) });
      expect(await until(third.restored$, () => true)).to.deep.equal([]);
      await third.stop();
    }),
  );

  it(
    'that is started again goes on with what it kept itself',
    inTemporary(async (path) => {
      cloud.dropAcks(1);
      const unit = connectTo(cloud, { store: levelStore(path) });
      const { txn } = unit.send(alerts);
      await until(cloud.message$, ({ header }) => header.txn === txn);
      await unit.stop();
      unit.start();
      const later = unit.send(alerts);
      await later.acknowledged;
      await unit.stop({ drain: true });
      expect(arrived).to.deep.equal([txn, later.txn]);
      expect(cloud.counts.duplicates).to.equal(1);
    }),
  );

  it(
    'shows in state$ that another one has its store, refuses to send, and takes over when that one is stopped',
    inTemporary(async (path) => {
      const first = connectTo(cloud, { store: levelStore(path) });
      await until(first.restored$, () => true);
      const second = connectTo(cloud, { store: levelStore(path) });
      const { storeError } = await until(second.state$, (state) => state.storeError !== undefined);
      expect(storeError).to.be.instanceOf(StoreError).and.to.include({ code: 'LOCKED', path });
      const refused: unknown = await second.send(alerts).accepted.catch((cause: unknown) => cause);
      expect(refused).to.be.instanceOf(StoreError);
      await first.stop();
      await second.send(alerts).acknowledged;
      await until(second.state$, (state) => state.storeError === undefined);
      await second.stop();
    }),
  );

  it(
    'delivers what can be read of a damaged store, and tells the txn of what cannot',
    inTemporary(async (path) => {
      cloud.dropAcks(Infinity);
      const first = connectTo(cloud, { store: levelStore(path) });
      const sent = Array.from({ length: 5 }, () => first.send(alerts));
      await Promise.all(sent.map(({ accepted }) => accepted));
      await first.stop();
      const file = `${path}/00000001.journal`;
      const bytes = await readFile(file);
      bytes.write('?', bytes.lastIndexOf('alerts', bytes.indexOf(sent[3]?.txn ?? '')));
      await writeFile(file, bytes);
      cloud.clearFaults();

      const second = connectTo(cloud, { store: levelStore(path) });
      const { storeError } = await until(second.state$, (state) => state.storeError !== undefined);
      expect(storeError?.code).to.equal('BAD_RECORDS');
      expect(storeError?.lost.map(({ txn }) => txn)).to.deep.equal([sent[2]?.txn]);
      const restored = await until(second.restored$, () => true);
      await Promise.all(restored.map(({ acknowledged }) => acknowledged));
      expect(restored.map(({ txn }) => txn)).to.deep.equal([0, 1, 3, 4].map((n) => sent[n]?.txn));
      await second.send(alerts).acknowledged;
      await until(second.state$, (state) => state.storeError === undefined);
      await second.stop();
    }),
  );

  it(
    'is refused at once where its store can never work',
    inTemporary(async (directory) => {
      await writeFile(`${directory}/file`, '');
      const load = () => {
        throw new Error("Cannot find package 'classic-level'");
      };
      for (const store of [
        fileStore(`${directory}/file`),
        fileStore(`${directory}/file/queue`),
        fileStore('/proc/unitlink/queue'),
        levelStore(`${directory}/queue`, { load }),
      ])
        expect(() => connectTo(cloud, { store })).to.throw(OptionError, 'option "store" got ');
    }),
  );
});
