import { BehaviorSubject, defer, filter, finalize, Subject, type Observable } from 'rxjs';
import { ConnectError, DiscoveryError, UnauthorizedError } from '../../../lib/errors.js';
import type { Transport } from '../../../lib/transport/types.js';
import type { SimulatedCloud } from './cloud.js';
import { Link } from './link.js';
import type { TimeLine } from '../../../lib/testing/virtual/clock.js';
import type { World } from './world.js';

/** The transport of a process, and its links, which outlive it. */
export interface SimulatedTransport {
  readonly transport: Transport;
  readonly links: ReadonlySet<Link>;
}

const discoveryUrl = (index: number): string => `https://sd-${index}.example/sd/v7/`;
const endpointUrl = (index: number): string => `wss://cm-${index}.example/ws/v7/`;

/** The time after which a socket closes by itself, in milliseconds. */
const closing = 250;

/** A transport through the model of a network to the model of a cloud. */
export const simulatedTransport = (
  world: World,
  line: TimeLine,
  cloud: SimulatedCloud,
  newLink: () => number,
): SimulatedTransport => {
  const { plan, clock, random, network, note } = world;
  const links = new Set<Link>();
  const open$ = new BehaviorSubject(0);
  const later = (delay: number, work: () => void) => {
    clock.push(clock.now + delay, line, work);
  };
  const latency = () => random.whole(...plan.latency);
  const endpoints = Array.from({ length: plan.endpoints }, (_, index) => endpointUrl(index));

  const discover = (url: string): Observable<string> => {
    const body$ = new Subject<string>();
    let isOver = false;
    const say = (answer: object | string) => {
      later(2 * latency(), () => {
        if (isOver) return;
        isOver = true;
        const { outcome, urls } = outcomeOf(answer);
        note({ kind: 'discovered', url, outcome, ...(urls && { urls }) });
        body$.next(typeof answer === 'string' ? answer : JSON.stringify({ version: 7, systemId: 'unit-1', ...answer }));
        body$.complete();
      });
    };
    const fail = (delay: number, options: { code: number | string; retryAfter?: number }) => {
      later(delay, () => {
        if (isOver) return;
        isOver = true;
        note({ kind: 'discovered', url, outcome: 'failed' });
        body$.error(new DiscoveryError(url, 'it fails', options));
      });
    };
    const fine = () => {
      say({
        errorCode: 0,
        connectionInfo: endpoints,
        authToken: cloud.newToken(),
        ...(plan.nextRequestDelay > 0 && { nextRequestDelay: plan.nextRequestDelay }),
      });
    };
    const wrong = [
      () => {
        say({ errorCode: -1 });
      },
      () => {
        say({ errorCode: 2, nextRequestDelay: 700 });
      },
      () => {
        say({ errorCode: 2 });
      },
      () => {
        fail(2 * latency(), { code: 503, retryAfter: 3000 });
      },
      () => {
        fail(2 * latency(), { code: 'ECONNRESET' });
      },
      () => undefined, // silence
      () => {
        say('<html>');
      },
      () => {
        say({ errorCode: 0, connectionInfo: [] });
      },
      () => {
        say({ errorCode: 1, connectionInfo: [discoveryUrl(0), discoveryUrl(9)] });
      },
    ] as const;
    const answer = () => {
      const down = network.has('network-down');
      const restarting = network.has('restart');
      if (down !== undefined) {
        if (down < 0.5) fail(1, { code: 'ENETUNREACH' });
        return;
      }
      if (restarting !== undefined && restarting < 0.5) {
        fail(2 * latency(), { code: 'ECONNREFUSED' });
        return;
      }
      const variant = network.has('discovery');
      // The one at the end of a redirect is always well, and the second knows nothing of the faults of the first.
      if (variant === undefined || url !== discoveryUrl(0)) fine();
      else (wrong[Math.floor(variant * wrong.length)] ?? fine)();
    };
    return defer(() => {
      note({ kind: 'discover', url });
      answer();
      return body$.pipe(
        finalize(() => {
          if (isOver) return;
          isOver = true;
          note({ kind: 'discovered', url, outcome: 'cut off' });
        }),
      );
    });
  };

  const dial = (url: string, token: string): Link => {
    const link = new Link(world, line, newLink(), url, cloud);
    links.add(link);
    note({ kind: 'dial', link: link.number, url, token });
    const refuse = (delay: number, error: ConnectError) => {
      later(delay, () => {
        link.fail(error);
      });
    };
    const down = network.has('network-down');
    if (down !== undefined) {
      if (down < 0.5) refuse(1, new ConnectError(url, 'no network', { code: 'ENETUNREACH' }));
      return link;
    }
    const reach = latency();
    // The name, TCP and TLS take some time before the cloud has a request to answer.
    clock.at(clock.now + reach, () => {
      if (link.isOver) return;
      const answer = cloud.upgrade(token);
      // A fault of the endpoints has more to it when it is not that of all of them.
      const isWell = answer !== 'accepted' && answer !== 'unauthorized' && url !== endpoints[0] && random.chance(0.5);
      if (answer === 'accepted' || (isWell && network.has('upgrade') !== undefined)) cloud.open(link);
      else if (answer === 'unauthorized') refuse(latency(), new UnauthorizedError(url));
      else if (answer === 'forbidden') refuse(latency(), new ConnectError(url, 'forbidden', { code: 403 }));
      else if (answer === 'unavailable')
        refuse(latency(), new ConnectError(url, 'unavailable', { code: 503, retryAfter: 2000 }));
      else if (answer === 'reset') refuse(latency(), new ConnectError(url, 'refused', { code: 'ECONNREFUSED' }));
    });
    return link;
  };

  return {
    links,
    transport: {
      identify: () => Array.from({ length: plan.discoveryUrls }, (_, index) => discoveryUrl(index)),
      discover: ({ url }) => discover(url),
      openSocket: ({ url, token }) =>
        defer(() => {
          open$.next(open$.value + 1);
          const link = dial(url, token);
          return link.socket$.pipe(
            finalize(() => {
              const wasOpen = link.isOpen;
              link.leave();
              links.delete(link);
              const gone = () => {
                open$.next(open$.value - 1);
              };
              if (wasOpen) later(Math.min(closing, 2 * latency()), gone);
              else gone();
            }),
          );
        }),
      idle$: open$.pipe(filter((open) => open === 0)),
    },
  };
};

const outcomeOf = (
  answer: object | string,
): { readonly outcome: 'endpoints' | 'redirect' | 'failed'; readonly urls?: readonly string[] } => {
  if (typeof answer === 'string') return { outcome: 'failed' };
  const { errorCode, connectionInfo } = answer as { errorCode: number; connectionInfo?: readonly string[] };
  const urls = connectionInfo ?? [];
  if (urls.length === 0 || errorCode > 1 || errorCode < 0) return { outcome: 'failed' };
  return { outcome: errorCode === 0 ? 'endpoints' : 'redirect', urls };
};
