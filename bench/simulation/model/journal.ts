import type { SimulationEvent } from './events.js';
import type { Plan, PlannedMessage } from './plan.js';
import { highWater } from './unit-defaults.js';

/** The record of a message in one process. */
export interface Sheet {
  readonly txn: string;
  /** Its place in the order of acceptance; what was restored has one below 0. */
  readonly place: number;
  readonly message: PlannedMessage | undefined;
  readonly acceptedAt: number;
  readonly isRestored: boolean;
  status: string | undefined;
  cause: string | undefined;
  isFinal: boolean;
  isOnDisk: boolean;
  writes: number;
  /** The link of the last write. */
  link: number;
  writtenAt: number;
  text: string | undefined;
  /** The number of its ack timeouts that counted. */
  timeouts: number;
  isAcked: boolean;
  /** Until then a nack keeps it. */
  heldUntil: number;
  /** The same, where a nack asks for so little that it is not taken at its word. */
  keptUntil: number;
  /** The number of its nacks. */
  nacks: number;
  /** Its lane; 0 goes first. */
  readonly lane: number;
  /** In flight at so many ends of links in a row, those by the unit left out but for links that fell silent. */
  ends: number;
  /** True if it was written last right after a pong, with nothing else in flight: as suspects are. */
  isSentAlone: boolean;
  /** True if a link has ended on it while it was alone: from then on all suspects go last. */
  isCulprit: boolean;
}

const lanes = ['urgent', 'normal', 'bulk'];
/** In flight at so many ends in a row, a message may be kept apart from the others. */
const suspectAfter = 2;

/** A link that lives on for so long after a message, or for half the ack timeout, did not end on it, in milliseconds. */
const leastProof = 5000;

/** A nack that asks for less than this, in milliseconds, is not taken at its word when it comes again and again. */
const usualWait = 500;
/** Returns the time for which such a nack holds a message, in milliseconds; the first is number 1. */
const nackFloor = (nacks: number): number => Math.min(100 * 2 ** Math.max(0, nacks - 3), 10_000);

/** The record of a link. */
export interface LinkSheet {
  readonly number: number;
  readonly url: string;
  openedAt: number;
  isOpen: boolean;
  isOver: boolean;
  isRead: boolean;
  /** The time at which the unit last received anything. */
  heardAt: number;
  /** The time at which the unit last received a pong. */
  pongAt: number;
  buffered: number;
}

const finalStatus = (status: string, cause: string | undefined, sheet: Sheet): boolean =>
  status === 'acknowledged' ||
  status === 'dropped' ||
  (status === 'sent' && sheet.message?.sendOnly === true) ||
  (status === 'requeued' && cause === 'StoppedError');

/** The journal of the running process: its messages and links so far, by its events. */
export class SimulationJournal {
  readonly plan: Plan;
  readonly sheets: Map<string, Sheet> = new Map<string, Sheet>();
  readonly links: Map<number, LinkSheet> = new Map<number, LinkSheet>();
  /** The open link. */
  current: LinkSheet | undefined;
  frozenUntil = 0;
  #frozenFrom = 0;
  readonly #lanes = new Map<string, number>(); // also of what an earlier process accepted
  /** The last reported state of the connection. */
  state: Extract<SimulationEvent, { kind: 'state' }> | undefined;
  /** The messages that were written and have no fate yet, and are not to be written again. */
  inFlight = 0;
  /** The last link that was found dead with messages in flight. */
  #dead = { link: 0, carried: 0 };
  /** The end of the last time in which the cloud did not read. */
  #slowUntil = -Infinity;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  /** True if a message could be written now. */
  get isFree(): boolean {
    return this.current !== undefined && this.inFlight < this.plan.maxInFlight && this.current.buffered <= highWater;
  }

  /** True if there is a message that may have ended links, which is sent alone: others wait while it is in flight. */
  get hasSuspects(): boolean {
    for (const sheet of this.sheets.values()) if (this.isSuspect(sheet)) return true;
    return false;
  }

  isSuspect({ ends, isFinal }: Sheet): boolean {
    return ends >= suspectAfter && !isFinal;
  }

