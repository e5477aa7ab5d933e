import {
  asyncScheduler,
  combineLatest,
  defer,
  fromEvent,
  lastValueFrom,
  merge,
  of,
  startWith,
  takeUntil,
  tap,
} from 'rxjs';
import { describeError } from '../../observability/describe-error.js';
import { wantsColour } from '../io/colour.js';
import { follow } from './follow.js';
import type { TopSettings } from './options.js';
import { picture } from './picture.js';
import { readStatus } from './read-status.js';

/** Shows a unit that runs until the user quits or `stop` is aborted, or once; resolves with the exit code. */
export const runTop = async ({ url, once, interval }: TopSettings, stop: AbortSignal): Promise<number> => {
  const { stdin, stdout, stderr, env } = process;
  const colour = wantsColour(stdout, env);
  const ask = () => readStatus(url, fetch);
  if (once || !stdout.isTTY) {
    try {
      const lines = picture({ status: await ask() }, { url, rows: Infinity, columns: Infinity, colour, isLive: false });
      stdout.write(`${lines.join('\n')}\n`);
      return 0;
    } catch (error) {
      stderr.write(`unitlink top: no answer from ${url}: ${describeError(error).message}\n`);
      return 1;
    }
  }
  const { openScreen } = await import('./screen.js');
  const screen = openScreen(stdout, stdin);
  process.once('exit', screen.close); // also where a second signal ends it at once
  const stop$ = defer(() => (stop.aborted ? of(stop) : fromEvent(stop, 'abort')));
  const shown$ = combineLatest([
    follow(ask, { interval, scheduler: asyncScheduler }),
    screen.resize$.pipe(startWith(undefined)),
  ]).pipe(
    tap(([followed]) => {
      const { columns, rows } = screen.size();
      screen.show(picture(followed, { url, rows: rows - 1, columns, colour, isLive: true }));
    }),
    takeUntil(merge(screen.quit$, stop$)),
  );
  await lastValueFrom(shown$, { defaultValue: undefined });
  screen.close();
  return 0;
};
