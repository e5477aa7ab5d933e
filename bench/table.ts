import type { Name } from './contenders/names.js';
import type { Results } from './results.js';
import { rows, type TableRow } from './rows.js';

const columns: readonly (readonly [Name, title: string])[] = [
  ['unitlink', '**unitlink**'],
  ['socket.io', 'socket.io `retries`'],
  ['mqtt', 'MQTT.js QoS 1'],
  ['nats', 'NATS JetStream'],
  ['rxjs', 'RxJS `webSocket`'],
];

const digits = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2);

const measured = ({ figure, shown, durable }: TableRow, name: Name, results: Results): number | undefined => {
  const whose = durable && name === 'unitlink' ? 'durable' : name;
  return shown === 'ratio' ? results.ratio(whose, figure) : results.value(whose, figure);
};

const judged = ({ better, atLeast, aim }: TableRow, value: number): string => {
  const meets = (mark: number | undefined) =>
    mark !== undefined && (better === 'higher' ? value >= mark : value <= mark);
  if (atLeast === undefined) return '';
  return meets(aim) ? 'aim' : meets(atLeast) ? 'at least' : 'no';
};

const line = (row: TableRow, results: Results): string[] => {
  const cells = columns.map(([name]) => {
    const value = row.durable && name !== 'unitlink' ? undefined : measured(row, name, results);
    return value === undefined ? '–' : digits(value);
  });
  const own = measured(row, 'unitlink', results);
  if (own === undefined) return [];
  const limit = results.value('limit', row.figure);
  const goals = [row.atLeast, row.aim].map((goal) => (goal === undefined ? '' : String(goal)));
  const shownLimit = limit === undefined ? '–' : `${digits(limit)} ${row.unit}`;
  return [`| ${[row.title, shownLimit, ...cells, ...goals, judged(row, own)].join(' | ')} |`];
};

/** The results as Markdown, everything in relation to the limit of the same round. */
export const table = (results: Results): string => {
  const head = ['', 'limit', ...columns.map(([, title]) => title), 'at least', 'aim', 'met'];
  const rule = ['---', ...head.slice(1).map(() => '---:')];
  return [`| ${head.join(' | ')} |`, `| ${rule.join(' | ')} |`, ...rows.flatMap((row) => line(row, results))].join(
    '\n',
  );
};
