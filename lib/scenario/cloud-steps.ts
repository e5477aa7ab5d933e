import { defer, EMPTY, from, type Observable } from 'rxjs';
import type { CloudActionTable, CloudStage } from './cloud-action-table.js';
import { linkActions } from './link-actions.js';
import { messageActions } from './message-actions.js';
import { plannedActions } from './planned-actions.js';
import type { CloudActions, CloudStep } from './scenario.js';
import { cloudActionSchemas } from './scenario-schema.js';

/** Returns a function that takes a step of the cloud when its result is subscribed to. */
export const cloudSteps = (stage: CloudStage): ((step: CloudStep) => Observable<unknown>) => {
  const actions: CloudActionTable = { ...plannedActions(stage), ...linkActions(stage), ...messageActions(stage) };
  return (step) =>
    defer(() => {
      const name = actionOf(step);
      // The table pairs each name with its value.
      const act = actions[name] as (value: unknown, step: CloudStep) => unknown;
      const done = act(step[name], step);
      return done instanceof Promise ? from(done) : EMPTY;
    });
};

/** Returns the name of the only action of a step. */
export const actionOf = (step: CloudStep): keyof CloudActions =>
  Object.keys(step).find((key): key is keyof CloudActions => key in cloudActionSchemas) ?? 'clearFaults';

/** Describes a step of the cloud for a timeline. */
export const cloudStepText = (step: CloudStep): string => {
  const action = actionOf(step);
  const value = step[action];
  if (action === 'send') return `cloud sends ${step.as ?? step.send?.messageType ?? ''}`;
  return `cloud does ${action}${typeof value === 'number' ? ` ${value}` : ''}`;
};
