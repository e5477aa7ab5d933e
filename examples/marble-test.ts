// A marble test of a whole unit app, cloud and network included: a ten-minute outage, tested in milliseconds.
import { deepEqual } from 'node:assert/strict';
import { defer, ignoreElements, map, merge, takeUntil, timer, toArray, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { monitoringData, type DeliveryReport, type Unit } from 'unitlink';
import { virtualUnit, type Received } from 'unitlink/testing';

const sample = (ram: number) => ({ timestamp: 0, ram, cpu: 0, download: 0, upload: 0 });

/** The app under test: a sample every minute. */
const app = (unit: Unit): Observable<DeliveryReport> =>
  timer(60_000, 60_000).pipe(
    map((n) => monitoringData({ nodes: [{ node: { codename: 'gw-main' }, items: [sample(n + 1)] }] })),
    unit.deliver(),
  );

const ramOf = (data: Received['data']) => data.messageType === 'monitoringData' && data.nodes[0]?.items[0]?.ram;

const start = performance.now();
const scheduler = new TestScheduler((actual, expected) => {
  deepEqual(actual, expected);
});

scheduler.run(({ cold, expectObservable }) => {
  const minute = () => Math.floor(scheduler.now() / 60_000);
  // The link opens at once and is lost after 3.5 minutes; for ten minutes none can be opened; then one opens and stays.
  const link$ = defer(() => {
    if (scheduler.now() === 0) return cold('o 209999ms #');
    return minute() < 13 ? cold('#') : cold('o');
  });
  const { unit, received$ } = virtualUnit(scheduler, { link$ });

  const arrival$ = received$.pipe(map(({ data }) => `sample ${ramOf(data)} in minute ${minute()}`));
  const arrivals$ = merge(arrival$, app(unit).pipe(ignoreElements())).pipe(takeUntil(timer(990_000)), toArray());

  const late = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((sample) => `sample ${sample} in minute 13`);
  const onTime = (sample: number) => `sample ${sample} in minute ${sample}`;

  expectObservable(arrivals$).toBe('16.5m (s|)', {
    s: [...[1, 2, 3].map(onTime), ...late, ...[14, 15, 16].map(onTime)],
  });
});

const took = Math.round(performance.now() - start);
console.log(`After ten minutes without cloud, each sample arrived once and in order. The test took ${took} ms.`);
