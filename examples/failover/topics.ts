import { seriesTopic, stateTopic, valueTopic, type DashboardTopic } from 'unitlink/server';
import { topics as ofPage } from '../dashboard/topics.js';

/**
 * What the servers serve: what the page of the dashboard watches, and what viewers are held against, where every entry carries
 * the number of the update that it belongs to.
 */
export const topics: Readonly<Record<string, DashboardTopic>> = {
  ...ofPage,
  load: seriesTopic({ window: 60_000 }),
  rows: stateTopic(),
  newest: valueTopic(),
};
