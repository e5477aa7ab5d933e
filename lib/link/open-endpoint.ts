import { defer, filter, map, type Observable } from 'rxjs';
import { ConnectTimeoutError } from '../errors.js';
import { concatOf } from '../operators/lean.js';
import { openLink, type LinkEvent, type LinkSocket, type LinkTerms } from './link.js';
import { firstWithin } from '../operators/first-within.js';

/** A link that is open, for somebody to live with: whoever opened it has done its part. */
export interface OpenedLink<Event> {
  readonly state: 'opened';
  /** Emits that it is connected, and ends with it; unsubscribing by the last of its subscribers closes it. */
  readonly link$: Observable<Event>;
}

/** How long opening may take, in milliseconds. */
export interface EndpointTerms<Frame, Socket extends LinkSocket<Frame>> extends LinkTerms<Frame, Socket> {
  readonly connectTimeout: number;
}

/** Dials one endpoint: emits that it does, and then the open link, which from there on is somebody else's to live with. */
export const openEndpoint = <Frame, Socket extends LinkSocket<Frame>>(
  url: string,
  socket$: Observable<Socket>,
  terms: EndpointTerms<Frame, Socket>,
): Observable<{ readonly state: 'connecting'; readonly url: string } | OpenedLink<LinkEvent<Socket>>> => {
  const { connectTimeout, scheduler } = terms;
  const open$ = defer(() => {
    const link$ = openLink(url, socket$, terms);
    return link$.pipe(
      filter(({ state }) => state === 'connected'),
      map((): OpenedLink<LinkEvent<Socket>> => ({ state: 'opened', link$ })),
    );
  });
  const tooLate = () => new ConnectTimeoutError(url, connectTimeout);
  return concatOf([{ state: 'connecting', url } as const], open$.pipe(firstWithin(connectTimeout, tooLate, scheduler)));
};
