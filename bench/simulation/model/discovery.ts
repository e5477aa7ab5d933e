import { defer, finalize, Subject, type Observable } from 'rxjs';
import { DiscoveryError } from '../../../lib/errors.js';
import type { TimeLine } from '../../../lib/testing/virtual/clock.js';
import type { SimulatedCloud } from './cloud.js';
import type { SimulatedWorld } from './world.js';

/** Returns the URL of a service discovery. */
export const discoveryUrl = (index: number): string => `https://sd-${index}.example/sd/v7/`;

/** Returns the URLs of so many service discoveries. */
export const discoveryUrls = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => discoveryUrl(index));

const endpointUrl = (index: number): string => `wss://cm-${index}.example/ws/v7/`;

/** Returns the URLs of the endpoints of a cloud. */
export const endpointUrls = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => endpointUrl(index));

/** An answer of service discovery: a response or text, a failure, or none at all. */
type Answer =
  | { readonly says: object | string }
  | { readonly fails: { readonly code: number | string; readonly retryAfter?: number }; readonly soon?: true }
  | undefined;

/** The wrong answers of a service discovery; its fault chooses one. */
const wrong: readonly Answer[] = [
  { says: { errorCode: -1 } },
  { says: { errorCode: 2, nextRequestDelay: 700 } },
  { says: { errorCode: 2 } },
  { fails: { code: 503, retryAfter: 3000 } },
  { fails: { code: 'ECONNRESET' } },
  undefined,
  { says: '<html>' },
  { says: { errorCode: 0, connectionInfo: [] } },
  { says: { errorCode: 1, connectionInfo: [discoveryUrl(0), discoveryUrl(9)] } },
];

/** Returns a function that requests service discovery of the model of a cloud. */
export const simulatedDiscovery = (
  world: SimulatedWorld,
  line: TimeLine,
  cloud: SimulatedCloud,
): ((url: string) => Observable<string>) => {
  const { plan, clock, random, note } = world;
  return (url) =>
    defer(() => {
      const body$ = new Subject<string>();
      let isOver = false;
      const settle = (delay: number, act: () => void) => {
        clock.push(clock.now + delay, line, () => {
          if (isOver) return;
          isOver = true;
          act();
        });
      };
      note({ kind: 'discover', url });
      const answer = answerOf(url, world, cloud);
      const roundTrip = () => 2 * random.whole(...plan.latency);
      if (answer !== undefined && 'says' in answer) {
        const { says } = answer;
        settle(roundTrip(), () => {
          note({ kind: 'discovered', url, ...outcomeOf(says) });
          body$.next(typeof says === 'string' ? says : JSON.stringify({ version: 7, systemId: 'unit-1', ...says }));
          body$.complete();
        });
      } else if (answer !== undefined) {
        const { fails, soon } = answer;
        settle(soon ? 1 : roundTrip(), () => {
          note({ kind: 'discovered', url, outcome: 'failed' });
          body$.error(new DiscoveryError(url, 'it fails', fails));
        });
      }
      return body$.pipe(
        finalize(() => {
          if (isOver) return;
          isOver = true;
          note({ kind: 'discovered', url, outcome: 'cut off' });
        }),
      );
    });
};

const answerOf = (url: string, { plan, network }: SimulatedWorld, cloud: SimulatedCloud): Answer => {
  const down = network.has('network-down');
  const restarting = network.has('restart');
  if (down !== undefined) return down < 0.5 ? { fails: { code: 'ENETUNREACH' }, soon: true } : undefined;
  if (restarting !== undefined && restarting < 0.5) return { fails: { code: 'ECONNREFUSED' } };
  const variant = network.has('discovery');
  // The one at the end of a redirect is always well, and the second knows nothing of the faults of the first.
  if (variant !== undefined && url === discoveryUrl(0) && variant < 1) return wrong[Math.floor(variant * wrong.length)];
  const delay = plan.nextRequestDelay > 0 && { nextRequestDelay: plan.nextRequestDelay };
  return {
    says: { errorCode: 0, connectionInfo: endpointUrls(plan.endpoints), authToken: cloud.newToken(), ...delay },
  };
};

const outcomeOf = (
  answer: object | string,
): {
  readonly outcome: 'endpoints' | 'redirect' | 'failed';
  readonly isBusy?: boolean;
  readonly urls?: readonly string[];
} => {
  if (typeof answer === 'string') return { outcome: 'failed' };
  const { errorCode, connectionInfo } = answer as { errorCode: number; connectionInfo?: readonly string[] };
  const urls = connectionInfo ?? [];
  if (urls.length === 0 || errorCode > 1 || errorCode < 0)
    return { outcome: 'failed', ...(errorCode === 2 && { isBusy: true }) };
  return { outcome: errorCode === 0 ? 'endpoints' : 'redirect', urls };
};
