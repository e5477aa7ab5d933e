import { merge, type Observable } from 'rxjs';
import type { Unit } from '../unit/unit.js';
import { appSteps } from './app-steps.js';
import { cloudSteps, cloudStepText } from './cloud-steps.js';
import type { Scenario } from './scenario.js';
import { stepSchedule } from './step-schedule.js';
import type { Timeline } from './timeline.js';
import type { ScenarioWorld } from './world.js';

/** Dependencies of {@link takeSteps}. */
export interface StepsOptions {
  readonly scenario: Pick<Scenario, 'cloud' | 'app'>;
  readonly world: ScenarioWorld;
  readonly unit: Unit;
  readonly timeline: Timeline;
  /** The names of messages by txn, which the steps add to. */
  readonly names: Map<string, string>;
  readonly onFailure: (error: unknown) => void;
}

/** Takes the steps of the cloud and of the app, each at its time; completes after the last. */
export const takeSteps = ({ scenario, world, unit, timeline, names, onFailure }: StepsOptions): Observable<never> => {
  const newTxn = (name: string) => {
    const txn = `cloud-${name}`;
    names.set(txn, name);
    return txn;
  };
  const onNamed = (txn: string, name: string) => {
    names.set(txn, name);
  };
  const takeCloudStep = cloudSteps({ world, newTxn, onFailure });
  const takeAppStep = appSteps({ unit, world, timeline, onNamed, onFailure });
  const { cloud = [], app = [] } = scenario;
  return merge(
    stepSchedule(
      cloud,
      (step) => {
        timeline.add(cloudStepText(step));
        return takeCloudStep(step);
      },
      timeline,
      world.scheduler,
    ),
    stepSchedule(app, takeAppStep, timeline, world.scheduler),
  );
};
