import { Subject, type Observable } from 'rxjs';

/** An event of a timeline. */
export interface TimelineEvent {
  /** The time in milliseconds since the start. */
  readonly at: number;
  /**
   * The side and the event: `unit connected`, `cloud got alerts-1`. It contains no ids, ports or dates, and is the same
   * in each run.
   */
  readonly text: string;
  /** Details that may differ from run to run: the message of an error, a URL. */
  readonly detail?: string;
}

/** The side that saw an event: what happens at the other side at the same time has no order to it. */
export const sideOf = (text: string): 'unit' | 'cloud' => (text.startsWith('cloud ') ? 'cloud' : 'unit');

/** Everything that was seen so far, in the order in which it happened. */
export interface Timeline {
  /** All events so far. */
  readonly events: readonly TimelineEvent[];
  /** Emits each further event. */
  readonly event$: Observable<TimelineEvent>;
  /** Adds an event at the time of now. */
  readonly add: (text: string, detail?: string) => void;
  /** Ignores further events. */
  readonly end: () => void;
}

/** An empty timeline; `now` in milliseconds. */
export const createTimeline = (now: () => number): Timeline => {
  const start = now();
  const events: TimelineEvent[] = [];
  const event$ = new Subject<TimelineEvent>();
  let ended = false;
  return {
    events,
    event$: event$.asObservable(),
    add: (text, detail) => {
      if (ended) return;
      const event = { at: Math.round(now() - start), text, ...(detail === undefined ? {} : { detail }) };
      events.push(event);
      event$.next(event);
    },
    end: () => {
      ended = true;
      event$.complete();
    },
  };
};
