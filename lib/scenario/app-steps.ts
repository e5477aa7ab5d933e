import { defer, EMPTY, from, type Observable } from 'rxjs';
import type { Delivery } from '../delivery/outgoing-message.js';
import type { UnitData } from '../protocol/envelope.js';
import type { Unit } from '../unit/unit.js';
import type { AppStep } from './scenario.js';
import type { Timeline } from './timeline.js';
import { deliveryText, errorText } from './unit-texts.js';
import type { ScenarioWorld } from './world.js';

/** Dependencies of {@link appSteps}. */
export interface AppStage {
  readonly unit: Unit;
  readonly world: Pick<ScenarioWorld, 'renewCredentials'>;
  readonly timeline: Timeline;
  /** Called with the name of each message. */
  readonly onNamed: (txn: string, name: string) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Takes steps of the app. */
export const appSteps = ({
  unit,
  world,
  timeline,
  onNamed,
  onFailure,
}: AppStage): ((step: AppStep) => Observable<unknown>) => {
  const deliveries = new Map<string, Delivery>();
  const counts = new Map<string, number>();

  const newName = (data: UnitData): string => {
    const count = (counts.get(data.messageType) ?? 0) + 1;
    counts.set(data.messageType, count);
    return `${data.messageType}-${count}`;
  };
  const send = (data: UnitData, name: string, options: AppStep['with']) => {
    try {
      const delivery = unit.send(data, options);
      deliveries.set(name, delivery);
      onNamed(delivery.txn, name);
      delivery.status$.subscribe({
        next: (report) => {
          timeline.add(...deliveryText(name, report));
        },
        error: onFailure,
      });
    } catch (error) {
      const [text, detail] = errorText(error);
      timeline.add(`message ${name} refused ${text}`, detail);
    }
  };

  return (step) =>
    defer(() => {
      const { send: data, as, times = 1, with: options, withdraw, stop, start, newCredentials } = step;
      if (data)
        for (let n = 1; n <= times; n++)
          send(data, times > 1 && as !== undefined ? `${as}-${n}` : (as ?? newName(data)), options);
      if (withdraw !== undefined && deliveries.get(withdraw)?.withdraw() !== true)
        timeline.add(`message ${withdraw} not withdrawn`);
      if (start) {
        timeline.add('app starts the unit');
        unit.start();
      }
      if (newCredentials) {
        timeline.add('app gives new credentials');
        return from(world.renewCredentials());
      }
      if (stop === undefined) return EMPTY;
      timeline.add('app stops the unit');
      return from(
        unit.stop(stop === true ? {} : stop).then(({ undelivered }) => {
          timeline.add(`app stopped the unit, ${undelivered.length} undelivered`);
        }),
      );
    });
};
