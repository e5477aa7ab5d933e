import { randomUUID } from 'node:crypto';
import type { DashboardLog } from '../log.js';
import { Timers } from '../timers.js';
import { readMessage } from './envelope.js';
import { type ExchangeMessage, ExchangeTopic } from './exchange-topic.js';
import type { Outboxes } from './outboxes.js';
import { RemoteSocket } from './remote-socket.js';
import type { LinkedSession } from './session.js';

const retryWait = 1000;
/** The most messages of other servers to one unit whose senders are remembered; the reply to an older one goes nowhere. */
const maxUnanswered = 1000;

/** Dependencies of {@link Exchange}. */
export interface ExchangeOptions {
  readonly log: DashboardLog;
  readonly outboxes: Outboxes;
  readonly now: () => number;
  /** Called with a session whose unit has a newer one on another server. */
  readonly replaced: (session: LinkedSession) => void;
  readonly failed: (error: unknown) => void;
}

interface Local {
  readonly session: LinkedSession;
  /** True once the others can know of it. */
  isKnown: boolean;
  /** The servers whose messages were sent to the unit and not answered, by txn. */
  readonly senders: Map<string, string>;
  /** The servers that wait for a pong. */
  readonly pings: Set<string>;
}

interface Remote {
  readonly server: string;
  readonly socket: RemoteSocket;
}

