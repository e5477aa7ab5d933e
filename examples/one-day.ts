// A unit and its cloud on this machine, through a day on which everything goes wrong once: what `npm start` runs.
import { defer, filter, firstValueFrom, fromEvent, map, mergeMap, race, Subject, throwError, timer } from 'rxjs';
import { connectUnit } from 'unitlink';
import { startCloud } from 'unitlink/testing';
import { pace } from './one-day/chapter.js';
import { next, openDay } from './one-day/day.js';
import { evening } from './one-day/evening.js';
import { midday } from './one-day/midday.js';
import { morning } from './one-day/morning.js';
import { createTimeline } from './one-day/timeline.js';

/** In milliseconds. */
const deadline = 45_000;
const interrupted = 130;

const timeline = createTimeline(process.stdout);
let chapter = 'The cloud starts';

// Only for the case that something keeps the process alive after all else has ended.
setTimeout(() => {
  console.error(`${chapter}: still not over, given up`);
  process.exit(1);
}, deadline + 5000).unref();

const cloud = await startCloud({ pingInterval: pace.pingInterval });
const unit = connectUnit({
  systemId: 'unit-1',
  credentials: cloud.credentials,
  ackTimeout: pace.ackTimeout,
  pongTimeout: pace.pongTimeout,
  autoStart: false,
});
const fault$ = new Subject<unknown>();
const day = openDay(cloud, unit, timeline, (error) => {
  fault$.next(error);
});

const live = async (): Promise<number> => {
  timeline.heading(
    'One day of a unit, in less than half a minute',
    'The cloud runs in this process; its sockets, its TLS and its certificates are real, its faults are made to order.',
  );
  timeline.legend();
  for (const [index, { title, about, play }] of [...morning, ...midday, ...evening].entries()) {
    // Time to read: until the unit has answered the next ping of the cloud.
    if (index > 0) await next(cloud.event$.pipe(filter(({ kind }) => kind === 'pong')));
    chapter = title;
    timeline.heading(title, about);
    timeline.proved(await play(day));
  }
  chapter = 'The account';
  return account();
};

const account = (): number => {
  const { sent, acknowledged, resent, lost } = day.balance();
  timeline.table([
    ['messages sent', `${sent}`],
    ['acknowledged', `${acknowledged}`],
    ['resent', `${resent}`],
    ['lost', `${lost.length}`],
    ['connections', `${cloud.counts.upgrades}`],
    ['discoveries', `${cloud.counts.discoveries}`],
    ['longest time offline', `${(day.longestOffline() / 1000).toFixed(3)} s`],
  ]);
  if (lost.length > 0) throw new Error(`lost: ${lost.join(', ')}`);
  return 0;
};

const outcome = await firstValueFrom(
  race(
    defer(live),
    fault$.pipe(mergeMap((error) => throwError(() => error))),
    timer(deadline).pipe(mergeMap(() => throwError(() => new Error(`not over after ${deadline / 1000} s`)))),
    fromEvent(process, 'SIGINT').pipe(map(() => interrupted)),
  ),
  { defaultValue: 1 },
).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));

if (outcome instanceof Error) timeline.note(`It went wrong at "${chapter}": ${outcome.message}.`);
if (outcome === interrupted) timeline.note('Interrupted.');
timeline.end();
await Promise.all([unit.stop(), cloud.stop()]);
process.exitCode = outcome instanceof Error ? 1 : outcome;
