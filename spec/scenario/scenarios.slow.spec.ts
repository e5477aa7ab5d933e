import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { from, lastValueFrom, mergeMap, toArray } from 'rxjs';
import type { PlayedScenario } from '../../lib/scenario/play-in-world.js';
import { playScenario } from '../../lib/scenario/play-scenario.js';
import { readScenario } from '../../lib/scenario/read-scenario.js';
import { sideOf } from '../../lib/scenario/timeline.js';
import { filesOf } from '../support/files-of.js';

const directory = 'examples/scenarios';
const files = filesOf(directory, '.yaml');
const scenarioOf = (file: string) => readScenario(readFileSync(`${directory}/${file}`, 'utf8'), file);

/** The events of each side; what the two see at the same time has no order. */
const sidesOf = ({ events }: PlayedScenario) => {
  const of = (side: string) => events.map(({ text }) => text).filter((text) => sideOf(text) === side);
  return { unit: of('unit'), cloud: of('cloud') };
};

describe('the scenarios', () => {
  const played = new Map<string, { readonly virtual: PlayedScenario; readonly real: PlayedScenario }>();

  // A few at a time: they spend most of it waiting, and all at once would keep each other waiting for longer than they allow.
  before(async () => {
    const played$ = from(files).pipe(
      mergeMap(async (file) => {
        const scenario = scenarioOf(file);
        played.set(file, { virtual: await playScenario(scenario), real: await playScenario(scenario, { real: true }) });
      }, 3),
      toArray(),
    );
    await lastValueFrom(played$, { defaultValue: [] });
  }).timeout(180_000);

  it('are there for each row of the failure table, for discovery, delivery, rotation and the worst days', () => {
    expect(files).to.include.members([
      'failures/network-unreachable.yaml',
      'failures/name-not-resolved.yaml',
      'failures/tls-handshake-fails.yaml',
      'failures/upgrade-401.yaml',
      'failures/close-frame.yaml',
      'failures/receive-timeout.yaml',
      'failures/connection-reset.yaml',
    ]);
    const folders = [...new Set(files.map((file) => file.replace(/\/.*/, '')))];
    expect(folders).to.have.members(['failures', 'discovery', 'delivery', 'rotation', 'worst-days']);
  });

  for (const file of files) {
    it(`${file} passes on virtual time and on real sockets, with the same events on each side`, () => {
      const both = played.get(file);
      expect(both?.virtual.failures, 'on virtual time').to.deep.equal([]);
      expect(both?.real.failures, 'on real sockets').to.deep.equal([]);
      expect(both && sidesOf(both.real)).to.deep.equal(both && sidesOf(both.virtual));
    });
  }

  it('give the same timeline, times included, each time they are played on virtual time', async () => {
    for (const file of files) {
      const { events } = await playScenario(scenarioOf(file));
      expect(events, file).to.deep.equal(played.get(file)?.virtual.events);
    }
  });
});
