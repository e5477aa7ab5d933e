import { BehaviorSubject, defer, filter, finalize } from 'rxjs';
import { ConnectError, UnauthorizedError } from '../../../lib/errors.js';
import type { TimeLine } from '../../../lib/testing/virtual/clock.js';
import type { Transport } from '../../../lib/transport/types.js';
import type { SimulatedCloud, UpgradeAnswer } from './cloud.js';
import { discoveryUrls, endpointUrls, simulatedDiscovery } from './discovery.js';
import { SimulatedLink } from './link.js';
import type { SimulatedWorld } from './world.js';

/** The transport of a process, and its links, which outlive it. */
export interface SimulatedTransport {
  readonly transport: Transport;
  readonly links: ReadonlySet<SimulatedLink>;
}

/** The time after which a socket closes by itself, in milliseconds. */
const closing = 250;

/** Returns a transport through the model of a network to the model of a cloud. */
export const simulatedTransport = (
  world: SimulatedWorld,
  line: TimeLine,
  cloud: SimulatedCloud,
  newLink: () => number,
): SimulatedTransport => {
  const { plan, clock, random, note } = world;
  const links = new Set<SimulatedLink>();
  const open$ = new BehaviorSubject(0);
  const latency = () => random.whole(...plan.latency);
  const [firstEndpoint] = endpointUrls(plan.endpoints);
  const discover = simulatedDiscovery(world, line, cloud);

  const open = (url: string, token: string): SimulatedLink => {
    const link = new SimulatedLink(world, line, newLink(), url, cloud);
    links.add(link);
    note({ kind: 'dial', link: link.number, url, token });
    dial({ link, url, token, world, line, cloud, latency, isFirst: url === firstEndpoint });
    return link;
  };
  const leave = (link: SimulatedLink) => {
    const wasOpen = link.isOpen;
    link.leave();
    links.delete(link);
    const gone = () => {
      open$.next(open$.value - 1);
    };
    if (wasOpen) clock.push(clock.now + Math.min(closing, 2 * latency()), line, gone);
    else gone();
  };

  return {
    links,
    transport: {
      identify: () => discoveryUrls(plan.discoveryUrls),
      discover: ({ url }) => discover(url),
      openSocket: ({ url, token }) =>
        defer(() => {
          open$.next(open$.value + 1);
          const link = open(url, token);
          return link.socket$.pipe(
            finalize(() => {
              leave(link);
            }),
          );
        }),
      idle$: open$.pipe(filter((open) => open === 0)),
    },
  };
};

interface DialOptions {
  readonly link: SimulatedLink;
  readonly url: string;
  readonly token: string;
  readonly world: SimulatedWorld;
  readonly line: TimeLine;
  readonly cloud: SimulatedCloud;
  readonly latency: () => number;
  /** True for the first endpoint, which has every fault of the endpoints. */
  readonly isFirst: boolean;
}

/** Dials: the network or the cloud opens the link, lets it fail, or never answers. */
const dial = ({ link, url, token, world, line, cloud, latency, isFirst }: DialOptions): void => {
  const { clock, network, random } = world;
  const refuse = (delay: number, error: ConnectError) => {
    clock.push(clock.now + delay, line, () => {
      link.fail(error);
    });
  };
  const down = network.has('network-down');
  if (down !== undefined) {
    if (down < 0.5) refuse(1, new ConnectError(url, 'no network', { code: 'ENETUNREACH' }));
    return;
  }
  // The name, TCP and TLS take some time before the cloud has a request to answer.
  clock.at(clock.now + latency(), () => {
    if (link.isOver) return;
    const answer = cloud.upgrade(token);
    // A fault of the endpoints has more to it when it is not that of all of them.
    const isWell = answer !== 'accepted' && answer !== 'unauthorized' && !isFirst && random.chance(0.5);
    const error = errorOf(answer, url);
    if (answer === 'accepted' || (isWell && network.has('upgrade') !== undefined)) cloud.open(link);
    else if (error) refuse(latency(), error);
  });
};

const errorOf = (answer: UpgradeAnswer, url: string): ConnectError | undefined => {
  switch (answer) {
    case 'unauthorized':
      return new UnauthorizedError(url);
    case 'forbidden':
      return new ConnectError(url, 'forbidden', { code: 403 });
    case 'unavailable':
      return new ConnectError(url, 'unavailable', { code: 503, retryAfter: 2000 });
    case 'reset':
      return new ConnectError(url, 'refused', { code: 'ECONNREFUSED' });
    default:
      return undefined;
  }
};
