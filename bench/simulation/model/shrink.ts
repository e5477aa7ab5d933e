import type { Violation } from './events.js';
import type { Plan, PlannedMessage } from './plan.js';
import { runPlan } from './run-plan.js';

/** Options of {@link shrinkSimulation}. */
export interface ShrinkOptions {
  /** Returns the violation in a plan. Default: the result of a run. */
  readonly judge?: (plan: Plan) => Violation | undefined;
  /** So many plans are tried. Default 500. */
  readonly most?: number;
}

type List = 'faults' | 'messages' | 'cloudMessages';

/** Settings that make a run simpler. */
const simpler: readonly Partial<Plan>[] = [
  { profile: { late: 0, nack: 0, lostAck: 0, dropped: 0, doubled: 0 } },
  { latency: [1, 1] },
  { endpoints: 1 },
  { discoveryUrls: 1 },
  { pingInterval: 0 },
  { nextRequestDelay: 0 },
  { maxInFlight: 256 },
  { maxUnhandled: 256, handling: 0 },
  { handlers: [] },
  { concurrency: 4 },
  { store: 'none' },
  { backoff: 'aos' },
  { frameWeight: 200 },
  { ackOver: 'same' },
];

/**
 * The smallest plan that it finds which breaks the same promise: fewer faults, fewer messages, simpler settings. Gives
 * the plan back where that breaks none.
 */
export const shrinkSimulation = (
  plan: Plan,
  { judge = (tried) => runPlan(tried).violation, most = 500 }: ShrinkOptions = {},
): Plan => {
  const promise = judge(plan)?.promise;
  if (promise === undefined) return plan;
  let smallest = plan;
  let tried = 0;
  const take = (next: Plan): boolean => {
    if (tried >= most) return false;
    tried++;
    if (judge(next)?.promise !== promise) return false;
    smallest = next;
    return true;
  };
  /** Leaves out parts of a list, the large ones first. */
  const thin = (list: List) => {
    for (let size = Math.ceil(smallest[list].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let from = smallest[list].length - size; from > -size; from -= size) {
        const start = Math.max(0, from);
        take({ ...smallest, [list]: smallest[list].filter((_, index) => index < start || index >= from + size) });
      }
  };
  const plain = ({ id, at }: PlannedMessage): PlannedMessage => ({ id, at });
  let before: Plan;
  do {
    before = smallest;
    for (const list of ['faults', 'messages', 'cloudMessages'] as const) thin(list);
    for (const settings of simpler)
      if (Object.entries(settings).some(([name, value]) => !isSame(smallest[name as keyof Plan], value)))
        take({ ...smallest, ...settings });
    for (const [index, message] of smallest.messages.entries())
      if (Object.keys(message).length > 2)
        take({ ...smallest, messages: smallest.messages.with(index, plain(message)) });
  } while (smallest !== before && tried < most);
  return smallest;
};

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