  /**
   * Returns true if this message waits behind a suspect, which keeps its place in line until a link has ended on a suspect
   * that was alone; from then on the suspects go last.
   */
  isBehindSuspect({ lane, place }: Sheet): boolean {
    const suspects = [...this.sheets.values()].filter((sheet) => this.isSuspect(sheet));
    if (suspects.some(({ isCulprit }) => isCulprit)) return false;
    return suspects.some((suspect) => suspect.lane < lane || (suspect.lane === lane && suspect.place < place));
  }

  /** Returns true if a state is reported again because the store has begun to fail, or works again. */
  isAgain({ state, storeError }: Extract<SimulationEvent, { kind: 'state' }>): boolean {
    return this.state?.state === state && this.state.storeError !== storeError;
  }

  see(event: SimulationEvent): void {
    switch (event.kind) {
      case 'state':
        this.state = event;
        return;
      case 'process':
        if (event.what === 'started') this.#turnPage();
        if (event.what === 'crashed') this.current = undefined;
        return;
      case 'fault':
        if (event.fault.kind === 'freeze') this.#freeze(event.at, event.at + event.fault.duration);
        if (event.fault.kind === 'slow-reader') this.#slowUntil = event.at + event.fault.duration;
        return;
      case 'accepted':
        this.#add(event.txn, event.at, event.message);
        return;
      case 'restored':
        for (const [index, txn] of event.txns.entries()) this.#add(txn, event.at, undefined, index - event.txns.length);
        return;
      case 'report': {
        const sheet = this.sheets.get(event.txn);
        if (sheet) this.#report(sheet, event.status, event.cause);
        return;
      }
      case 'write':
        this.#write(event);
        return;
      case 'hears':
        this.#hear(event);
        if (event.frame === 'ack') this.#ack(event.txn);
        if (event.frame === 'nack') this.#nack(event.txn, event.at, event.retryAfter ?? 0);
        return;
      default:
        this.#seeLink(event);
    }
  }

