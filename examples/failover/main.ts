// Kills, hangs, drains and silences dashboard servers behind a load balancer, tells what the widgets of two dashboards see of
// it, and lets people watch with the page of the other example: what `npm run failover` runs.
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildPage } from '../dashboard/build-page.js';
import type { BalancerName } from './balancer.js';
import { buildViewer, openPage, startChromium, viewerPath } from './browser.js';
import { startCluster, type Cluster } from './cluster.js';
import {
  cutKinds,
  failOver,
  faultKinds,
  openStage,
  type CutKind,
  type Failover,
  type FaultKind,
  type Stage,
} from './failovers.js';
import { missing } from './programs.js';
import { broken, lines, summarize, table, type Summary } from './report.js';
import { startUnits } from './units.js';
import type { Viewer } from './viewer.js';

const help = `npm run failover -- [options]

  --rounds N         rounds, each with one failover of every kind (3; 0 where there are idle cuts)
  --kind KIND        only this one: ${faultKinds.join(', ')}; may be given several times
  --idle-cuts N      how often all links are cut: ${cutKinds.join(', ')}, in turn (0)
  --every MS         milliseconds before each of all these (0)
  --balancer NAME    haproxy (default) or nginx
  --browser          one of the dashboards runs in Chromium
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    kind: { type: 'string', multiple: true, default: [...faultKinds] },
    'idle-cuts': { type: 'string', default: '0' },
    every: { type: 'string', default: '0' },
    balancer: { type: 'string', default: 'haproxy' },
    browser: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    console.log('Interrupted: what has begun is finished, then all is ended.');
    interrupted.abort();
  });

class UsageError extends Error {}

const count = (option: string, text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new UsageError(`--${option} ${text}: has to be a whole number, 0 or more`);
};

const oneOf = <T extends string>(option: string, text: string, all: readonly T[]): T => {
  const found = all.find((each) => each === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${option} ${text}: has to be one of ${all.join(', ')}`);
};

interface Plan {
  readonly balancer: BalancerName;
  readonly rounds: number;
  readonly kinds: readonly FaultKind[];
  readonly cuts: readonly CutKind[];
  /** In milliseconds. */
  readonly every: number;
}

const readPlan = (): Plan => {
  const balancer = oneOf('balancer', values.balancer, ['haproxy', 'nginx']);
  const cutCount = count('idle-cuts', values['idle-cuts']);
  // nginx has no command that ends links.
  const ways = cutKinds.filter((kind) => balancer === 'haproxy' || kind !== 'shut');
  return {
    balancer,
    rounds: count('rounds', values.rounds ?? (cutCount > 0 ? '0' : '3')),
    kinds: values.kind.map((kind) => oneOf('kind', kind, faultKinds)),
    cuts: Array.from({ length: cutCount }, (_, index) => ways[index % ways.length] ?? 'end'),
    every: count('every', values.every),
  };
};

const play = async (plan: Plan): Promise<number> => {
  const { balancer } = plan;
  const absent = missing(['redis-server', balancer, ...(values.browser ? ['chromium'] : [])]);
  if (absent !== undefined) {
    console.error(absent);
    return 1;
  }
  console.log(
    `Two servers, one log in Redis, ${balancer} before them. Two dashboards, five widgets each, 20 updates a second.`,
  );
  const page = await buildPage();
  await using built = values.browser ? await buildViewer() : undefined;
  await using chromium = values.browser ? await startChromium() : undefined;
  await using cluster = await startCluster({ balancer, page, viewer: built?.directory });
  await using units = await startUnits(cluster.redisUrl);
  const more = async (origin: string): Promise<readonly Viewer[]> =>
    chromium === undefined ? [] : [await openPage(await chromium.newPage(), `${origin}${viewerPath}`)];
  await using stage = await openStage(cluster, { names: values.browser ? ['wall'] : ['wall', 'desk'], more });
  console.log(
    `Open http://127.0.0.1:${stage.proxy.port}/ to watch: ${units.size} units, and what a page shows of them meanwhile.`,
  );

  const summaries = await strikeAll(plan, cluster, stage);
  const { newest, lost, doubled } = await stage.audit();
  console.log(`\n${table(summaries)}\n`);
  console.log(`${newest} updates were published; of these ${lost} were lost, ${doubled} came twice.`);
  const wrong = summaries.flatMap(broken);
  for (const claim of wrong) console.log(claim);
  if (summaries.length > 0 && wrong.length === 0 && lost + doubled === 0) console.log('Everything held.');
  return wrong.length === 0 && lost + doubled === 0 ? 0 : 1;
};

const strikeAll = async (
  { rounds, kinds, cuts, every }: Plan,
  cluster: Cluster,
  stage: Stage,
): Promise<readonly Summary[]> => {
  const all = new Map<Summary['kind'], Failover[]>();
  const strike = async (kind: FaultKind | CutKind, title: Summary['kind']): Promise<void> => {
    await setTimeout(every, undefined, { signal: interrupted.signal }).catch(() => undefined);
    if (interrupted.signal.aborted) return;
    const failover = await failOver(kind, stage);
    console.log(`${new Date().toISOString()} ${lines(failover).join('\n')}`);
    if (broken(summarize(title, [failover])).length > 0) console.log(cluster.said());
    all.set(title, [...(all.get(title) ?? []), failover]);
  };
  for (let round = 0; round < rounds; round++) for (const kind of kinds) await strike(kind, kind);
  for (const kind of cuts) await strike(kind, 'idle cuts');
  return [...all].map(([title, failovers]) => summarize(title, failovers));
};

if (values.help) console.log(help);
else
  try {
    process.exitCode = await play(readPlan());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${help}`);
    process.exitCode = 1;
  }
