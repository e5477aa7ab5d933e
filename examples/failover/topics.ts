import { seriesTopic, stateTopic, valueTopic, type DashboardTopic } from 'unitlink/testing';

/** What the servers serve; every entry carries the number of the update that it belongs to. */
export const topics: Readonly<Record<string, DashboardTopic>> = {
  load: seriesTopic({ window: 60_000 }),
  units: stateTopic(),
  newest: valueTopic(),
};
