import { discoveryUrls } from '../model/discovery.js';
import type { SimulationEvent } from '../model/events.js';
import type { Plan } from '../model/plan.js';
import type { Monitor } from './monitor.js';

/** L4: a discovery begins with the URL that has not failed, or did so longest ago, and asks the others in that order. */
export const discovery = ({ discoveryUrls: count }: Plan): Monitor => {
  const urls = discoveryUrls(count);
  /** Those that failed since they last answered, the latest last. */
  let failed: string[] = [];
  /** Those that are still to be asked, of a discovery that is under way. */
  let left: string[] | undefined;
  let current: string | undefined;
  let isBusy = false;
  /** True after a discovery that may have been given up for another reason. */
  let isUnsure = false;
  const fail = () => {
    if (current === undefined) return;
    failed = [...failed.filter((url) => url !== current), current];
    current = undefined;
  };
  const ask = (url: string): string | undefined => {
    if (!urls.includes(url)) return undefined; // a redirect
    fail(); // the one before
    left ??= [...urls].sort((one, other) => failed.indexOf(one) - failed.indexOf(other));
    const [next, ...others] = left;
    left = others;
    current = url;
    isBusy = false;
    return url === next || isUnsure ? undefined : `asks ${url}, and it is the turn of ${next ?? 'nobody'}`;
  };
  const see = (event: SimulationEvent): string | undefined => {
    switch (event.kind) {
      case 'process':
        if (event.what !== 'started') return undefined;
        failed = [];
        left = current = undefined;
        isUnsure = false;
        return undefined;
      case 'fault':
        isUnsure ||= event.fault.kind === 'credentials';
        return undefined;
      case 'discover':
        return ask(event.url);
      case 'discovered':
        isBusy = event.isBusy === true;
        if (event.outcome !== 'endpoints') return undefined;
        failed = failed.filter((url) => url !== current);
        left = current = undefined;
        return undefined;
      case 'state':
        if (event.state !== 'waiting') return undefined;
        if (!isBusy) fail();
        left = current = undefined;
        return undefined;
      default:
        return undefined;
    }
  };
  return {
    promise: 'L4',
    see: (event, journal) => (event.kind === 'state' && journal.isAgain(event) ? undefined : see(event)),
  };
};
