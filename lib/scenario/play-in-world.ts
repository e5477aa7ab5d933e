/**
 * Scenarios in YAML: read, played on virtual time or on real sockets, drawn; and the replay of message logs.
 *
 * May import: certificates, collections, connection, delivery, errors, observability, operators, protocol, server, testing/cloud, testing/virtual, transport, unit.
 *
 * @module
 */
import { AsyncSubject, firstValueFrom, merge, timer } from 'rxjs';
import { noDiagnostics } from '../observability/diagnostics.js';
import { connectUnit } from '../unit/connect-unit.js';
import type { Unit } from '../unit/unit.js';
import { backoffOf } from './backoff-of.js';
import { createJudge, type Judge } from './judge.js';
import type { Scenario } from './scenario.js';
import { takeSteps } from './take-steps.js';
import { createTimeline, type Timeline, type TimelineEvent } from './timeline.js';
import { errorText } from './unit-texts.js';
import { watch } from './watch.js';
import { withoutKeystore } from './without-keystore.js';
import type { ScenarioWorld } from './world.js';

/** Options of {@link playScenario}. */
export interface PlayOptions {
  /**
   * True for real sockets against the cloud on loopback, in real time.
   *
   * @defaultValue false: on virtual time, at once
   */
  readonly real?: boolean;
  /** Called with each event as it happens. */
  readonly onEvent?: (event: TimelineEvent) => void;
}

/** The result of {@link playScenario}. */
export interface PlayedScenario {
  /** True if every expectation was met. */
  readonly passed: boolean;
  /** The expectations that were not met, and what was seen instead; empty if it passed. */
  readonly failures: readonly string[];
  /** All events in their order. */
  readonly events: readonly TimelineEvent[];
}

/** The longest a scenario lasts by default, in milliseconds. */
const longest = { virtual: 3_600_000, real: 60_000 };

/**
 * Plays a scenario in this world, which ends with it. It brings no other world along: a page in a browser has no real one.
 *
 * @param scenario - A scenario as `readScenario` returns it
 * @param world - The cloud, the clock and the way to the one
 * @param options - See {@link PlayOptions}; all are optional
 */
export const playInWorld = async (
  scenario: Scenario,
  world: ScenarioWorld,
  options: PlayOptions = {},
): Promise<PlayedScenario> => {
  try {
    return await play(scenario, world, options);
  } finally {
    await world.during(world.end());
  }
};

/** A scenario that is being played. */
interface Playing {
  readonly scenario: Scenario;
  readonly world: ScenarioWorld;
  readonly timeline: Timeline;
  readonly judge: Judge;
  readonly unit: Unit;
}

const play = async (scenario: Scenario, world: ScenarioWorld, options: PlayOptions): Promise<PlayedScenario> => {
  const { real = false, onEvent = () => undefined } = options;
  const { linger = 0, lasts = real ? longest.real : longest.virtual } = scenario;
  const timeline = createTimeline(() => world.scheduler.now());
  const judge = createJudge(scenario, !real);
  const unit = unitOf(scenario, world);
  const { faults, satisfied$, areStepsTaken, stop } = begin({ scenario, world, timeline, judge, unit }, onEvent);
  unit.start();

  const tooLate$ = timer(lasts, world.scheduler);
  await world.during(firstValueFrom(merge(satisfied$, tooLate$), { defaultValue: undefined }));
  if (linger > 0 && judge.isSatisfied())
    await world.during(firstValueFrom(timer(linger, world.scheduler), { defaultValue: undefined }));
  if (!areStepsTaken() && faults.length === 0)
    faults.push(`expected all steps to be taken within ${lasts} ms, saw some wait for events that did not come`);
  timeline.end();
  stop();
  await world.during(unit.stop());

  const failures = [...judge.failures(), ...faults];
  return { passed: failures.length === 0, failures, events: timeline.events };
};

/** The real unit, with ids and random numbers that are the same in each run. */
const unitOf = (scenario: Scenario, world: ScenarioWorld): Unit => {
  const { backoff, ...unitOptions } = withoutKeystore(scenario.options);
  let ids = 0;
  return connectUnit({
    systemId: 'unit-1',
    mainNode: 'main',
    diagnostics: noDiagnostics,
    ...unitOptions,
    ...world.unitOptions,
    backoff: backoffOf(backoff),
    newId: () => `txn-${++ids}`,
    random: () => 0.5,
    autoStart: false,
  });
};

/** Watches both sides and takes the steps; `satisfied$` completes when all steps are taken and all expected is seen. */
const begin = (playing: Playing, onEvent: (event: TimelineEvent) => void) => {
  const { scenario, timeline, judge } = playing;
  const faults: string[] = [];
  const satisfied$ = new AsyncSubject<undefined>();
  let stepsLeft = true;
  const finish = () => {
    satisfied$.next(undefined);
    satisfied$.complete();
  };
  const settle = () => {
    if (stepsLeft || !judge.isSatisfied()) return;
    if ((scenario.linger ?? 0) === 0) timeline.end();
    finish();
  };
  const onFailure = (error: unknown) => {
    const [text, detail] = errorText(error);
    faults.push(`${text}: ${detail}`);
  };
  const see = (event: TimelineEvent) => {
    judge.see(event);
    onEvent(event);
    settle();
  };
  const names = new Map<string, string>();
  const watching = watch({ ...playing, names, see, onFailure });
  const steps = takeSteps({ ...playing, names, onFailure }).subscribe({
    error: (error: unknown) => {
      onFailure(error);
      finish();
    },
    complete: () => {
      stepsLeft = false;
      settle();
    },
  });
  watching.add(steps);
  const stop = () => {
    watching.unsubscribe();
  };
  return { faults, satisfied$, stop, areStepsTaken: () => !stepsLeft };
};
