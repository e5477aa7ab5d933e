import { map, merge, scan, shareReplay, startWith } from 'rxjs';
import type { DashboardEvent, DashboardState, Status } from 'unitlink/dashboard';
import { closeCode } from './close-code.js';
import { span } from './clock.js';
import { dashboard, event$ } from './dashboard.js';
import { type Seen, widgets$ } from './widgets.js';

/** A line in the log of the link. */
export interface StoryEvent {
  readonly at: number;
  readonly kind: 'good' | 'bad' | 'note';
  readonly text: string;
}

/** What this page has lived through; times in milliseconds. */
export interface Story {
  /** The latest first. */
  events: readonly StoryEvent[];
  state: DashboardState;
  /** When the link was lost; undefined while every widget is well. */
  lostAt: number | undefined;
  connections: number;
  attempts: number;
  recoveries: number;
  lastRecovery: number | undefined;
  closures: Readonly<Record<string, number>>;
  gaps: number;
  replayed: number;
  snapshots: number;
  readonly widgets: Map<string, Status>;
}

const first = (): Story => ({
  events: [],
  state: { state: 'stopped' },
  lostAt: undefined,
  ...{ connections: 0, attempts: 0, recoveries: 0, lastRecovery: undefined },
  ...{ closures: {}, gaps: 0, replayed: 0, snapshots: 0 },
  widgets: new Map(),
});

const most = 40;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const tell = (story: Story, kind: StoryEvent['kind'], text: string): void => {
  story.events = [{ at: Date.now(), kind, text }, ...story.events.slice(0, most - 1)];
};

const isUp = ({ state }: DashboardState): boolean => state === 'live' || state === 'suspect';

const lose = (story: Story, cause: unknown): void => {
  const code = closeCode(cause);
  story.lostAt ??= Date.now();
  story.closures = { ...story.closures, [code]: (story.closures[code] ?? 0) + 1 };
  tell(story, 'bad', `Lost: ${messageOf(cause)}`);
};

const connect = (story: Story, before: DashboardState, serverId = 'the server'): void => {
  story.connections++;
  tell(story, 'good', isUp(before) ? `Moved to ${serverId}, without a break` : `Connected to ${serverId}`);
};

const onState = (story: Story, state: DashboardState): void => {
  const before = story.state;
  story.state = state;
  switch (state.state) {
    case 'connecting':
      if (story.lostAt !== undefined) story.attempts++;
      return;
    case 'waiting':
    case 'failed':
      if (isUp(before)) lose(story, state.cause);
      else if (state.state === 'waiting')
        tell(story, 'note', `No connection; attempt ${state.attempt} comes in ${span(state.delay)}`);
      if (state.state === 'failed') tell(story, 'bad', `Gave up for now: ${messageOf(state.cause)}`);
      return;
    case 'suspect':
      tell(story, 'note', `Suspect (${state.suspicion}): opening another connection`);
      return;
    case 'live':
      if (!isUp(before) || ('since' in before && before.since !== state.since)) connect(story, before, state.serverId);
      else if (before.state === 'suspect') tell(story, 'good', 'The link is well after all');
      return;
    case 'paused':
      tell(story, 'note', 'Paused while the page was hidden');
      return;
    case 'stopped':
  }
};

const onCount = (story: Story, { type }: DashboardEvent): void => {
  if (type === 'gap') story.gaps++;
  else if (type === 'replayed') story.replayed++;
  else if (type === 'snapshot') story.snapshots++;
};

/** How a widget lost its way while the link was up. */
const onWidget = (story: Story, name: string, { live, chosen }: Seen): void => {
  const before = story.widgets.get(name);
  if (before === live.status) return;
  story.widgets.set(name, live.status);
  if (before === undefined || chosen) return;
  if (before === 'fresh' && live.status === 'resyncing' && isUp(story.state))
    tell(story, 'note', `${name}: something is missing, asked again`);
  else if (live.status === 'error') tell(story, 'bad', `${name}: ${messageOf(live.error)}`);
  else if (live.reason === 'source') tell(story, 'note', `${name}: the source is silent, the link is well`);
};

/** It is a recovery once every widget is fresh, or stale for a reason of its own. */
const recover = (story: Story, widgets: ReadonlyMap<string, Seen>): void => {
  const isWell = ({ live }: Seen): boolean =>
    live.status === 'fresh' || live.status === 'error' || live.reason === 'source';
  if (story.lostAt === undefined || story.state.state !== 'live' || ![...widgets.values()].every(isWell)) return;
  story.lastRecovery = Date.now() - story.lostAt;
  story.lostAt = undefined;
  story.recoveries++;
  tell(story, 'good', `Recovered in ${span(story.lastRecovery)}: every widget is up to date`);
};

/** What this page has lived through; the same object with every change. */
export const story$ = merge(
  dashboard.state$.pipe(map((state) => ({ state }))),
  widgets$.pipe(map((widgets) => ({ widgets }))),
  event$.pipe(map((counted) => ({ counted }))),
).pipe(
  scan((story, event) => {
    if ('state' in event) onState(story, event.state);
    else if ('counted' in event) onCount(story, event.counted);
    else for (const [name, seen] of event.widgets) onWidget(story, name, seen);
    recover(story, widgets$.value);
    return story;
  }, first()),
  startWith(first()),
  shareReplay({ bufferSize: 1, refCount: true }),
);
