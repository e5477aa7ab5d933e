import { closureOf, ownClosure, type Closure } from '../observability/closure.js';
import { errorType } from '../observability/error-type.js';
import type { MetricsSink } from '../observability/metrics-sink.js';
import type { DashboardEvent, DashboardMeter, Watched, WatchEvent } from './events.js';
import type { DashboardState, DashboardSuspicion } from './state.js';

/** Options of {@link dashboardMetrics}. */
export interface DashboardMetricsOptions {
  /** The class of a topic, of which there must be few; never the id of a widget or a unit. Default: `all`. */
  readonly topicClass?: ((topic: string) => string) | undefined;
}

/**
 * Measures a dashboard: connections, attempts, closures, recoveries, and how fresh its watches are. Several dashboards may
 * share a sink. Instruments and attributes are those of `instruments` of `unitlink`.
 *
 * @param given - receives the measurements
 * @param options - the classes of topics
 * @returns the meter for the option `metrics` of {@link connectDashboard}
 * @example
 * ```ts
 * connectDashboard({ url: '/live', metrics: dashboardMetrics(sink) });
 * ```
 */
export const dashboardMetrics = (
  given: MetricsSink,
  { topicClass = () => 'all' }: DashboardMetricsOptions = {},
): DashboardMeter => {
  const sink: MetricsSink = {
    add: given.add.bind(given),
    set: given.set.bind(given),
    record: given.record.bind(given),
  };
  const move = linkMetrics(sink);
  const happen = watchMetrics(sink);
  const look = ageMetrics(sink, topicClass);
  return (event: DashboardEvent) => {
    switch (event.type) {
      case 'state':
        move(event.state, event.at / 1000);
        return;
      case 'status':
        if (event.was) sink.add('unitlink.client.subscription.count', -1, { state: event.was });
        if (event.is) sink.add('unitlink.client.subscription.count', 1, { state: event.is });
        return;
      case 'health':
        look(event.watches, event.wall / 1000);
        return;
      default:
        happen(event.type, event.watch);
    }
  };
};

type Phase = 'connecting' | 'live' | 'degraded' | 'reconnecting' | 'failed' | undefined;

/** An alert on a series that has not begun would never come. */
const fromTheStart = ['unitlink.client.heartbeat.timeouts', 'unitlink.client.disconnected.time'] as const;

const phaseOf = ({ state }: DashboardState, before: Phase): Phase => {
  if (state === 'stopped' || state === 'paused') return undefined;
  if (state === 'live' || state === 'failed') return state;
  if (state === 'suspect') return 'degraded';
  if (before === undefined || before === 'connecting') return 'connecting';
  return before === 'failed' ? 'failed' : 'reconnecting';
};

/** Times in seconds. */
const linkMetrics = ({ add, record }: MetricsSink): ((state: DashboardState, at: number) => void) => {
  let phase: Phase;
  let link: { readonly at: number; readonly since: number } | undefined; // that there is
  let suspicion: DashboardSuspicion | undefined;
  let lost: { readonly at: number; readonly cause: string } | undefined;
  let changedAt = 0;

  const close = ({ cause, ...closure }: Closure, at: number, isDead: boolean) => {
    record('unitlink.client.connection.duration', at - (link?.at ?? at));
    add('unitlink.client.connection.closures', 1, closure);
    if (isDead) add('unitlink.client.heartbeat.timeouts', 1);
    link = undefined;
    return cause;
  };
  const open = (since: number, at: number) => {
    if (link?.since === since) return;
    add('unitlink.client.connect.attempts', 1, { outcome: 'success' });
    if (link) {
      // Another one took over, in good time.
      close(ownClosure, at, suspicion === 'silence' || suspicion === 'pong');
      add('unitlink.client.reconnects', 1, { cause: 'suspicion' });
    } else if (lost) {
      add('unitlink.client.reconnects', 1, { cause: lost.cause });
      record('unitlink.client.recovery.duration', at - lost.at, { cause: lost.cause });
    }
    link = { at, since };
  };

  return (state, at) => {
    const before = phase;
    phase = phaseOf(state, before);
    const failure = 'cause' in state ? state.cause : undefined;
    if (before === undefined && phase) for (const name of fromTheStart) add(name, 0);
    if (!link && before) add('unitlink.client.disconnected.time', at - changedAt);

    if (state.state === 'live' || state.state === 'suspect') open(state.since, at);
    else if (link) {
      const closure = phase ? closureOf(failure) : ownClosure;
      lost = { at, cause: close(closure, at, closure.cause === 'dead') };
    } else if (failure !== undefined) {
      const attributes = { outcome: 'failure', 'error.type': errorType(failure) };
      add('unitlink.client.connect.attempts', 1, attributes);
    }
    if (link || !phase) lost = undefined;
    suspicion = state.state === 'suspect' ? state.suspicion : undefined;
    if (phase !== before) {
      if (before) add('unitlink.client.connection.count', -1, { state: before });
      if (phase) add('unitlink.client.connection.count', 1, { state: phase });
    }
    changedAt = at;
  };
};

/** The event after a gap is the outcome of the gap; without a gap it is the outcome of a resume. */
const watchMetrics = ({ add }: MetricsSink): ((event: WatchEvent, watch: object) => void) => {
  const gaps = new WeakSet<object>();
  const known = new WeakSet<object>();
  return (event, watch) => {
    const hadGap = gaps.delete(watch);
    const isResume = event !== 'begun' && known.has(watch);
    const outcome = event === 'begun' ? 'snapshot' : event === 'gap' ? 'failed' : event;
    if (hadGap) add('unitlink.client.subscription.gaps', 1, { outcome });
    else if (isResume && event !== 'gap') add('unitlink.client.subscription.resumes', 1, { outcome });
    if (event === 'gap') gaps.add(watch);
    if (event !== 'failed') known.add(watch);
  };
};

/** The wall clock in seconds. A class that is not watched any more is no older than now. */
const ageMetrics = (
  { set }: MetricsSink,
  topicClass: (topic: string) => string,
): ((watches: Iterable<Watched>, wall: number) => void) => {
  const ages = new Map<string, number>();
  return (watches, wall) => {
    for (const topic of ages.keys()) ages.set(topic, 0);
    for (const { topic, asOf } of watches) {
      const name = topicClass(topic);
      if (asOf !== undefined) ages.set(name, Math.max(ages.get(name) ?? 0, wall - asOf / 1000));
    }
    for (const [topic, age] of ages) set('unitlink.client.subscription.age', age, { topic });
  };
};
