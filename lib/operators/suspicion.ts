import {
  ConnectionClosedError,
  ConnectionLostError,
  DeadLinkError,
  UndeliverableError,
  UnstableConnectionError,
} from '../errors.js';
import type { Lost } from './ack-timeout.js';

/** A message, as far as {@link Suspicion} reads it. */
export interface Suspectable {
  /** The id of the message on the wire. */
  readonly txn: string;
  /** The length of its frame, in bytes. */
  readonly size: number;
  /** The number of writes so far. */
  readonly transmissions: number;
}

/** The evidence against a message; times in milliseconds. */
interface Case {
  /** The unexplained ends in a row at which it was in flight. */
  ends: number;
  /** Those of them at which it was alone in flight, on a link that had lasted long enough before. */
  alone: number;
  /** The ends in a row at which the link fell silent. */
  silent: number;
  /** True if a link ended while it was alone in flight. */
  isCulprit: boolean;
  /** The longest time from its write to such an end: the next one may well take as long. */
  lasted: number;
  /** The number of the last such end. */
  last: number;
}

/** The circumstances under which a suspect was sent alone. */
interface Alone {
  readonly message: object;
  /** The age of the link at that time, in milliseconds. */
  readonly control: number;
  /** The time that the last pong before took, in milliseconds; `Infinity` without one. */
  readonly answerTime: number;
  /** True if another message was acknowledged on the link before. */
  readonly isTrusted: boolean;
  /** True if anything was heard after it was written. */
  isHeard: boolean;
}

/** In flight at so many unexplained ends in a row, a message is a suspect. */
const suspectAfter = 2;
/** After so many transmissions that ended the link a message is dropped … */
const mostEnds = 4;
/** … if it was alone in flight at so many of them. */
const mostAlone = 2;
/** An end only counts as one at which a message was alone if the link had lasted so many times as long without it. */
const proof = 10;
/** Before it is sent alone, a link lasts so many times as long as it lasted with the message, and long enough for the proof at a round trip of 150 ms. */
const firstControl = { factor: 20, least: 1500, most: 12_000 };
const otherControl = { factor: 10, least: 100, most: 5000 };
const culpritControl = { factor: 40, least: 3000, most: 60_000 };
/** From this silent end on, each doubles the wait of a culprit, up to 15 s. */
const freeSilences = 3;
const mostPatience = 15_000;
/** A pong that takes longer says nothing about how long the next will take, in milliseconds. */
const slowestAnswer = 1000;
/** The longest wait where the cloud ends the link on one message after the other, in milliseconds. */
const mostCaution = 600_000;

/** Network errors that no message can be the reason of: the other side could not be reached any more. */
const unreachable: ReadonlySet<number | string> = new Set([
  'ESENDTIMEOUT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
]);
const tooBig = 1009;

/** The reason why a connection ended, also if it had not proved itself. */
const endOf = (cause: unknown): unknown => (cause instanceof UnstableConnectionError ? cause.cause : cause);

/** True if the link fell silent: either the network lost it, or the cloud hangs on a message. */
const isSilence = (end: unknown): boolean => end instanceof DeadLinkError;

/**
 * True if the end of a link has a reason that no message of the unit can be: without a cause the unit itself ended it. No
 * close code is one: a proxy says 1001 or 1012 too when the process behind it ends on a message.
 */
const isExplained = (end: unknown): boolean => {
  if (end === undefined) return true;
  // Any other number is what the unit reported to the cloud about a frame of the cloud.
  if (end instanceof ConnectionLostError)
    return typeof end.code === 'number' ? end.code !== 1006 : unreachable.has(end.code);
  return false;
};

/**
 * Finds the message that the cloud ends the link on. Every unexplained end counts against what was in flight; what was
 * in flight at two in a row is a suspect and is sent alone, and only ends at which it was alone convict it. A reply to a
 * message, or a link that lives on after it, clears it; an end of a link without any message clears all.
 */
export class Suspicion {
  readonly #cases = new Map<object, Case>();
  readonly #limit: number;
  #alone: Alone | undefined;
  #hasAck = false; // on this link
  #end = 1;
  #lost = 0;
  #largestUnacked = 0;
  #caution = 1;

  /** A link that lives on for `limit` milliseconds after a message was written did not end because of it. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True if there is evidence against any message. */
  get isActive(): boolean {
    return this.#cases.size > 0;
  }

