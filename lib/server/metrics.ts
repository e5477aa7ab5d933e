import type { DashboardData } from '../protocol/subscription/messages.js';

/** The largest number of counter names that are accepted from pages, so that made-up names cannot fill the memory. */
const mostCounters = 100;
const mostClients = 100_000;
const counterName = /^[A-Za-z][\w.]{0,63}$/;

/** The counters behind `/metrics`. */
export interface DashboardMetrics {
  connected(): void;
  /** `again` is true if the dashboard says that it was connected before. */
  hello(clientId: string, again: boolean): void;
  closed(code: number): void;
  /** Counts what came upon a bound, by the bound; `unusable` is an entry or a source that could not be used. */
  limited(bound: 'buffered' | 'rate' | 'slow' | 'origin' | 'unusable'): void;
  report(report: DashboardData<'linkReport'>): void;
  /** Returns the metrics in the text format of Prometheus. */
  text(connections: number, subscriptions: number): string;
}

type Labelled = readonly (readonly [labels: string, value: number])[];

const metric = (name: string, type: 'gauge' | 'counter', help: string, values: Labelled): string =>
  [
    `# HELP unitlink_dashboard_${name} ${help}`,
    `# TYPE unitlink_dashboard_${name} ${type}`,
    ...values.map(([labels, value]) => `unitlink_dashboard_${name}${labels} ${value}`),
    '',
  ].join('\n');

const isKnown = (code: number): boolean => (code >= 1000 && code <= 1015) || (code >= 4400 && code <= 4499);

const add = (counts: Map<string, number>, label: string, more: number): void => {
  counts.set(label, (counts.get(label) ?? 0) + more);
};

const labelled = (name: string, counts: ReadonlyMap<string, number>): Labelled =>
  [...counts].map(([label, value]) => [`{${name}="${label}"}`, value]);

export const createMetrics = (): DashboardMetrics => {
  const clients = new Set<string>();
  const closures = new Map<string, number>();
  const limits = new Map<string, number>();
  const reports = new Map<string, number>();
  const counters = new Map<string, number>();
  const totals = { connections: 0, reconnects: 0, gaps: 0, attempts: 0, down: 0 };

  return {
    connected: () => {
      totals.connections++;
    },
    hello: (clientId, again) => {
      if (clients.has(clientId) || again) totals.reconnects++;
      clients.delete(clientId);
      clients.add(clientId);
      const [oldest] = clients;
      if (clients.size > mostClients && oldest !== undefined) clients.delete(oldest);
    },
    closed: (code) => {
      add(closures, isKnown(code) ? String(code) : 'other', 1);
    },
    limited: (bound) => {
      add(limits, bound, 1);
    },
    report: ({ detectedBy, downMs = 0, attempts = 0, gaps = 0, counters: counted = {} }) => {
      add(reports, detectedBy, 1);
      totals.down += downMs / 1000;
      totals.attempts += attempts;
      totals.gaps += gaps;
      for (const [name, more] of Object.entries(counted))
        if (counterName.test(name) && more >= 0 && (counters.has(name) || counters.size < mostCounters))
          add(counters, name, more);
    },
    text: (connections, subscriptions) =>
      [
        metric('connections', 'gauge', 'Dashboards that are connected.', [['', connections]]),
        metric('subscriptions', 'gauge', 'Subscriptions that are open.', [['', subscriptions]]),
        metric('connections_total', 'counter', 'WebSockets that were accepted.', [['', totals.connections]]),
        metric('reconnects_total', 'counter', 'Dashboards that came back.', [['', totals.reconnects]]),
        metric('closures_total', 'counter', 'Connections that ended, by close code.', labelled('code', closures)),
        metric(
          'limited_total',
          'counter',
          'Connections and entries that came upon a bound.',
          labelled('bound', limits),
        ),
        metric('link_reports_total', 'counter', 'Reports of pages.', labelled('detected_by', reports)),
        metric('link_down_seconds_total', 'counter', 'How long pages were without a link.', [['', totals.down]]),
        metric('link_attempts_total', 'counter', 'Attempts that pages made to connect.', [['', totals.attempts]]),
        metric('link_gaps_total', 'counter', 'Gaps that pages found.', [['', totals.gaps]]),
        metric('link_counters_total', 'counter', 'What pages counted themselves.', labelled('counter', counters)),
      ].join(''),
  };
};
