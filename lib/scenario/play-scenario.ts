import { playInWorld, type PlayedScenario, type PlayOptions } from './play-in-world.js';
import { realWorld } from './real-world.js';
import type { Scenario } from './scenario.js';
import { virtualWorld } from './virtual-world.js';

/**
 * Plays a scenario and checks its expectations: the real unit against the cloud of `unitlink/testing`, or against a model
 * of it on virtual time. Both give the same events on each side, at other times.
 *
 * @example
 * ```ts
 * const { passed, failures } = await playScenario(readScenario(await readFile('reset.yaml', 'utf8'), 'reset.yaml'));
 * ```
 * @param scenario - A scenario as `readScenario` returns it
 * @param options - See {@link PlayOptions}; all are optional
 */
export const playScenario = async (scenario: Scenario, options: PlayOptions = {}): Promise<PlayedScenario> => {
  const { real = false } = options;
  return playInWorld(scenario, real ? await realWorld(scenario) : virtualWorld(scenario), options);
};
