import type { CloudActions, CloudStep } from './scenario.js';
import type { ScenarioWorld } from './world.js';

/** Dependencies of the steps of the cloud. */
export interface CloudStage {
  readonly world: Pick<ScenarioWorld, 'cloud' | 'scheduler' | 'urlOf'>;
  /** Returns the txn of the message of this name. */
  readonly newTxn: (name: string) => string;
  readonly onFailure: (error: unknown) => void;
}

/** Functions by the name of an action; each takes the value of the action and the whole step. */
export type CloudActionTable<Name extends keyof CloudActions = keyof CloudActions> = {
  readonly [Key in Name]: (value: CloudActions[Key], step: CloudStep) => unknown;
};
