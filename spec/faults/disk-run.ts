import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BehaviorSubject, filter, forkJoin, map, merge, of } from 'rxjs';
import { levelStore } from '../../lib/store/level-store.js';
import type { CloudEvent, ReceivedEvent } from '../../lib/testing/cloud/events.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import { connectTo } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';
import type { DiskPlan, FaultyDisk } from './faulty-disk.js';

const child = fileURLToPath(new URL('./sending-child.js', import.meta.url));

/** How a run goes. */
export interface DiskRunOptions {
  readonly disk: FaultyDisk;
  /** What goes wrong. Default: nothing. */
  readonly plan?: Partial<DiskPlan>;
  /** How many messages the child sends. */
  readonly count: number;
  /** Whether the child never reaches the cloud: then what is lost on the disk has not gone out either. Default false. */
  readonly offline?: boolean;
  /** Fills the store before the child begins; gives the txns, in their order. */
  readonly before?: (path: string) => Promise<readonly string[]>;
  /** Sets the disk right before what is left is delivered. */
  readonly mend?: (path: string) => void;
  /** Clears away what `before` has made. */
  readonly after?: (path: string) => void;
}

/** What a run came to. */
export interface DiskRun {
  /** How many calls changed a file until the child ended. */
  readonly calls: number;
  readonly killed: boolean;
  readonly accepted: number;
  readonly refused: number;
  /** How many messages came to the cloud more than once. */
  readonly repeated: number;
  /** What is wrong; empty where every promise was kept. */
  readonly wrong: readonly string[];
}

/** A cloud on which one run goes after the other. */
interface Lane extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly directory: string;
  readonly credentialsFile: string;
  /** The messages since it was last asked. */
  readonly take: () => readonly ReceivedEvent[];
  /** Settles once no session is open. */
  readonly quiet: () => Promise<unknown>;
}