  #seeLink(event: SimulationEvent): void {
    switch (event.kind) {
      case 'dial':
        this.links.set(event.link, {
          number: event.link,
          url: event.url,
          openedAt: Infinity,
          isOpen: false,
          isOver: false,
          isRead: true,
          heardAt: -Infinity,
          pongAt: -Infinity,
          buffered: 0,
        });
        return;
      case 'opened': {
        const link = this.links.get(event.link);
        if (!link) return;
        link.openedAt = event.at;
        link.isOpen = true;
        this.current = link;
        return;
      }
      case 'ended': {
        const link = this.links.get(event.link);
        if (!link) return;
        const wasOpen = link.isOpen;
        link.isOpen = false;
        link.isOver = true;
        if (wasOpen) this.#end(event.link, event.at, event.by === 'network');
        if (this.current === link) this.current = undefined;
        return;
      }
      case 'emptied': {
        const link = this.links.get(event.link);
        if (link) link.buffered = 0;
        return;
      }
      case 'reading': {
        const link = this.links.get(event.link);
        if (link) link.isRead = event.reads;
        return;
      }
      default:
    }
  }

  /** A link ended, and with it what was in flight. What a dead link carried was reported before, one by one. */
  #end(link: number, at: number, isByNetwork: boolean): void {
    const lost = this.#inFlightOn(link);
    const isEmpty = lost.length === 0 && this.#dead.link !== link;
    const provenAfter = Math.max(this.plan.ackTimeout / 2, leastProof);
    // A link that ends with nothing in flight shows that links end without those messages as well.
    if (isEmpty)
      for (const sheet of this.sheets.values())
        if (isByNetwork) this.#clear(sheet);
        else sheet.isCulprit = false;
    if (isByNetwork)
      for (const sheet of lost)
        if (at - sheet.writtenAt > provenAfter) this.#clear(sheet);
        else this.#suspect(sheet, lost.length === 1);
  }

  #inFlightOn(link: number): readonly Sheet[] {
    return [...this.sheets.values()].filter(
      (sheet) => sheet.link === link && sheet.status === 'sent' && !sheet.isFinal,
    );
  }

  #suspect(sheet: Sheet, isAlone: boolean): void {
    // Where the cloud has not read all of it, the unit does not count the end.
    const isRead = this.#slowUntil < (this.links.get(sheet.link)?.openedAt ?? 0);
    sheet.isCulprit ||= isAlone && isRead && sheet.isSentAlone;
    sheet.ends++;
  }

  #clear(sheet: Sheet): void {
    sheet.ends = 0;
    sheet.isCulprit = false;
  }

  #turnPage(): void {
    this.sheets.clear();
    this.links.clear();
    this.current = undefined;
    this.state = undefined;
    this.inFlight = 0;
    this.frozenUntil = this.#frozenFrom = 0;
  }

  #freeze(from: number, until: number): void {
    if (from > this.frozenUntil) this.#frozenFrom = from;
    this.frozenUntil = Math.max(this.frozenUntil, until);
  }

  /** Returns true if a timer due then ran before `at`: what falls into a standstill runs after it. */
  hasFired(due: number, at: number): boolean {
    return due < at && (at > this.frozenUntil || due <= this.#frozenFrom);
  }

  #add(txn: string, acceptedAt: number, message: PlannedMessage | undefined, place = this.sheets.size): void {
    if (message) this.#lanes.set(txn, lanes.indexOf(message.lane ?? 'normal'));
    this.sheets.set(txn, {
      lane: this.#lanes.get(txn) ?? 1,
      nacks: 0,
      keptUntil: -Infinity,
      ends: 0,
      isSentAlone: false,
      isCulprit: false,
      txn,
      place,
      message,
      acceptedAt,
      isRestored: message === undefined,
      status: undefined,
      cause: undefined,
      isFinal: false,
      isOnDisk: message === undefined,
      writes: 0,
      link: 0,
      writtenAt: -Infinity,
      text: undefined,
      timeouts: 0,
      isAcked: false,
      heldUntil: -Infinity,
    });
  }

  #report(sheet: Sheet, status: string, cause: string | undefined): void {
    if (status === 'requeued' && cause === 'DeadLinkError') {
      const { link } = sheet;
      if (this.#dead.link !== link) this.#dead = { link, carried: this.#inFlightOn(link).length };
      this.#suspect(sheet, this.#dead.carried === 1);
    }
    if (sheet.status === 'sent' && sheet.message?.sendOnly !== true) this.inFlight--;
    sheet.status = status;
    sheet.cause = cause;
    sheet.isFinal ||= finalStatus(status, cause, sheet);
    if (status === 'queued' && cause === undefined && this.isToBeKept(sheet)) sheet.isOnDisk = true;
    if (status === 'sent' && sheet.message?.sendOnly !== true) this.inFlight++;
    if (cause === 'AckTimeoutError' && status === 'requeued') {
      sheet.timeouts++;
      this.#clear(sheet);
    }
    if (status === 'requeued' && cause !== 'NackError') sheet.heldUntil = sheet.keptUntil = -Infinity;
  }

  /** Returns true if this message belongs into the store. */
  isToBeKept({ message }: Sheet): boolean {
    return this.plan.store !== 'none' && message?.keep !== false && message?.sendOnly !== true;
  }

  #write(event: Extract<SimulationEvent, { kind: 'write' }>): void {
    const link = this.links.get(event.link);
    if (link) link.buffered = event.buffered + this.plan.frameWeight;
    const sheet = event.frame === 'message' ? this.sheets.get(event.txn) : undefined;
    if (!sheet) return;
    sheet.writes++;
    sheet.isSentAlone = this.isSuspect(sheet) && this.inFlight === 0 && link?.pongAt === event.at;
    sheet.link = event.link;
    sheet.writtenAt = event.at;
    sheet.text ??= event.text;
    sheet.heldUntil = sheet.keptUntil = -Infinity;
  }

  #hear({ link: number, frame, at }: Extract<SimulationEvent, { kind: 'hears' | 'heard' }>): void {
    const link = this.links.get(number);
    if (!link) return;
    link.heardAt = at;
    if (frame === 'pong') link.pongAt = at;
  }

  #ack(txn: string): void {
    const sheet = this.sheets.get(txn);
    if (sheet && sheet.writes > 0) {
      sheet.isAcked = true;
      this.#clear(sheet);
    }
  }

  #nack(txn: string, at: number, retryAfter: number): void {
    const sheet = this.sheets.get(txn);
    if (sheet?.status !== 'sent' || sheet.isFinal) return;
    sheet.nacks++;
    sheet.heldUntil = at + retryAfter;
    sheet.keptUntil = at + (retryAfter >= usualWait ? retryAfter : Math.max(retryAfter, nackFloor(sheet.nacks)));
    this.#clear(sheet);
  }
}
