import {
  bufferCount,
  concat,
  filter,
  from,
  map,
  merge,
  mergeMap,
  type Observable,
  share,
  Subscription,
  timer,
} from 'rxjs';
import { alerts, connectUnit, monitoringData, type Unit } from 'unitlink';
import type { Cloud } from 'unitlink/testing';
import { createIncidents } from './incidents.js';
import { capacity, createLoad, type Load } from './load.js';

export interface FleetOptions {
  readonly cloud: Cloud;
  /** How many units. */
  readonly size: number;
  /** Between two samples of a unit, in milliseconds. */
  readonly interval: number;
}

/** Units that report to a cloud. */
export interface Fleet {
  readonly ids: readonly string[];
  /** The unit measures and sends nothing until it is switched off. */
  mute(id: string, on: boolean): void;
  isMuted(id: string): boolean;
  readonly stop: () => Promise<void>;
}

/** What a unit measured before it was connected, in milliseconds. */
const past = 60_000;

interface Sample extends Load {
  readonly at: number;
}

const report = (samples: readonly Sample[]) =>
  monitoringData({
    nodes: [
      {
        node: { codename: 'main' },
        items: samples.map(({ at, cpu, ram }) => ({
          timestamp: at,
          cpu: cpu * capacity.dmips,
          ram: ram * capacity.ram,
          download: 0,
          upload: 0,
        })),
      },
    ],
  });

/** What the unit sends: first the past, many samples in a message, then each sample as it is taken. */
const messages = (index: number, interval: number, isMuted: () => boolean) => {
  const load = createLoad(index);
  const incidents = createIncidents();
  const start = Date.now();
  const measure = (at: number): Sample => ({ at, ...load(at) });
  const past$ = from(Array.from({ length: Math.floor(past / interval) }, (_, n) => start - past + n * interval)).pipe(
    map(measure),
    bufferCount(16),
    map(report),
  );
  const sample$: Observable<Sample> = timer((index * 37) % interval, interval).pipe(
    filter(() => !isMuted()),
    map(() => measure(Date.now())),
    share(),
  );
  const alert$ = sample$.pipe(mergeMap((sample) => alerts(incidents(sample.at, sample))));
  return concat(past$, merge(sample$.pipe(map((sample) => report([sample]))), alert$));
};

/** Starts units of their own certificates, which report their load and what happens to them. */
export const startFleet = async ({ cloud, size, interval }: FleetOptions): Promise<Fleet> => {
  const ids = Array.from({ length: size }, (_, n) => `unit-${String(n + 1).padStart(2, '0')}`);
  const muted = new Set<string>();
  const running = new Subscription();
  const start = async (id: string, index: number): Promise<Unit> => {
    const unit = connectUnit({ systemId: id, credentials: await cloud.issueCredentials({ commonName: id }) });
    running.add(
      messages(index, interval, () => muted.has(id))
        .pipe(unit.deliver())
        .subscribe({ error: console.error }),
    );
    return unit;
  };
  const units = await Promise.all(ids.map(start));
  return {
    ids,
    mute: (id, on) => {
      if (on) muted.add(id);
      else muted.delete(id);
    },
    isMuted: (id) => muted.has(id),
    stop: async () => {
      running.unsubscribe();
      await Promise.all(units.map((unit) => unit.stop()));
    },
  };
};
