import type { Plan } from '../model/plan.js';
import type { SimulationEvent } from '../model/events.js';
import { stableAfter } from '../model/unit-defaults.js';
import { Deadlines, type Monitor } from './monitor.js';

/** The attempts of a cycle. */
const attempts = 5;
/** The first delay where the cloud asks for none, in milliseconds. */
const usual = 1000;
/** A cloud that asks for a shorter first delay gets this one, in milliseconds. */
const leastAsked = 500;
/** The first delay that a discovery of the model asks for which refuses, in milliseconds. */
const repeatLater = 700;
/** The waits that a cloud of the model asks for with a refusal, in milliseconds: each replaces that of the backoff. */
const refusals = { shortest: 2000, longest: 3000 };
/** The longest wait for the turn of a connection that did not last, in milliseconds. */
const longestTurn = 10_000;
/** The longest wait of `fleet` in its first three cycles, without the first delay that the cloud asks for, in milliseconds. */
const firstCap = 29_000;
const longest = 600_000;
/** The first attempt after one that was lost comes within this time with `fleet`, in milliseconds. */
const spread = 5000;
/** So much later than the wait a next attempt may begin, in milliseconds. */
const tolerance = 5;

type Waiting = Extract<SimulationEvent, { kind: 'state' }>;

/**
 * L6a: the attempts are counted from 1 to 5, then from 1 again; the waits before them are those of the backoff, and each
 * lasts as long as it was said to.
 */
export const waits = (plan: Plan): Monitor => {
  const { backoff, nextRequestDelay } = plan;
  const isRefused = plan.faults.some(({ kind }) => kind === 'upgrade' || kind === 'discovery');
  const answered = nextRequestDelay || usual;
  /** The first delays that may be in force, in milliseconds. */
  let bases = [usual];
  /** After a connection that has lasted the first attempt of a new cycle is due at once. */
  const boundsAfterConnection: readonly [number, number] = [0, backoff === 'fleet' ? spread : 0];
  const bounds = (attempt: number): readonly [number, number] => {
    const least = Math.max(leastAsked, Math.min(...bases));
    const floor = isRefused ? refusals.shortest : Infinity;
    const asked = Math.max(usual, ...bases);
    if (backoff === 'fleet') {
      const cap = Math.min(longest, (asked + firstCap) * 2 ** Math.max(0, cycle - 3));
      // Without a refusal at most three times the wait before.
      const jittered = isRefused ? refusals.longest + cap : Math.min(cap, 3 * Math.max(asked, lastDelay));
      return [attempt > 1 ? Math.min(least, floor) : 0, Math.max(jittered, longestTurn)];
    }
    const doubled = attempt < 2 ? 0 : 2 ** (attempt - 2);
    return [Math.min(least * doubled, floor), Math.max(asked * Math.max(doubled, 1), refusals.longest, longestTurn)];
  };
  const deadlines = new Deadlines();
  let last = 1; // the attempt that follows the last wait
  let lastDelay = 0;
  let cycle = 1;
  let openedAt = Infinity; // the last connection
  let isNew = false; // a connection may have begun a new cycle
  let isRestarted = false; // by other credentials
  let until: number | undefined; // the end of the wait
  const begin = ({ attempt = 0, delay = 0, cause = '', at }: Waiting): string | undefined => {
    const next = (last % attempts) + 1;
    const hasLasted = isNew && at - openedAt >= stableAfter;
    // The first of a cycle; the second, where the cloud asked to stay away.
    const isFirst = isNew && (attempt === 1 || (attempt === 2 && cause === 'ConnectionClosedError'));
    if (!isFirst && !isRestarted && (hasLasted || attempt !== next))
      return `waits for attempt ${attempt}, and it is ${hasLasted ? 1 : next}`;
    if (isFirst || isRestarted) cycle = 1;
    else if (attempt < last) cycle++;
    last = attempt;
    isNew = isRestarted = false;
    openedAt = Infinity;
    const end = (until = at + delay);
    deadlines.add(end + tolerance, () =>
      until === end ? `waited for ${delay} ms, and nothing was tried after it` : undefined,
    );
    const [from, to] = hasLasted && attempt === 1 ? boundsAfterConnection : bounds(attempt);
    lastDelay = delay;
    return delay < from || delay > to
      ? `waits ${delay} ms before attempt ${attempt}, and not ${from} to ${to}`
      : undefined;
  };
  return {
    promise: 'L6a',
    see: (event, journal) => {
      const late = deadlines.see(event, journal);
      if (late !== undefined) return late;
      switch (event.kind) {
        case 'process':
          if (event.what === 'stopping') return undefined;
          last = cycle = 1;
          lastDelay = 0;
          openedAt = Infinity;
          bases = [usual];
          isNew = isRestarted = false;
          until = undefined;
          return undefined;
        case 'opened':
          isNew = true;
          openedAt = event.at;
          until = undefined;
          return undefined;
        case 'fault':
          if (event.fault.kind !== 'credentials') return undefined;
          isRestarted = true;
          openedAt = Infinity;
          until = undefined;
          return undefined;
        case 'discover':
        case 'dial': {
          const early = until !== undefined && event.at < until;
          until = undefined;
          return early ? 'tries before its wait is over' : undefined;
        }
        case 'discovered':
          if (event.outcome === 'endpoints') bases = [answered];
          else if (event.outcome === 'failed') bases = [usual, answered, repeatLater]; // by what it said
          return undefined;
        case 'state':
          if (event.state === 'stopped') until = undefined;
          return event.state === 'waiting' && !journal.isAgain(event) ? begin(event) : undefined;
        default:
          return undefined;
      }
    },
  };
};
