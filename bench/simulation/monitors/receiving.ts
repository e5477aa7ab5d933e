import type { SimulationEvent } from '../model/events.js';
import type { SimulationJournal } from '../model/journal.js';
import type { Plan } from '../model/plan.js';
import { handlersOf, typeOf } from './handlers.js';
import type { Monitor } from './monitor.js';

/** With so much unsent, in bytes, a unit acks nothing. */
const ackLimit = 8 * 1024 * 1024;

/**
 * D9: each message of the cloud is acked whenever it comes, and given to the app once. Where a handler asks for it, it is
 * acked once all such handlers are done, and not if one failed: then it is given to the app again when it comes again.
 */
export const receiving = (plan: Plan): Monitor => new Receiving(plan);

type Of<Kind extends SimulationEvent['kind']> = Extract<SimulationEvent, { kind: Kind }>;

/** A message that is acked after it was handled. */
interface Unacked {
  /** The number of handlers that its ack waits for. */
  left: number;
  failed: boolean;
  /** The link it came over last. */
  link: number;
}

class Receiving implements Monitor {
  readonly promise = 'D9';
  readonly #plan: Plan;
  readonly #received = new Set<string>();
  readonly #unacked = new Map<string, Unacked>();
  #isAcked = false;
  #hasFailed = false; // since the message that is being heard came
  #isStopping = false;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  readonly see = (event: SimulationEvent, journal: SimulationJournal): string | undefined => {
    switch (event.kind) {
      case 'process':
        this.#isStopping = event.what === 'stopping';
        this.#unacked.clear();
        if (event.what === 'started') this.#received.clear();
        return undefined;
      case 'received':
        return this.#receive(event.txn);
      case 'handling':
        if (!this.#isStopping) this.#handle(event, journal);
        return undefined;
      case 'write':
        return event.frame === 'ack' ? this.#ack(event) : undefined;
      case 'hears':
        if (event.frame === 'message') this.#isAcked = this.#hasFailed = false;
        return undefined;
      case 'heard':
        return event.frame === 'message' ? this.#hear(event, journal) : undefined;
      case 'tick':
        return this.#look(journal);
      default:
        return undefined;
    }
  };

  #waitsFor(txn: string): number {
    return handlersOf(this.#plan, typeOf(this.#plan, txn)).filter(([, { ack }]) => ack === 'after').length;
  }

  #receive(txn: string): string | undefined {
    const left = this.#waitsFor(txn);
    if (this.#isStopping && left > 0) return undefined; // a handler may fail before the stop comes to it
    if (this.#received.has(txn)) return `${txn} was given to the app twice`;
    this.#received.add(txn);
    if (left > 0) this.#unacked.set(txn, { left, failed: false, link: 0 });
    return undefined;
  }

  #handle({ txn, handler, what }: Of<'handling'>, { links }: SimulationJournal): void {
    const unacked = this.#unacked.get(txn);
    if (!unacked || what === 'begins' || this.#plan.handlers[handler]?.ack !== 'after') return;
    unacked.left--;
    unacked.failed ||= what !== 'ends';
    // Too much lies unsent for an ack: it is acked when it comes again.
    if (unacked.left === 0 && (links.get(unacked.link)?.buffered ?? 0) >= ackLimit) this.#unacked.delete(txn);
    if (unacked.left > 0 || !unacked.failed) return;
    this.#unacked.delete(txn);
    this.#received.delete(txn);
    this.#hasFailed = true;
  }

  #ack({ txn }: Of<'write'>): string | undefined {
    this.#isAcked = true;
    if (this.#isStopping || this.#waitsFor(txn) === 0) return undefined;
    const left = this.#unacked.get(txn)?.left;
    this.#unacked.delete(txn);
    return this.#received.has(txn) && !left ? undefined : `${txn} is acked, and was not handled`;
  }

  #hear({ txn, link: number }: Of<'hears' | 'heard'>, { links }: SimulationJournal): string | undefined {
    const link = links.get(number);
    const unacked = this.#unacked.get(txn);
    if (unacked) unacked.link = number;
    if (unacked || this.#hasFailed || (this.#isStopping && this.#waitsFor(txn) > 0)) return undefined;
    if (!this.#received.has(txn)) return `${txn} was not given to the app`;
    return this.#isAcked || !link || link.isOver || link.buffered >= ackLimit ? undefined : `${txn} was not acked`;
  }

  /** What was handled is acked. */
  #look({ links }: SimulationJournal): string | undefined {
    for (const [txn, { left, link: number }] of this.#unacked) {
      if (left > 0 || this.#isStopping) continue;
      const link = links.get(number);
      this.#unacked.delete(txn); // acked when it comes again
      if (link && !link.isOver && link.buffered < ackLimit) return `${txn} was handled, and not acked`;
    }
    return undefined;
  }
}