const openLane = async (acks: boolean): Promise<Lane> => {
  const cloud = await startCloud({ acks });
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-faults-'));
  const credentialsFile = join(directory, 'credentials.json');
  await writeFile(credentialsFile, JSON.stringify(cloud.credentials));
  const arrived: ReceivedEvent[] = [];
  const open$ = new BehaviorSubject(0);
  cloud.event$.subscribe((event: CloudEvent) => {
    if (event.kind === 'message') arrived.push(event);
    if (event.kind === 'opened') open$.next(open$.value + 1);
    if (event.kind === 'closed') open$.next(open$.value - 1);
  });
  return {
    ...{ cloud, directory, credentialsFile },
    take: () => arrived.splice(0),
    quiet: () => until(open$, (open) => open === 0),
    [Symbol.asyncDispose]: async () => {
      await cloud.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** No run takes this long, also on a machine that has much else to do, in milliseconds. */
const deadline = 60_000;

/** Runs the child to its end, and kills it where it does not come to one; `onLine` may kill it as well. */
const runChild = async (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onLine: (line: string, kill: () => void) => void,
): Promise<{ readonly code: number | null; readonly killed: boolean; readonly late: readonly string[] }> => {
  const running = spawn(process.execPath, [child, ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const late: string[] = [];
  const ending = setTimeout(() => {
    late.push(`the child did not end; the last of its ${lines.length} lines: ${lines.slice(-3).join(', ')}`);
    running.kill('SIGKILL');
  }, deadline);
  createInterface(running.stdout).on('line', (line) => {
    lines.push(line);
    onLine(line, () => running.kill('SIGKILL'));
  });
  const [code, signal] = (await once(running, 'close')) as [number | null, string | null];
  clearTimeout(ending);
  return { code, killed: signal === 'SIGKILL', late };
};

/** Delivers what a store holds; gives what the store complained about. */
const deliverRest = async (cloud: Cloud, path: string): Promise<readonly string[]> => {
  await using unit = connectTo(cloud, { store: levelStore(path) });
  const opened$ = merge(
    unit.restored$.pipe(map((restored) => ({ restored, error: undefined }))),
    unit.state$.pipe(
      map(({ storeError }) => ({ restored: [], error: storeError })),
      filter(({ error }) => error !== undefined),
    ),
  );
  const { restored, error } = await until(opened$);
  await until(forkJoin([of(undefined), ...restored.map(({ acknowledged }) => acknowledged)]));
  return error === undefined ? [] : [error.message];
};

let runs = 0;

/** Runs a child on a faulty disk, then a unit on a sound one that delivers what is left, and compares. */
const diskRun = async (
  lane: Lane,
  { disk, plan, count, offline = false, before, mend, after }: DiskRunOptions,
): Promise<DiskRun> => {
  const name = `run${++runs}`;
  const path = join(lane.directory, name);
  const accepted = [...((await before?.(path)) ?? [])];
  const refused: string[] = [];
  const { code, killed, late } = await runChild(
    [path, lane.credentialsFile, name, String(count), offline ? 'offline' : 'online'],
    disk.environment(path, plan),
    (line) => {
      if (line.startsWith('+')) accepted.push(line.slice(1));
      if (line.startsWith('-')) refused.push(line.slice(1));
    },
  );
  await lane.quiet();
  mend?.(path);
  const complaints = await deliverRest(lane.cloud, path).catch((cause: unknown) => [`the rest: ${String(cause)}`]);
  await lane.quiet();
  const aside = (await readdir(path)).filter((name) => /\.(damaged|newer)$/.test(name));
  after?.(path);
  const arrived = lane.take();
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
  return {
    ...{ calls: disk.calls(path), killed, accepted: accepted.length, refused: refused.length },
    repeated: arrived.length - new Set(arrived.map(({ header }) => header.txn)).size,
    wrong: [
      ...(killed || code === 0 ? [] : [`the child ended with ${code}`]),
      ...[...late, ...complaints],
      ...aside.map((name) => `set aside as ${name}`),
      ...compare(accepted, refused, arrived),
    ],
  };
};

const numberOf = (txn: string): number => Number(txn.slice(txn.lastIndexOf('-') + 1));

/** What does not fit between what was accepted and what arrived. */
const compare = (
  accepted: readonly string[],
  refused: readonly string[],
  arrived: readonly ReceivedEvent[],
): readonly string[] => {
  const first = new Map<string, string>();
  const newest = new Map<number, number>();
  const wrong: string[] = [];
  let newestOfAll = 0;
  for (const { session, header, data } of arrived) {
    const { txn } = header;
    const number = numberOf(txn);
    const content = JSON.stringify([header, data]);
    const known = first.get(txn);
    if (known !== undefined && known !== content) wrong.push(`${txn} came again as ${content}, not ${known}`);
    const before = known === undefined ? newestOfAll : (newest.get(session) ?? 0);
    if (number < before) wrong.push(`${txn} came after number ${before}`);
    newest.set(session, number);
    newestOfAll = Math.max(newestOfAll, number);
    if (known === undefined) first.set(txn, content);
  }
  for (const txn of accepted) if (!first.has(txn)) wrong.push(`${txn} was accepted and is lost`);
  for (const txn of refused) if (first.has(txn)) wrong.push(`${txn} was refused and came all the same`);
  return wrong;
};

/** A store that a killed process left with so many messages in it, and their txns. */
export const leftStore = async (
  count: number,
): Promise<AsyncDisposable & { path: string; txns: readonly string[] }> => {
  const lane = await openLane(false);
  const path = join(lane.directory, 'left');
  const txns: string[] = [];
  await runChild([path, lane.credentialsFile, 'left', String(count)], process.env, (line, kill) => {
    if (line.startsWith('+')) txns.push(line.slice(1));
    if (txns.length === count) kill();
  });
  return { path, txns, [Symbol.asyncDispose]: () => lane[Symbol.asyncDispose]() };
};

/** Does all these runs, some at a time, and gives what they came to, in their order. */
export const diskRuns = async (all: readonly DiskRunOptions[]): Promise<readonly DiskRun[]> => {
  const results: DiskRun[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    await using lane = await openLane(true);
    for (let at = next++; at < all.length; at = next++) {
      const options = all[at];
      if (options !== undefined) results[at] = await diskRun(lane, options);
    }
  };
  await Promise.all(Array.from({ length: Math.min(all.length, availableParallelism() + 1) }, work));
  return results;
};
