import { Subscription, type Observable } from 'rxjs';
import type { Unit } from '../unit/unit.js';
import { cloudTexts } from './cloud-texts.js';
import { seenByUnit } from './seen-by-unit.js';
import type { Timeline, TimelineEvent } from './timeline.js';
import type { ScenarioWorld } from './world.js';

/** Dependencies of {@link watch}. */
export interface WatchOptions {
  readonly world: Pick<ScenarioWorld, 'cloud'>;
  readonly unit: Unit;
  readonly timeline: Timeline;
  /** The names of messages by txn. */
  readonly names: ReadonlyMap<string, string>;
  /** Called with each event. */
  readonly see: (event: TimelineEvent) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Adds what unit and cloud do to the timeline until it is unsubscribed. */
export const watch = ({ world, unit, timeline, names, see, onFailure }: WatchOptions): Subscription => {
  const nameOf = (txn: string) => names.get(txn);
  const textOf = cloudTexts(nameOf);
  const watching = new Subscription();
  const follow = <T>(source$: Observable<T>, next: (value: T) => void) => {
    watching.add(source$.subscribe({ next, error: onFailure }));
  };
  follow(timeline.event$, see);
  follow(world.cloud.event$, (event) => {
    const text = textOf(event);
    if (text !== undefined) timeline.add(text);
  });
  follow(seenByUnit(unit, nameOf), (seen) => {
    timeline.add(...seen);
  });
  return watching;
};
