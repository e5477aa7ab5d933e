import { interval, merge, mergeMap, type Observable } from 'rxjs';
import type { UnitData } from 'unitlink';
import type { DashboardServer } from 'unitlink/server';
import type { ReceivedMessage } from 'unitlink/testing';
import { alertRow } from './alert-row.js';
import { capacity } from './load.js';
import type { AlertRow, FleetValue, UnitRow } from './rows.js';

/** Where the bridge publishes to. */
export type Outlet = Pick<DashboardServer, 'publish' | 'remove'>;

export interface Bridge {
  /** From now on all goes there, and first what there is. */
  moveTo(outlet: Outlet): Promise<void>;
  readonly stop: () => void;
}

/** A unit that was not heard of for so long is silent, in milliseconds. */
const silentAfter = 3000;
const mostAlerts = 200;
const sites = ['Dresden', 'Kraków', 'Lyon', 'Turku'];

const percent = (part: number): number => Math.round(part * 1000) / 10;
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10) / 10;

/** Publishes what a cloud receives into the topics of the page. */
export const startBridge = (message$: Observable<ReceivedMessage>, first: Outlet): Bridge => {
  const units = new Map<string, UnitRow>();
  const alerts = new Map<string, AlertRow>();
  let outlet = first;
  let count = 0;
  let recent = 0;

  const put = (row: UnitRow): Promise<unknown> => {
    units.set(row.id, row);
    return outlet.publish('units', row);
  };

  const onUsage = async (unit: string, { nodes }: UnitData<'monitoringData'>): Promise<void> => {
    recent++;
    const samples = nodes.flatMap(({ items }) => items);
    const points = samples.map(
      ({ timestamp, cpu, ram }) =>
        [Date.parse(timestamp), percent(cpu / capacity.dmips), percent(ram / capacity.ram)] as const,
    );
    await Promise.all(points.map((point) => outlet.publish('usage', { unit, point }, point[0])));
    const last = points.at(-1);
    if (last === undefined) return;
    const { messages = 0 } = units.get(unit) ?? {};
    const site = sites[Number(unit.slice(-2)) % sites.length] ?? '';
    const [reportedAt, cpu, ram] = last;
    await put({ id: unit, site, state: 'reporting', cpu, ram, messages: messages + 1, reportedAt });
  };

  const onAlerts = async (unit: string, { items }: UnitData<'alerts'>): Promise<void> => {
    for (const alert of items) {
      const row = alertRow(unit, alert, ++count);
      alerts.set(row.id, row);
      await outlet.publish('alerts', row);
    }
    const [oldest] = alerts.keys();
    if (alerts.size <= mostAlerts || oldest === undefined) return;
    alerts.delete(oldest);
    await outlet.remove('alerts', oldest);
  };

  const onMessage = async ({ header: { systemId }, data }: ReceivedMessage): Promise<void> => {
    if (data.messageType === 'monitoringData') await onUsage(systemId, data as unknown as UnitData<'monitoringData'>);
    else if (data.messageType === 'alerts') await onAlerts(systemId, data as unknown as UnitData<'alerts'>);
  };

  const findSilent = async (): Promise<void> => {
    for (const row of units.values())
      if (row.state === 'reporting' && Date.now() - row.reportedAt > silentAfter)
        await put({ ...row, state: 'silent' });
  };

  const total = async (): Promise<void> => {
    const reporting = [...units.values()].filter(({ state }) => state === 'reporting');
    const value: FleetValue = {
      units: units.size,
      reporting: reporting.length,
      cpu: mean(reporting.map(({ cpu }) => cpu)),
      ram: mean(reporting.map(({ ram }) => ram)),
      rate: recent,
    };
    recent = 0;
    await outlet.publish('fleet', value);
  };

  const work$ = merge(
    message$.pipe(mergeMap(onMessage)),
    interval(1000).pipe(mergeMap(() => Promise.all([findSilent(), total()]))),
  );
  const running = work$.subscribe({ error: console.error });
  return {
    moveTo: async (next) => {
      outlet = next;
      await Promise.all([...units.values()].map((row) => next.publish('units', row)));
      await Promise.all([...alerts.values()].map((row) => next.publish('alerts', row)));
    },
    stop: () => {
      running.unsubscribe();
    },
  };
};
