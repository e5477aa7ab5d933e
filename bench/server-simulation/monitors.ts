import type { Violation } from '../simulation/index.js';
import type { Delivery, DeliveryReport } from '../../lib/delivery/outgoing-message.js';
import type { LogEntry } from '../../lib/server/log.js';
import type { UnitMessage } from '../../lib/server/units/inbox.js';
import type { ServerPlan } from './plan.js';
import type { ServerProcess } from './process.js';
import type { Frame, UnitLink } from './unit-link.js';

/** The longest time until a message of a unit is answered: 3 s, and 1 s until that is seen. */
const answerTime = 4100;
/** The time that a session has to close. */
const closeTime = 2000;

/** What one process has done. */
interface Course {
  readonly process: ServerProcess;
  /** What was in the log, and not noted as handled, when it began. */
  readonly restored: ReadonlySet<string>;
  /** The bytes of what it has put into the log and the app has not handled, by name. */
  readonly unhandled: Map<string, number>;
  readonly own: Set<string>;
  readonly links: Set<UnitLink>;
  /** The messages that the app has marked as done. */
  readonly handled: Set<string>;
  /** The offset up to which messages were noted as handled when it began. */
  readonly noted: number;
  lastOffset: number;
}

interface Sent {
  readonly process: ServerProcess;
  readonly systemId: string;
  readonly txn: string;
  status: string;
}

const nameOf = (value: unknown): string => {
  const { header } = value as Frame;
  return `${header.systemId} ${header.txn}`;
};

/** Sees what the processes do, and holds it against what is promised. */
export class Monitors {
  violation: Violation | undefined;
  /** Returns true if a unit has acknowledged a message. */
  hasAcked: (systemId: string, txn: string) => boolean = () => false;
  readonly #plan: ServerPlan;
  readonly #log = new Map<string, LogEntry[]>();
  readonly #kept = new Set<string>();
  readonly #done = new Set<string>();
  /** The messages that a server has handled, as some are in the logs of two. */
  readonly #doneAt = new Set<string>();
  /** The servers a call of which failed, though it was carried out: what they had put in twice is no fault. */
  readonly #doubtful = new Set<string>();
  readonly #noted = new Map<string, number>();
  readonly #courses = new Map<string, Course>();
  readonly #sent: Sent[] = [];

  constructor(plan: ServerPlan) {
    this.#plan = plan;
  }

  broken(promise: string, what: string): void {
    this.violation ??= { promise, at: Math.round(performance.now()), what };
  }

  /** The entries of a topic. */
  entries(topic: string): readonly LogEntry[] {
    return this.#log.get(topic) ?? [];
  }

  /** An entry is in the log for good. */
  placed(entry: LogEntry): void {
    const { topic, offset } = entry;
    const entries = this.#log.get(topic) ?? [];
    this.#log.set(topic, entries);
    const last = entries.at(-1)?.offset ?? 0;
    if (offset <= last) this.broken('log', `${topic} has ${offset} after ${last}`);
    entries.push(entry);
    const [, server, of] = topic.split(':');
    const course = this.#courses.get(server ?? '');
    if (course?.process.port.isDoubtful === true) this.#doubtful.add(course.process.name);
    if (server === undefined || course === undefined) return;
    if (of === undefined) this.#placedMessage(entry, course);
    else this.#placedNote(entry, course);
  }

