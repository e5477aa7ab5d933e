// A unit app as one stream: samples and desired statuses in, delivery reports out, and one subscribe at the end.
import { bufferCount, filter, finalize, ignoreElements, interval, map, merge, take, tap, type Observable } from 'rxjs';
import { connectUnit, monitoringData, unitStatus } from 'unitlink';
import { startCloud } from 'unitlink/testing';

const cloud = await startCloud();
const unit = connectUnit({ systemId: 'unit-1', credentials: cloud.credentials });
const node = { codename: 'gw-main' };
const item = { id: '0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10', type: 'service' };

const sample$ = interval(100).pipe(
  map((n) => ({ timestamp: new Date(), ram: 700_000_000 + n, cpu: n, download: 0, upload: 0 })),
);

const monitoring$ = sample$.pipe(
  bufferCount(5),
  map((items) => monitoringData({ nodes: [{ node, items }] })),
);

const status$ = unit
  .on('desiredStatus')
  .pipe(
    map(({ data: { items = [] } }) =>
      unitStatus({ items: items.map(({ item, version = '' }) => ({ item, version, state: 'pending' })) }),
    ),
  );

/** The part of the cloud: it sends a desired status as soon as the unit is connected. */
const desired$: Observable<never> = unit.state$.pipe(
  filter(({ state }) => state === 'connected'),
  tap(() => cloud.send({ messageType: 'desiredStatus', items: [{ item, version: '1.4.2' }] })),
  ignoreElements(),
);

merge(monitoring$, status$, desired$)
  .pipe(
    unit.deliver(),
    filter(({ status }) => status === 'acknowledged'),
    take(4),
    finalize(() => void unit.stop().then(() => cloud.stop())),
  )
  .subscribe({
    next: ({ messageType, attempt }) => {
      console.log(`${messageType} delivered, transmissions: ${attempt}`);
    },
    error: console.error,
  });
