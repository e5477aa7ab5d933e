import { EMPTY, finalize, mergeMap, NEVER, tap, throwError, timer, type Observable } from 'rxjs';
import type { CloudMessage } from '../../../lib/protocol/envelope.js';
import type { Work } from '../../../lib/receiving/handlers.js';
import type { TimeLine } from '../../../lib/testing/virtual/clock.js';
import type { Unit } from '../../../lib/unit/unit.js';
import type { PlannedHandler } from './plan.js';
import { Random } from './random.js';
import type { SimulatedWorld } from './world.js';

/** The error of a handler that fails on purpose. */
const failure = () => new Error('a handler that fails');

/** Adds the planned handlers to a unit: at once, slow, failing or hanging, each noted as it begins and ends. */
export const addHandlers = (unit: Unit, world: SimulatedWorld, line: TimeLine, process: number): void => {
  const { plan, clock, note } = world;
  const random = Random.of(plan.seed, 7, process);
  const outcome = ({ fails, hangs }: PlannedHandler): 'ends' | 'fails' | 'hangs' => {
    const drawn = clock.now < plan.healAt ? random.next() : 1; // all is well at last
    if (drawn < hangs) return 'hangs';
    return drawn < hangs + fails ? 'fails' : 'ends';
  };
  const work = (planned: PlannedHandler, handler: number, txn: string): Work => {
    let isOver = false;
    const tell = (what: 'begins' | 'ends' | 'fails' | 'is cut off') => {
      isOver = what !== 'begins';
      note({ kind: 'handling', txn, handler, what });
    };
    const result = outcome(planned);
    tell('begins');
    if (planned.takes === 0 && result !== 'hangs') {
      tell(result);
      if (result === 'fails') throw failure();
      return undefined;
    }
    const end$: Observable<never> = result === 'fails' ? throwError(() => failure()) : EMPTY;
    return (result === 'hangs' ? NEVER : timer(planned.takes, line).pipe(mergeMap(() => end$))).pipe(
      tap({
        complete: () => {
          tell('ends');
        },
        error: () => {
          tell('fails');
        },
      }),
      finalize(() => {
        if (!isOver && !line.closed) tell('is cut off');
      }),
    );
  };
  for (const [handler, planned] of plan.handlers.entries()) {
    const { type, ack } = planned;
    unit.handle(type, ({ header }: CloudMessage) => work(planned, handler, header.txn), { ack });
  }
};
