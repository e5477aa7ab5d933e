import type { SimulationEvent } from '../model/events.js';
import type { SimulationJournal } from '../model/journal.js';
import type { HandledType, Plan, PlannedHandler } from '../model/plan.js';
import type { Monitor } from './monitor.js';

/** A handler that takes longer leaves its place to those of other types, in milliseconds. */
const slowAfter = 1000;
/** A pause of reading is no longer, in milliseconds. */
const longestPause = 250;
const tolerance = 200;

interface Job {
  readonly txn: string;
  /** The number of the message among those that were given to the app: one that failed comes again. */
  readonly message: number;
  readonly handler: number;
}

type Of<Kind extends SimulationEvent['kind']> = Extract<SimulationEvent, { kind: Kind }>;

/**
 * Handlers: those of a type work one after the other, in the order of the messages; so many run at a time but for the slow
 * ones; none waits without reason; one that takes too long is cut off, and reported as one that fails; and with too many
 * messages unhandled the link is not read for a moment.
 */
export const handlers = (plan: Plan): Monitor => new Handling(plan);

class Handling implements Monitor {
  readonly promise = 'handlers';
  readonly #plan: Plan;
  /** The jobs of each type that are waited for, the running one first. */
  readonly #jobs = new Map<HandledType, Job[]>();
  readonly #running = new Map<HandledType, number>();
  #changedAt = 0;
  #messages = 0;
  #isStopping = false;
  #failures = 0;
  /** True since there were too many unhandled messages, until there are half of it. */
  #wasFull = false;
  #mustPause = false;
  #pausedAt: number | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  readonly see = (event: SimulationEvent, journal: SimulationJournal): string | undefined => {
    if (this.#plan.handlers.length === 0) return undefined;
    switch (event.kind) {
      case 'process':
        this.#reset(event.what === 'stopping');
        return undefined;
      case 'received':
        this.#receive(event);
        return undefined;
      case 'handling':
        return this.#handle(event);
      case 'reading':
        this.#pausedAt = event.reads ? undefined : event.at;
        return undefined;
      case 'heard':
        return this.#hear(journal.links.get(event.link));
      case 'failure':
        if (event.where.startsWith('the handler of')) this.#failures--;
        return undefined;
      case 'tick':
        return this.#look(event.at, journal);
      default:
        return undefined;
    }
  };

  #reset(isStopping: boolean): void {
    this.#isStopping = isStopping;
    this.#jobs.clear();
    this.#running.clear();
    this.#failures = 0;
    this.#wasFull = this.#mustPause = false;
    this.#pausedAt = undefined;
  }

  #receive({ txn, at }: Of<'received'>): void {
    const type = typeOf(this.#plan, txn);
    const own = handlersOf(this.#plan, type);
    if (this.#isStopping || own.length === 0) return;
    const message = ++this.#messages;
    if ((this.#jobs.get(type) ?? []).length === 0) this.#changedAt = at;
    this.#jobs.set(type, [...(this.#jobs.get(type) ?? []), ...own.map(([handler]) => ({ txn, message, handler }))]);
    if (this.#wasFull || this.#unhandled() <= this.#plan.maxUnhandled) return;
    this.#wasFull = this.#mustPause = true;
  }

  #unhandled(): number {
    return new Set([...this.#jobs.values()].flatMap((jobs) => jobs.map(({ message }) => message))).size;
  }

  #handle({ txn, handler, what, at }: Of<'handling'>): string | undefined {
    if (this.#isStopping) return undefined;
    const type = typeOf(this.#plan, txn);
    const [next, ...later] = this.#jobs.get(type) ?? [];
    const beganAt = this.#running.get(type);
    this.#changedAt = at;
    if (next?.txn !== txn || next.handler !== handler)
      return `handler ${handler} ${what} on ${txn}, and it is the turn of ${next?.txn ?? 'nothing'}`;
    if (what === 'begins') {
      if (beganAt !== undefined) return `handler ${handler} begins ${txn} while another of ${type} runs`;
      const quick = this.#quick(at);
      this.#running.set(type, at);
      return quick < this.#plan.concurrency ? undefined : `${quick + 1} handlers run at a time`;
    }
    this.#running.delete(type);
    this.#jobs.set(type, later);
    if (this.#unhandled() <= this.#plan.maxUnhandled / 2) this.#wasFull = this.#mustPause = false;
    if (what !== 'ends') this.#failures++;
    const took = at - (beganAt ?? at);
    return what === 'is cut off' && took < this.#plan.handlerTimeout
      ? `handler ${handler} is cut off on ${txn} after ${took} ms`
      : undefined;
  }

  /** The number of those that run and have their place for sure. */
  #quick(at: number, after = slowAfter): number {
    return [...this.#running.values()].filter((beganAt) => at - beganAt < after).length;
  }

  #hear(link: SimulationJournal['current']): string | undefined {
    const isRead = this.#mustPause && link?.isOver === false && link.isRead;
    this.#mustPause = false;
    return isRead ? `${this.#unhandled()} messages are unhandled, and link ${link.number} is read` : undefined;
  }

  #look(at: number, { frozenUntil, current }: SimulationJournal): string | undefined {
    if (this.#isStopping || (frozenUntil > 0 && at - frozenUntil < this.#plan.handlerTimeout + slowAfter))
      return undefined;
    if (this.#failures !== 0) return `${this.#failures} handlers that failed were not reported`;
    for (const [type, beganAt] of this.#running)
      if (at - beganAt > this.#plan.handlerTimeout + tolerance) return `a handler of ${type} is not cut off`;
    if (this.#pausedAt !== undefined && current && at - this.#pausedAt > longestPause + tolerance)
      return `link ${current.number} is not read for ${at - this.#pausedAt} ms`;
    if (
      at - this.#changedAt < slowAfter + tolerance ||
      this.#quick(at, slowAfter + tolerance) >= this.#plan.concurrency
    )
      return undefined;
    const waiting = [...this.#jobs].find(([type, jobs]) => jobs.length > 0 && !this.#running.has(type));
    return waiting && `${waiting[1][0]?.txn ?? ''} waits for its handler without reason`;
  }
}

/** The type of a message of the cloud. */
export const typeOf = ({ cloudMessages }: Plan, txn: string): HandledType =>
  cloudMessages.find(({ id }) => txn === `cloud-${id}`)?.type ?? 'desiredStatus';

/** The handlers of a type, with their places in the plan. */
export const handlersOf = (
  { handlers: all }: Plan,
  type: HandledType,
): readonly (readonly [number, PlannedHandler])[] => [...all.entries()].filter(([, handler]) => handler.type === type);
