import { defer, EMPTY, filter, map, switchMap, take, type Observable } from 'rxjs';
import { inspect } from '../operators/inspect.js';
import { concatOf, mergeOf } from '../operators/lean.js';
import { MisfitError } from '../errors.js';
import { openLink, type ConnectedLink, type Connecting, type LinkOptions } from '../link/link.js';
import { judgeStable } from '../operators/prove-stable.js';
import { tryInTurn } from '../operators/try-in-turn.js';
import { shownUrl } from '../protocol/url.js';
import { openWebSocket, type TextSocket } from '../transport/web-socket.js';
import { askToken } from './ask-token.js';
import { refusesToken } from './close-code.js';
import { heartbeatLiveness } from './heartbeat-liveness.js';
import { moveToBack, type LinkMemory } from './link-memory.js';
import { LiveLink } from './session.js';
import type { DashboardSettings } from './options.js';
import type { DashboardSuspicion } from './state.js';

/** A step of opening a link; the last one comes with the link, and with the URL that led to it. */
export type OpenStep =
  Connecting | (ConnectedLink<LiveLink, DashboardSuspicion | 'check'> & { readonly endpoint: URL });

/** The link is open. */
export type Connected = Extract<OpenStep, { state: 'connected' }>;

/** Opens a link: the token, then the URLs in turn until one of the servers says welcome. */
export const openLiveLink = (settings: DashboardSettings, memory: LinkMemory): Observable<OpenStep> => {
  const { isRefused, avoid, urls } = memory;
  const lastSession = memory.link?.sessionId; // not the link: each would hold the one before
  const { codec, WebSocket, now, scheduler, connectTimeout, stableAfter } = settings;
  const linkOptions: LinkOptions<string, LiveLink, DashboardSuspicion | 'check'> = {
    connectTimeout,
    judge: (isProven) => judgeStable({ isProven, after: stableAfter, scheduler }),
    scheduler,
    now,
    read: (frame, link) => link.read(frame),
    liveness: (link, suspicion$) => heartbeatLiveness(link, suspicion$, scheduler),
  };

  const dial = (url: URL, token: string | undefined) => {
    const target = new URL(url);
    if (avoid !== undefined) target.searchParams.set('avoid', avoid);
    const socket$ = openWebSocket(target.href, {
      WebSocket,
      protocols: [...codec.subprotocols],
      secret: token ?? '',
    }).pipe(switchMap((socket) => welcomed(socket, settings, token, lastSession)));
    return openLink(shownUrl(target.href), socket$, linkOptions).pipe(
      map((step): OpenStep => (step.state === 'connected' ? { ...step, endpoint: url } : step)),
    );
  };

  // Asking for a token may take long, and there is no link meanwhile.
  const asking =
    typeof settings.token === 'function' ? [{ state: 'connecting', url: shownUrl(urls[0]?.href ?? '') } as const] : [];
  const open$ = askToken(settings, isRefused).pipe(
    switchMap((token) =>
      tryInTurn(urls, (url) => dial(url, token), {
        succeeds: ({ state }) => state === 'connected',
        ends: refusesToken,
        onFailure: (url) => {
          moveToBack(memory, url);
        },
      }),
    ),
  );
  return concatOf(asking, open$);
};

/** Says hello on an open socket, and emits the link once the server says welcome. */
const welcomed = (
  socket: TextSocket,
  settings: DashboardSettings,
  token: string | undefined,
  lastSession: string | undefined,
): Observable<LiveLink> =>
  defer(() => {
    const { codec, clientId, now } = settings;
    const wire = codec.wire({ clientId, now });
    const welcome$ = socket.frame$.pipe(
      map((frame) => wire.read(frame)),
      inspect((message) => {
        if (message?.messageType !== 'misfit') return;
        const misfit = new MisfitError(message.path);
        settings.onFault(misfit);
        throw misfit;
      }),
      filter((message) => message?.messageType === 'welcome'),
      take(1),
      map((welcome) => new LiveLink(socket, wire, welcome, settings)),
    );
    const hello$ = defer(() => {
      socket.send(wire.hello(token, lastSession));
      return EMPTY;
    });
    return mergeOf(welcome$, hello$);
  });
