import { catchError, defer, EMPTY, filter, map, mergeMap, switchMap, takeUntil, type Observable } from 'rxjs';
import { consume } from '../operators/consume.js';
import { after, mergeOf } from '../operators/lean.js';
import { maxTimeout } from '../time/max-timeout.js';
import { askToken } from './ask-token.js';
import type { Connected } from './open-connection.js';
import type { DashboardSettings } from './options.js';

/**
 * A server that goes away is left at a moment of its own in the time that it gives, of which the last fifth is for pages that
 * need a second attempt. The link works until another is open.
 */
export const departures = (
  { socket, link }: Connected,
  { random, scheduler }: DashboardSettings,
): Observable<never> => {
  let leaveAt = Infinity;
  return socket.goaway$.pipe(
    map((given) => scheduler.now() + random() * Math.min(given, maxTimeout) * 0.8),
    filter((at) => at < leaveAt),
    switchMap((at) => {
      leaveAt = at;
      return after(at - scheduler.now(), scheduler);
    }),
    consume(() => {
      link.suspect('goaway');
    }),
  );
};

/** Shows the server a new token whenever it asks for one. Without one it ends the link, and the next attempt asks again. */
export const renewals = ({ socket }: Connected, settings: DashboardSettings): Observable<never> =>
  socket.renew$.pipe(
    switchMap(() =>
      askToken(settings, true).pipe(
        catchError((error: unknown) => {
          settings.onFault(error);
          return EMPTY;
        }),
      ),
    ),
    consume((token) => {
      socket.renew(token);
    }),
  );

/** Asks the server for a sign that it hears, which heartbeats do not show; of pages that came together not all at once. */
export const pings = (
  { socket, link }: Connected,
  { pingInterval, pongTimeout, scheduler, now, random }: DashboardSettings,
): Observable<never> =>
  after(pingInterval * (1 - random() / 2), scheduler, pingInterval).pipe(
    mergeMap(() => {
      const pong$ = socket.activity$.pipe(filter((signal) => signal === 'heard'));
      const overdue$ = after(pongTimeout, scheduler).pipe(
        consume(() => {
          link.suspect('pong');
        }),
      );
      const asked$ = defer(() => {
        socket.send({ messageType: 'ping', t: now() });
        return EMPTY;
      });
      return mergeOf(overdue$, asked$).pipe(takeUntil(pong$));
    }),
  );
