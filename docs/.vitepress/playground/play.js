import { playInWorld } from '../../../dist/lib/scenario/play-in-world.js';
import { readScenario } from '../../../dist/lib/scenario/read-scenario.js';
import { timelinePage } from '../../../dist/lib/scenario/timeline-page.js';
import { virtualWorld } from '../../../dist/lib/scenario/virtual-world.js';

/** Returns the page of the timeline of a scenario in YAML, played on virtual time. */
export const play = async (text) => {
  const scenario = readScenario(text);
  const { failures, events } = await playInWorld(scenario, virtualWorld(scenario));
  const { name: title, about } = scenario;
  return timelinePage([{ title, about, failures, events }]);
};
