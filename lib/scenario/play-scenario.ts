import { noDiagnostics } from '../observability/diagnostics.js';
import { AsyncSubject, firstValueFrom, merge, timer, type Observable } from 'rxjs';
import { connectUnit } from '../unit/connect-unit.js';
import { appSteps } from './app-steps.js';
import { backoffOf } from './backoff-of.js';
import { actionOf, cloudSteps } from './cloud-steps.js';
import { cloudTexts } from './cloud-texts.js';
import { createJudge } from './judge.js';
import { realWorld } from './real-world.js';
import type { CloudStep, Scenario } from './scenario.js';
import { stepSchedule } from './step-schedule.js';
import { createTimeline, type TimelineEvent } from './timeline.js';
import { seenByUnit } from './seen-by-unit.js';
import { errorText } from './unit-texts.js';
import { virtualWorld } from './virtual-world.js';
import { withoutKeystore } from './without-keystore.js';
import type { World } from './world.js';

/** How a scenario is played. */
export interface PlayOptions {
  /** On real sockets against the cloud on loopback, in real time. Default: on virtual time, at once. */
  readonly real?: boolean;
  /** Told of each event as it happens. */
  readonly onEvent?: (event: TimelineEvent) => void;
}

/** How a scenario went. */
export interface PlayedScenario {
  readonly passed: boolean;
  /** What was expected, and what was seen instead; empty where it passed. */
  readonly failures: readonly string[];
  /** Everything that was seen. */
  readonly events: readonly TimelineEvent[];
}

const longest = { virtual: 3_600_000, real: 60_000 };

/**
 * Plays a scenario and says whether everything was seen that is to be seen: the real unit against the cloud of
 * `unitlink/testing`, or against a model of it on virtual time. Both give the same events on each side, at other times.
 *
 * ```ts
 * const { passed, failures } = await playScenario(readScenario(await readFile('reset.yaml', 'utf8'), 'reset.yaml'));
 * ```
 */
export const playScenario = async (scenario: Scenario, options: PlayOptions = {}): Promise<PlayedScenario> => {
  const { real = false } = options;
  const world = real ? await realWorld(scenario) : virtualWorld(scenario);
  try {
    return await play(scenario, world, real, options);
  } finally {
    await world.during(world.end());
  }
};

const play = async (
  scenario: Scenario,
  world: World,
  real: boolean,
  { onEvent = () => undefined }: PlayOptions,
): Promise<PlayedScenario> => {
  const { cloud, scheduler } = world;
  const { linger = 0, lasts = real ? longest.real : longest.virtual } = scenario;
  const { backoff, ...unitOptions } = withoutKeystore(scenario.options);
  const faults: string[] = [];
  const names = new Map<string, string>();
  const onFailure = (error: unknown) => {
    const [text, detail] = errorText(error);
    faults.push(`${text}: ${detail}`);
  };

  const timeline = createTimeline(() => scheduler.now());
  const judge = createJudge(scenario, !real);
  let ids = 0;
  const unit = connectUnit({
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

  const satisfied$ = new AsyncSubject<undefined>();
  let stepsLeft = true;
  const settle = () => {
    if (stepsLeft || !judge.isSatisfied()) return;
    if (linger === 0) timeline.end();
    satisfied$.next(undefined);
    satisfied$.complete();
  };
  const told = <T>(source$: Observable<T>, tell: (value: T) => void) =>
    source$.subscribe({ next: tell, error: onFailure });
  const watching = told(timeline.event$, (event) => {
    judge.see(event);
    onEvent(event);
    settle();
  });
  const nameOf = (txn: string) => names.get(txn);
  const textOf = cloudTexts(nameOf);
  watching.add(
    told(cloud.event$, (event) => {
      const text = textOf(event);
      if (text !== undefined) timeline.add(text);
    }),
  );
  watching.add(
    told(seenByUnit(unit, nameOf), (seen) => {
      timeline.add(...seen);
    }),
  );

  const takeCloudStep = cloudSteps(
    world,
    (name) => {
      const txn = `cloud-${name}`;
      names.set(txn, name);
      return txn;
    },
    onFailure,
  );
  const onNamed = (txn: string, name: string) => {
    names.set(txn, name);
  };
  const takeAppStep = appSteps({ unit, world, timeline, onNamed, onFailure });
  const steps$ = merge(
    stepSchedule(
      scenario.cloud ?? [],
      (step) => {
        timeline.add(cloudStepText(step));
        return takeCloudStep(step);
      },
      timeline,
      scheduler,
    ),
    stepSchedule(scenario.app ?? [], takeAppStep, timeline, scheduler),
  );
  const failed = (error: unknown) => {
    onFailure(error);
    satisfied$.next(undefined);
    satisfied$.complete();
  };
  watching.add(
    steps$.subscribe({
      error: failed,
      complete: () => {
        stepsLeft = false;
        settle();
      },
    }),
  );
  const stepsTaken = () => !stepsLeft;
  unit.start();

  const tooLate$ = timer(lasts, scheduler);
  await world.during(firstValueFrom(merge(satisfied$, tooLate$), { defaultValue: undefined }));
  if (linger > 0 && judge.isSatisfied())
    await world.during(firstValueFrom(timer(linger, scheduler), { defaultValue: undefined }));
  if (!stepsTaken() && faults.length === 0)
    faults.push(`expected all steps to be taken within ${lasts} ms, saw some wait for events that did not come`);
  timeline.end();
  watching.unsubscribe();
  await world.during(unit.stop());

  const failures = [...judge.failures(), ...faults];
  return { passed: failures.length === 0, failures, events: timeline.events };
};

const cloudStepText = (step: CloudStep): string => {
  const action = actionOf(step);
  const value = step[action];
  if (action === 'send') return `cloud sends ${step.as ?? step.send?.messageType ?? ''}`;
  return `cloud does ${action}${typeof value === 'number' ? ` ${value}` : ''}`;
};
