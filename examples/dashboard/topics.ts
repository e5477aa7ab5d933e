import { seriesTopic, stateTopic, valueTopic, type DashboardTopic } from 'unitlink/server';

/** How far back the chart goes, in milliseconds. */
export const longestWindow = 900_000;

/** What the page watches. A server that has these topics, filled by {@link startBridge}, can serve it. */
export const topics: Readonly<Record<'units' | 'usage' | 'alerts' | 'fleet', DashboardTopic>> = {
  /** A row a unit: see `UnitRow`. */
  units: stateTopic(),
  /** `{ unit, point: [t, cpu, ram] }`, both in percent of what the unit has. */
  usage: seriesTopic({ window: longestWindow }),
  /** A row an alert, the newest 200: see `AlertRow`. */
  alerts: stateTopic(),
  /** `FleetValue`. */
  fleet: valueTopic(),
};