/**
 * Messages for units that are connected to other servers: each server says which units come to it, and passes on frames and
 * replies. So the message waits, and is sent again, where it was sent, whichever server the unit is connected to.
 */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #topic: ExchangeTopic;
  readonly #local = new Map<string, Local>();
  readonly #remote = new Map<string, Remote>();
  /** The units that the others are being asked for. */
  readonly #asking = new Set<string>();
  readonly #timers = new Timers();
  #isClosed = false;

  constructor(options: ExchangeOptions) {
    const { log, now, failed, outboxes } = options;
    this.#options = options;
    outboxes.wanted = (systemId) => {
      this.#ask(systemId);
    };
    outboxes.unwanted = (systemId) => this.#remote.delete(systemId);
    this.#topic = new ExchangeTopic({
      ...{ log, now, failed, id: randomUUID() },
      take: (message) => {
        this.#take(message);
      },
      joined: () => {
        for (const [systemId, local] of this.#local) this.#announce(systemId, local);
        for (const systemId of outboxes.waiting()) outboxes.wanted(systemId);
      },
    });
  }

  /** A session of a unit begins here. */
  add(systemId: string, session: LinkedSession): void {
    const local: Local = { session, isKnown: false, senders: new Map(), pings: new Set() };
    this.#remote.delete(systemId);
    this.#local.set(systemId, local);
    session.watch((kind) => {
      if (kind === 'pong') this.#answerPings(systemId, local);
    });
    this.#announce(systemId, local);
  }

  /** A session is over: those whose messages were not answered get to know it. */
  remove(systemId: string, session: LinkedSession): void {
    const local = this.#local.get(systemId);
    if (local?.session !== session) return;
    this.#local.delete(systemId);
    for (const to of new Set(local.senders.values())) void this.#topic.say({ kind: 'gone', to, systemId });
  }

  /** Takes the reply of a unit that is connected here; returns false if its message was sent here. */
  reply(systemId: string, txn: string, reply: 'ack' | 'nack', retryAfter: unknown): boolean {
    const senders = this.#local.get(systemId)?.senders;
    const to = senders?.get(txn);
    if (to === undefined) return false;
    senders?.delete(txn);
    const more = typeof retryAfter === 'number' && { retryAfter };
    void this.#topic.say({ kind: 'reply', to, systemId, txn, reply, ...more });
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#topic.close();
    this.#local.clear();
    this.#timers.clear();
  }

  /** Others may wait for the unit. */
  #announce(systemId: string, local: Local): void {
    void this.#insist({ kind: 'here', systemId }, () => this.#local.get(systemId) === local);
  }

  /** Messages wait for the unit, which may be connected to another server. */
  #ask(systemId: string): void {
    if (this.#asking.has(systemId)) return;
    this.#asking.add(systemId);
    const { outboxes } = this.#options;
    const isWanted = () => outboxes.has(systemId) && !this.#local.has(systemId) && !this.#remote.has(systemId);
    void this.#insist({ kind: 'where', systemId }, isWanted).then(() => this.#asking.delete(systemId));
  }

  /** Says something until the log has it, as long as it holds. */
  async #insist(message: Omit<ExchangeMessage, 'from'>, holds: () => boolean): Promise<void> {
    while (!this.#isClosed && holds() && !(await this.#topic.say(message)))
      await new Promise<void>((resolve) => {
        this.#timers.after(retryWait, resolve);
      });
  }

  #take(message: ExchangeMessage): void {
    const { kind, from, systemId } = message;
    const { outboxes } = this.#options;
    const local = this.#local.get(systemId);
    switch (kind) {
      case 'here':
        this.#takeHere(message, local);
        break;
      case 'where':
        void this.#insist(
          { kind: 'has', to: from, systemId },
          () => this.#local.get(systemId)?.session.isOpen() === true,
        );
        break;
      case 'has':
        if (local === undefined && !this.#remote.has(systemId)) this.#use(systemId, from);
        break;
      case 'gone':
        if (this.#remote.get(systemId)?.server !== from) break;
        this.#remote.delete(systemId);
        outboxes.useRemote(systemId, undefined);
        if (outboxes.has(systemId)) outboxes.wanted(systemId);
        break;
      case 'frame':
        this.#relay(message, local);
        break;
      case 'ping':
        local?.pings.add(from);
        local?.session.ping(1);
        break;
      case 'pong':
        this.#remote.get(systemId)?.socket.heard('pong');
        break;
      case 'reply':
        this.#remote.get(systemId)?.socket.heard('bytes');
        outboxes.reply(systemId, message.txn ?? '', message.reply ?? 'ack', message.retryAfter);
    }
  }

  /** A unit has come to a server, which may be this one. The log has them in one order for all. */
  #takeHere({ from, systemId }: ExchangeMessage, local: Local | undefined): void {
    if (from === this.#topic.id) {
      if (local !== undefined) local.isKnown = true;
      return;
    }
    // What was said before this session began is older than it.
    if (local !== undefined && !local.isKnown) return;
    if (local !== undefined) {
      this.remove(systemId, local.session);
      this.#options.replaced(local.session);
    }
    this.#use(systemId, from);
  }

  #use(systemId: string, server: string): void {
    if (!this.#options.outboxes.has(systemId)) return;
    const socket = new RemoteSocket({
      send: (frame) => void this.#topic.say({ kind: 'frame', to: server, systemId, frame }),
      ping: () => void this.#topic.say({ kind: 'ping', to: server, systemId }),
      waiting: () => this.#topic.waiting,
      drained$: this.#topic.drained$,
    });
    this.#remote.set(systemId, { server, socket });
    this.#options.outboxes.useRemote(systemId, socket);
  }

  #relay({ from, systemId, frame = '' }: ExchangeMessage, local: Local | undefined): void {
    const message = readMessage(Buffer.from(frame));
    if (local?.session.isOpen() !== true) void this.#topic.say({ kind: 'gone', to: from, systemId });
    else if (typeof message !== 'string') {
      local.senders.set(message.header.txn, from);
      const [oldest] = local.senders.keys();
      if (local.senders.size > maxUnanswered && oldest !== undefined) local.senders.delete(oldest);
      local.session.sendFrame(frame, true);
    }
  }

  /** A pong shows those whose messages are not answered that the unit has read them. */
  #answerPings(systemId: string, { pings, senders }: Local): void {
    for (const to of new Set([...pings, ...senders.values()])) void this.#topic.say({ kind: 'pong', to, systemId });
    pings.clear();
  }
}
