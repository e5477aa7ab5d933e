import type { Monitor } from './monitor.js';
import type { SimulationEvent } from '../model/events.js';
import type { Plan } from '../model/plan.js';

/** A renewal of the token begins so soon, in milliseconds. */
const atOnce = 5;

/**
 * L4: each URL of a discovery is tried before the next discovery; a 401 discovers anew at once, and once; and nothing is
 * tried without a wait after all has failed.
 */
export const endpoints = ({ connectTimeout }: Plan): Monitor => {
  let urls: readonly string[] = [];
  /** After what may have been one thing or another. */
  let isUnsure = false;
  /** Since the last opening one was given up for its time; what the next discovery names may come in another order. */
  let hasHung = false;
  let isRenewed = false;
  let renewBy: number | undefined;
  let mustWait = false;
  let dialled = new Map<number, { readonly url: string; readonly at: number; isOpen: boolean }>();
  const reset = () => {
    [urls, isUnsure, hasHung, isRenewed, renewBy, mustWait] = [[], false, false, false, undefined, false];
    dialled = new Map();
  };
  const end = (event: Extract<SimulationEvent, { kind: 'ended' }>) => {
    const dial = dialled.get(event.link);
    if (!dial || dial.isOpen) return;
    if (event.cause === 'UnauthorizedError') {
      urls = [];
      if (isRenewed) mustWait = true;
      else renewBy = event.at + atOnce;
      isRenewed = true;
    } else if (event.by === 'network') urls = urls.filter((url) => url !== dial.url);
    else if (event.at >= dial.at + connectTimeout) isUnsure = hasHung = true; // its time was over, or it was in the way
  };
  const wait = ({ cause, attempt }: Extract<SimulationEvent, { kind: 'state' }>) => {
    mustWait = false;
    if (cause !== 'UnstableConnectionError') return;
    const [first, ...others] = urls;
    urls = attempt === 1 || first === undefined ? [] : [...others, first];
  };
  return {
    promise: 'L4',
    see: (event, journal) => {
      switch (event.kind) {
        case 'process':
          if (event.what === 'started') reset();
          return undefined;
        case 'fault':
          if (event.fault.kind !== 'credentials') return undefined;
          renewBy = undefined;
          mustWait = false;
          isUnsure = true;
          return undefined;
        case 'discover':
          if (mustWait && !isUnsure) return 'discovers again after a second 401, without a wait';
          if (renewBy !== undefined && event.at > Math.max(renewBy, journal.frozenUntil + atOnce))
            return 'does not discover at once after a 401';
          renewBy = undefined;
          return urls.length > 0 && !isUnsure ? `discovers, and has not tried ${urls.join(', ')}` : undefined;
        case 'discovered':
          if (event.outcome === 'endpoints') {
            urls = event.urls ?? [];
            isUnsure = hasHung;
          }
          return undefined;
        case 'dial': {
          const [first] = urls;
          dialled.set(event.link, { url: event.url, at: event.at, isOpen: false });
          if (isUnsure) return undefined;
          if (renewBy !== undefined || mustWait) return `dials ${event.url} with a token that was refused`;
          return event.url === first ? undefined : `dials ${event.url}, and it is the turn of ${first ?? 'nobody'}`;
        }
        case 'opened': {
          const dial = dialled.get(event.link);
          if (dial) dial.isOpen = true;
          isRenewed = hasHung = false;
          return undefined;
        }
        case 'ended':
          end(event);
          return undefined;
        case 'state':
          if (event.state !== 'waiting' || journal.isAgain(event)) return undefined;
          if (renewBy !== undefined && !isUnsure) return 'waits after a first 401, and does not discover at once';
          wait(event);
          return undefined;
        default:
          return undefined;
      }
    },
  };
};