  /** True if there is a message that a link ended on while it was alone in flight. */
  get hasCulprit(): boolean {
    if (!this.isActive) return false;
    for (const { isCulprit } of this.#cases.values()) if (isCulprit) return true;
    return false;
  }

  /** True if the message was in flight at two unexplained ends in a row, and is sent alone. */
  isSuspect(message: object | undefined): boolean {
    return (this.#caseOf(message)?.ends ?? 0) >= suspectAfter;
  }

  /** True if a link ended while the message was alone in flight. */
  isCulprit(message: object | undefined): boolean {
    return this.#caseOf(message)?.isCulprit === true;
  }

  /** Returns the age that a link must reach before this message is sent alone on it, in milliseconds. */
  controlFor(message: object | undefined): number {
    const { lasted = 0, silent = 0, isCulprit = false } = this.#caseOf(message) ?? {};
    const { factor, least, most } = isCulprit ? culpritControl : this.hasCulprit ? otherControl : firstControl;
    const control = Math.min(Math.max(lasted * factor, least), most);
    if (!isCulprit) return control;
    // A silence costs the others more than an end, as they wait until it is noticed.
    const patience = Math.min(control * 2 ** Math.max(0, silent - freeSilences), mostPatience);
    return Math.min(Math.max(control, patience) * this.#caution, mostCaution);
  }

  /**
   * Records that this message is sent alone, on a link that has lasted for `control` milliseconds and answered a ping within
   * `answerTime`.
   */
  sendAlone(message: object | undefined, control: number, answerTime?: number): void {
    if (message)
      this.#alone = { message, control, answerTime: answerTime ?? Infinity, isTrusted: this.#hasAck, isHeard: false };
  }

  /** True if this message was sent alone on the open link and is in flight. */
  isAlone(message: object): boolean {
    return this.#alone?.message === message;
  }

  /** Records a sign of life of the open link. */
  hear(): void {
    if (this.#alone) this.#alone.isHeard = true;
  }

  /** Notes that a message was written that expects no ack. */
  sendOnce({ size }: Pick<Suspectable, 'size'>): void {
    this.#largestUnacked = Math.max(this.#largestUnacked, size);
  }

  /** Clears a message that a link has survived: it was replied to, or not while the link lived on. */
  survive(message: object, isAcknowledged: boolean): void {
    this.clear(message);
    if (!isAcknowledged) return;
    this.#caution = 1;
    this.#hasAck = true;
  }

  /** Clears a message that was settled elsewhere. */
  clear(message: object): void {
    if (this.isActive) this.#cases.delete(message);
    if (this.#alone?.message === message) this.#alone = undefined; // written again, it is no more alone than others
  }

  /** Judges a message that was in flight when the link ended; gives the error to drop it with, if it is the culprit. */
  judge = (lost: Lost<Suspectable>, cause: unknown): UndeliverableError | undefined => {
    const { message, since, underWay = 0, among = [message] } = lost;
    const end = endOf(cause);
    this.#lost++;
    if (isExplained(end)) return undefined;
    if (end instanceof ConnectionClosedError && end.code === tooBig && this.#isLargest(message, among))
      return this.#convict(message, end);
    if (since === undefined) return undefined;
    if (isSilence(end)) this.#suspectOfSilence(message, among.length === 1);
    else if (since > this.#limit + underWay) {
      this.clear(message);
      return undefined;
    } else this.#suspectOfEnd(message, since, among.length === 1);
    const { ends = 0, alone = 0 } = this.#caseOf(message) ?? {};
    if (ends < mostEnds || alone < mostAlone) return undefined;
    this.#caution *= 2; // a cloud that ends the link on every message should not cost them all
    return this.#convict(message, end);
  };

  /** The link ended, and what was in flight has been judged. */
  endLink(cause: unknown): void {
    const end = endOf(cause);
    if (this.isActive && !isExplained(end)) {
      // Links end without them as well: a silence says nothing of other ends.
      for (const [message, found] of this.#cases) {
        if (isSilence(end) && found.silent === 0) continue;
        if (this.#lost === 0) this.#cases.delete(message);
        else if (found.last !== this.#end) found.alone = 0;
      }
    }
    this.#end++;
    this.#hasAck = false;
    this.#lost = 0;
    this.#largestUnacked = 0;
    this.#alone = undefined;
  }

  /** The link ended `since` milliseconds after the message was written. */
  #suspectOfEnd(message: object, since: number, isOnly: boolean): void {
    const found = this.#count(message);
    found.lasted = Math.max(found.lasted, since);
    if (this.#alone?.message !== message || !isOnly) return;
    found.isCulprit = true;
    if (this.#alone.control >= since * proof) found.alone++;
  }

  /**
   * The link fell silent while the message was in flight. A silence has no moment, so only one counts as proof that began within a round trip of the write: a ping before it was answered, and one after it was not. And as a
   * cloud may be deaf for all, another message must have been acknowledged before.
   */
  #suspectOfSilence(message: object, isOnly: boolean): void {
    const found = this.#count(message);
    found.silent++;
    if (this.#alone?.message !== message || !isOnly) return;
    const { control, answerTime, isTrusted, isHeard } = this.#alone;
    found.isCulprit = true;
    // The next link then lasts long enough for the proof.
    if (answerTime <= slowestAnswer)
      found.lasted = Math.max(found.lasted, (answerTime * proof) / culpritControl.factor);
    if (!isHeard && isTrusted && control >= answerTime * proof) found.alone++;
  }

  #count(message: object): Case {
    const found = this.#cases.get(message) ?? { ends: 0, alone: 0, silent: 0, isCulprit: false, lasted: 0, last: 0 };
    this.#cases.set(message, found);
    found.ends++;
    found.last = this.#end;
    return found;
  }

  #caseOf(message: object | undefined): Case | undefined {
    return message && this.isActive ? this.#cases.get(message) : undefined;
  }

  /** If any message is over the limit of the cloud, the largest is; of several that are equally large, one is enough. */
  #isLargest(message: Suspectable, among: readonly Suspectable[]): boolean {
    const largest = among.reduce((most, other) => (other.size > most.size ? other : most));
    return largest === message && message.size >= this.#largestUnacked;
  }

  #convict(message: Suspectable, end: unknown): UndeliverableError {
    this.clear(message);
    return new UndeliverableError(message.txn, message.transmissions, end);
  }
}
