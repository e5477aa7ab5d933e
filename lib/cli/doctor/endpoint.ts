import { catchError, lastValueFrom, map, of, scan, takeWhile, throwError, timeout, type Observable } from 'rxjs';
import { ConnectionClosedError, ConnectTimeoutError } from '../../errors.js';
import { describeError } from '../../observability/describe-error.js';
import { endpointUrl, shownUrl } from '../../protocol/url.js';
import { failed, ok, skipped, type Check } from './check.js';
import { examineHost } from './host.js';
import { failedRequest } from './request.js';
import type { TrustedTools } from './step.js';
import { isInsecure } from './urls.js';

/** The longest time for the answer to a ping, in milliseconds, as with a unit. */
const patience = 5000;

/** The progress of a WebSocket: when it was open, when the ping was answered, why it ended. */
interface Life {
  readonly opened?: number;
  readonly ponged?: number;
  readonly error?: unknown;
  readonly ended?: number;
}

/** Examines an endpoint, as far as the answer to the first ping. */
export async function* examineEndpoint(url: string, token: string, tools: TrustedTools): AsyncGenerator<Check> {
  const about = (check: Check): Check => ({ ...check, url: shownUrl(url) });
  if (isInsecure(url, 'wss', tools.settings.allowInsecure)) {
    yield about(failed('upgrade', 'insecure-url', shownUrl(url)));
    return;
  }
  const unusable = whyUnusable(url, tools);
  if (unusable !== undefined) {
    yield about(failed('upgrade', 'endpoint-unusable', unusable));
    return;
  }
  const dialled = url.replace(/^http/i, 'ws');
  const host = examineHost(dialled, tools);
  let step = await host.next();
  for (; !step.done; step = await host.next()) yield about(step.value);
  if (!step.value) {
    yield about(skipped('upgrade', 'the server cannot be reached'));
    yield about(skipped('ping', 'there is no connection'));
    return;
  }
  const life = await live(tools.probes.webSocket({ url: dialled, token, credentials: tools.credentials }), url, tools);
  for (const check of checksOf(life)) yield about(check);
}

/** Returns why a unit would not connect there. */
const whyUnusable = (url: string, { settings }: TrustedTools): string | undefined => {
  try {
    endpointUrl(url, settings.allowInsecure);
    return undefined;
  } catch (error) {
    return describeError(error).message;
  }
};

const live = (socket$: Observable<'opened' | 'ponged'>, url: string, tools: TrustedTools): Promise<Life> => {
  const { clock, settings } = tools;
  const pongTimeout = Math.min(patience, settings.connectTimeout);
  const began = clock();
  const at = () => Math.round(clock() - began);
  const late = (seen: number) =>
    new ConnectTimeoutError(shownUrl(url), seen === 0 ? settings.connectTimeout : pongTimeout);
  return lastValueFrom(
    socket$.pipe(
      timeout({ first: settings.connectTimeout, each: pongTimeout, with: ({ seen }) => throwError(() => late(seen)) }),
      map((event): Life => (event === 'opened' ? { opened: at() } : { ponged: at() })),
      catchError((error: unknown) => of<Life>({ error, ended: at() })),
      scan((life, event): Life => ({ ...life, ...event })),
      takeWhile(({ ponged }) => ponged === undefined, true),
    ),
    { defaultValue: {} },
  );
};

const checksOf = ({ opened, ponged, error, ended = 0 }: Life): readonly Check[] => {
  if (opened === undefined) return [failedUpgrade(error, ended), skipped('ping', 'there is no connection')];
  const upgrade = ok('upgrade', 'accepted', { took: opened });
  if (ponged !== undefined) return [upgrade, ok('ping', 'answered', { took: ponged - opened })];
  const took = ended - opened;
  if (error instanceof ConnectTimeoutError)
    return [upgrade, failed('ping', 'no-pong', `nothing within ${error.timeout} ms`, { took })];
  if (error instanceof ConnectionClosedError) {
    const { code, reason } = error;
    return [upgrade, failed('ping', 'closed-after-upgrade', `${code}${reason && ` (${reason})`}`, { took, code })];
  }
  const { code = 1006 } = describeError(error);
  return [upgrade, failed('ping', 'lost-after-upgrade', String(code), { took, code })];
};

const failedUpgrade = (error: unknown, took: number): Check => {
  const statuses = { 401: 'token-refused', 200: 'not-a-web-socket', 426: 'not-a-web-socket' } as const;
  return failedRequest('upgrade', error, { statuses, other: 'not-a-web-socket' }, took);
};