  /** A process is about to read the log. */
  restores(process: ServerProcess): void {
    const topic = `units:${process.name}`;
    const noted = this.#noted.get(process.name) ?? 0;
    const restored = new Set(
      this.entries(topic)
        .filter(({ offset }) => offset > noted)
        .map(({ value }) => nameOf(value)),
    );
    this.#courses.set(process.name, {
      ...{
        process,
        restored,
        unhandled: new Map<string, number>(),
        own: new Set<string>(),
        links: new Set<UnitLink>(),
      },
      handled: new Set<string>(),
      noted,
      lastOffset: noted,
    });
  }

  /** A message is given to the app. */
  emitted(process: ServerProcess, { systemId, txn }: UnitMessage): void {
    const course = this.#courses.get(process.name);
    if (course?.process !== process) return;
    const name = `${systemId} ${txn}`;
    const entries = this.entries(`units:${process.name}`);
    const next = entries.find(({ value, offset }) => offset > course.lastOffset && nameOf(value) === name);
    if (next === undefined)
      this.broken('order', `${name} is given to the app twice, out of order, or without being in the log`);
    else course.lastOffset = next.offset;
  }

  /** The app is about to mark a message as done. */
  handled(process: ServerProcess, { systemId, txn }: UnitMessage): void {
    const name = `${systemId} ${txn}`;
    this.#done.add(name);
    this.#doneAt.add(`${process.name} ${name}`);
    const course = this.#courses.get(process.name);
    if (course?.process !== process) return;
    course.unhandled.delete(name);
    course.handled.add(name);
  }

  /** A server reads a message of a unit. */
  serverHears(link: UnitLink, bytes: Buffer): void {
    const { header, data } = JSON.parse(bytes.toString()) as Frame;
    if (data.messageType === 'ack' || link.unanswered.has(header.txn)) return;
    link.unanswered.set(header.txn, performance.now());
    this.#courses.get(link.server)?.links.add(link);
  }

  serverSends(link: UnitLink, { header, data }: Frame): void {
    const name = `${header.systemId} ${header.txn}`;
    if (data.messageType === 'ack' && !this.#kept.has(name)) this.broken('acked', `${name}, which is not in the log`);
    if (data.messageType === 'nack' && data.retryAfter !== this.#plan.retryAfter)
      this.broken('nack', `${name} is to come again after ${data.retryAfter} ms, and not ${this.#plan.retryAfter}`);
    if (header.systemId !== link.user.systemId)
      this.broken('route', `${link.user.systemId} gets what is for ${header.systemId}`);
    if (data.messageType === 'ack' || data.messageType === 'nack') link.unanswered.delete(header.txn);
  }

  serverCloses(link: UnitLink, code: number): void {
    if (code === 1012 && link.unanswered.size > 0)
      this.broken('drain', `a session is closed, and ${[...link.unanswered.keys()].join(', ')} not answered`);
    link.unanswered.clear();
  }

  discovered(process: ServerProcess, errorCode: number, isLeaving: boolean): void {
    if (isLeaving && errorCode === 0) this.broken('drain', `discovery leads to ${process.name}, which drains`);
  }

  drained(process: ServerProcess, late: number, connected: ReadonlySet<string>): void {
    if (connected.size > 0)
      this.broken('drain', `${[...connected].join(', ')} is connected to ${process.name} after a drain`);
    if (late > closeTime + 200) this.broken('drain', `${process.name} is drained ${late} ms too late`);
  }

  ends({ name, number }: ServerProcess): void {
    const course = this.#courses.get(name);
    if (course?.process.number === number) course.links.clear();
  }

  /** A process has stopped as it should; `isCalm` where the log has worked meanwhile. */
  stopped(process: ServerProcess, isCalm: boolean): void {
    const { name } = process;
    const course = this.#courses.get(name);
    if (course?.process !== process || !isCalm || this.#doubtful.has(name)) return;
    const entries = this.entries(`units:${name}`).filter(({ offset }) => offset > course.noted);
    const first = entries.findIndex(({ value }) => !course.handled.has(nameOf(value)));
    const handled = first === 0 ? undefined : entries.at(first < 0 ? -1 : first - 1);
    const noted = this.#noted.get(name) ?? 0;
    if (handled !== undefined && noted < handled.offset)
      this.broken('stop', `${name} has handled ${handled.offset} messages, and noted ${noted}`);
  }

  sends(process: ServerProcess, systemId: string, { txn, status$ }: Delivery): void {
    const sent: Sent = { process, systemId, txn, status: 'new' };
    this.#sent.push(sent);
    const step = ({ status }: DeliveryReport): void => {
      sent.status = status;
      if (status === 'acknowledged' && !this.hasAcked(systemId, txn))
        this.broken('delivery', `${txn} counts as acknowledged, which ${systemId} has not done`);
      if (status === 'dropped' && this.#canLoseNothing && !process.port.isDead && process.isUp)
        this.broken('delivery', `${txn} to ${systemId} is dropped, and nothing prevented it`);
    };
    const failed = (error: unknown): void => {
      this.broken('delivery', String(error));
    };
    status$.subscribe({ next: step, error: failed });
  }

  /** Publishing has resolved with this offset. */
  published(topic: string, offset: number, value: unknown): void {
    const entry = this.entries(topic).findLast((one) => one.offset === offset);
    if (JSON.stringify(entry?.value) !== JSON.stringify(value))
      this.broken('publish', `${topic} has not at ${offset} what was published`);
  }

  /** Called twice a second. */
  tick(): void {
    const now = performance.now();
    for (const { links } of this.#courses.values())
      for (const { unanswered, user } of links)
        for (const [txn, since] of unanswered)
          if (now - since > answerTime)
            this.broken('answer', `${txn} of ${user.systemId} has none after ${now - since} ms`);
  }

  /** What is not done yet, though it has to be in the end. */
  get missing(): string | undefined {
    const unhandled = [...this.#kept].find((name) => !this.#done.has(name));
    if (unhandled !== undefined) return `${unhandled} is in the log, and not handled`;
    const open = this.#sent.find(({ process, status }) => process.isUp && !/^(acknowledged|dropped)$/.test(status));
    return open && `${open.txn} to ${open.systemId} is not settled`;
  }

  /** True if no message to a unit can be in vain. */
  get #canLoseNothing(): boolean {
    return this.#plan.log === 'file' && this.#plan.faults.every(({ kind }) => kind !== 'mute' && kind !== 'half open');
  }

  #placedMessage({ value, topic }: LogEntry, course: Course): void {
    const name = nameOf(value);
    const { restored, own, unhandled, process } = course;
    if (!this.#doubtful.has(process.name) && (restored.has(name) || own.has(name)))
      this.broken('once', `${name} is in ${topic} twice`);
    own.add(name);
    this.#kept.add(name);
    unhandled.set(name, Buffer.byteLength(JSON.stringify(value)));
    const bytes = [...unhandled.values()].reduce((sum, size) => sum + size, 0);
    if (!this.#doubtful.has(process.name) && bytes > this.#plan.maxUnhandled)
      this.broken('bound', `${bytes} bytes are not handled, and ${this.#plan.maxUnhandled} may be`);
  }

  #placedNote({ value, topic }: LogEntry, { process }: Course): void {
    const noted = Number(value);
    this.#noted.set(process.name, Math.max(noted, this.#noted.get(process.name) ?? 0));
    const left = this.entries(`units:${process.name}`).find(
      (entry) => entry.offset <= noted && !this.#doneAt.has(`${process.name} ${nameOf(entry.value)}`),
    );
    if (left !== undefined && !this.#doubtful.has(process.name))
      this.broken('handled', `${nameOf(left.value)} is noted as handled in ${topic}, and is not`);
  }
}
