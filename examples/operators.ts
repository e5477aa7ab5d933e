// The operators of the connection, in another application: a serial line that falls silent now and then.
import { concatWith, defer, interval, map, merge, NEVER, of, share, switchMap, take } from 'rxjs';
import { aos, deadLink, retryWithBackoff, type Link } from 'unitlink';

let opened = 0;

/** Opens the line: four pings, then silence. The second and the third time it is busy. */
const line$ = defer(() => {
  const name = `line ${++opened}`;
  if (opened === 2 || opened === 3) throw new Error(`${name} is busy`);
  const sign$ = interval(300).pipe(
    take(4),
    map(() => 'ping' as const),
  );
  const line: Link = {
    url: name,
    activity$: sign$.pipe(concatWith(NEVER), share()),
    ping: () => {
      console.log(`${name}: are you there?`);
    },
  };
  return of(line);
});

line$
  .pipe(
    switchMap((line) => merge(of(line), deadLink(line, { pongTimeout: 400 }))),
    retryWithBackoff({
      backoff: aos({ initialDelay: 200 }),
      onWait: ({ attempt, delay, cause }) => {
        console.log(`attempt ${attempt} in ${delay} ms, because of ${String(cause)}`);
      },
    }),
    switchMap(({ url, activity$ }) => activity$.pipe(map(() => `${url}: a sign of life`))),
    take(7),
  )
  .subscribe({ next: console.log, error: console.error });
