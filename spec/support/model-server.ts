import { Observable, type SchedulerLike, type Subscriber } from 'rxjs';
import { ConnectionClosedError } from '../../lib/errors.js';
import type { DashboardData, ServerData } from '../../lib/protocol/subscription/messages.js';
import type { VirtualDial } from '../../lib/testing/virtual/web-socket.js';

interface Entry {
  readonly offset: number;
  readonly ts: number;
  readonly payload: unknown;
}

/** What is published, for all servers that have it. */
export class ModelLog {
  /** Offsets that can still be resumed from are greater than the newest less this. */
  keep: number;
  epoch = 'log';
  readonly scheduler: SchedulerLike;
  readonly entries: Map<string, Entry[]>;
  readonly servers: ModelServer[];

  constructor(scheduler: SchedulerLike) {
    this.scheduler = scheduler;
    this.keep = Infinity;
    this.entries = new Map();
    this.servers = [];
  }

  of(topic: string): Entry[] {
    const entries = this.entries.get(topic) ?? [];
    this.entries.set(topic, entries);
    return entries;
  }

  publish(topic: string, payload: unknown): void {
    const entries = this.of(topic);
    entries.push({ offset: entries.length + 1, ts: this.scheduler.now(), payload });
    for (const server of this.servers) server.publish(topic);
  }

  /** A point of a series: its number and the time. */
  point(topic = 'chart'): void {
    const t = this.scheduler.now();
    this.publish(topic, { points: [[t, this.of(topic).length + 1]] });
  }
}

interface Sub {
  readonly request: DashboardData<'subscribe'>;
  seq: number;
  offset: number;
  quiet: boolean;
}

type Outgoing = ServerData & { readonly txn?: string };

/** One WebSocket as a {@link ModelServer} has it. */
export interface ModelConnection {
  readonly url: string;
  readonly openedAt: number;
  readonly subs: Map<string, Sub>;
  readonly say: (message: Outgoing | string) => void;
  readonly end: (code: number) => void;
  /** Nothing is read or sent, and no end is told. */
  silent: boolean;
  isOpen: boolean;
  /** True once it was welcomed: a further hello only brings a new token. */
  isGreeted: boolean;
}

/** A server of dashboards with a log, on virtual time, that does wrong what it is told to. */
export class ModelServer {
  readonly connections: ModelConnection[] = [];
  readonly dials: { readonly at: number; readonly url: string }[] = [];
  readonly frames: { readonly at: number; readonly data: DashboardData; readonly connection: ModelConnection }[] = [];
  /** What becomes of dials. */
  accepts: 'all' | 'none' | 'hang' | number = 'all';
  /** Whether `welcome` comes. */
  welcomes = true;
  heartbeat: number | undefined = 1500;
  heartbeats = true;
  pongs = true;
  /** The clock of the server is ahead by this. */
  skew = 0;
  goaway = false;
  /** The code that a token is refused with. */
  authenticate: (token: string | undefined) => number | undefined = () => undefined;
  /** Answers a subscribe itself, where it gives true. */
  misbehave: (request: DashboardData<'subscribe'>, connection: ModelConnection, txn: string) => boolean = () => false;
  /** The next updates of the topic are counted, not sent. */
  readonly skips: Map<string, number>;

  readonly serverId: string;
  log: ModelLog;
  /** The payload of a snapshot of what was published. */
  snapshotOf: (topic: string, payloads: readonly unknown[]) => unknown = pointsOf;

  constructor(serverId: string, log: ModelLog) {
    this.serverId = serverId;
    this.log = log;
    this.skips = new Map();
    log.servers.push(this);
  }

  get open(): ModelConnection[] {
    return this.connections.filter(({ isOpen }) => isOpen);
  }

  of<Type extends DashboardData['messageType']>(type: Type): (DashboardData<Type> & { readonly at: number })[] {
    return this.frames
      .filter(({ data }) => data.messageType === type)
      .map(({ at, data }) => ({ ...(data as DashboardData<Type>), at }));
  }

  now(): number {
    return this.log.scheduler.now() + this.skew;
  }

  cut(code = 1006): void {
    for (const connection of this.open) connection.end(code);
  }

  silence(silent = true): void {
    for (const connection of this.open) connection.silent = silent;
  }

  publish(topic: string): void {
    for (const connection of this.open)
      for (const sub of connection.subs.values()) if (sub.request.topic === topic) this.#catchUp(connection, sub);
  }

  readonly accept: (dial: VirtualDial) => Observable<string> = ({ url, received$ }) =>
    new Observable((subscriber) => {
      this.dials.push({ at: this.log.scheduler.now(), url });
      if (this.accepts === 'hang') return undefined;
      if (this.accepts === 'none') {
        subscriber.error(new Error('refused'));
        return undefined;
      }
      const connection = this.#connection(url, subscriber);
      this.connections.push(connection);
      subscriber.next('open');
      if (typeof this.accepts === 'number') {
        connection.end(this.accepts);
        return undefined;
      }
      const reading = received$.subscribe((frame) => {
        if (!connection.silent && connection.isOpen) this.#read(connection, frame);
      });
      return () => {
        connection.isOpen = false;
        reading.unsubscribe();
      };
    });

  #connection(url: string, subscriber: Subscriber<string>): ModelConnection {
    let txn = 0;
    const connection: ModelConnection = {
      url,
      openedAt: this.log.scheduler.now(),
      subs: new Map(),
      silent: false,
      isOpen: true,
      isGreeted: false,
      say: (message) => {
        if (connection.silent || !connection.isOpen) return;
        if (typeof message === 'string') {
          subscriber.next(message);
          return;
        }
        const { txn: its = `server-${++txn}`, ...data } = message;
        const createdAt = new Date(this.now()).toISOString();
        subscriber.next(JSON.stringify({ header: { version: 7, clientId: 'c', createdAt, txn: its }, data }));
      },
      end: (code) => {
        connection.isOpen = false;
        subscriber.error(code === 1006 ? new Error('cut') : new ConnectionClosedError(url, code, ''));
      },
    };
    return connection;
  }

  #read(connection: ModelConnection, frame: string): void {
    const { header, data } = JSON.parse(frame) as { header: { txn: string }; data: DashboardData };
    this.frames.push({ at: this.log.scheduler.now(), data, connection });
    switch (data.messageType) {
      case 'hello': {
        const code = this.authenticate(data.token);
        if (code !== undefined) {
          connection.end(code);
          return;
        }
        if (!this.welcomes || connection.isGreeted) return;
        connection.isGreeted = true;
        const { serverId, heartbeat } = this;
        connection.say({
          messageType: 'welcome',
          sessionId: `s${this.connections.length}`,
          serverId,
          ...(heartbeat && { heartbeatMs: heartbeat }),
        });
        if (this.goaway) connection.say({ messageType: 'goaway', reason: 'drain', avoid: serverId });
        this.#beat(connection);
        return;
      }
      case 'subscribe':
        connection.subs.delete(data.subId);
        if (!this.misbehave(data, connection, header.txn)) this.answer(data, connection);
        return;
      case 'unsubscribe':
        connection.subs.delete(data.subId);
        connection.say({ messageType: 'ack', txn: header.txn });
        return;
      case 'ping':
        if (this.pongs) connection.say({ messageType: 'pong', t: data.t });
    }
  }

  answer(request: DashboardData<'subscribe'>, connection: ModelConnection): void {
    const { subId, gen, topic, resume } = request;
    const { epoch, keep } = this.log;
    const entries = this.log.of(topic);
    const newest = entries.at(-1);
    const offset = newest?.offset ?? 0;
    const resumes = resume?.epoch === epoch && resume.offset >= offset - keep;
    const sub: Sub = { request, seq: 0, offset: resumes ? resume.offset : offset, quiet: true };
    connection.subs.set(subId, sub);
    if (!resumes) {
      const payload = this.snapshotOf(
        topic,
        entries.slice(-Math.min(keep, entries.length)).map((entry) => entry.payload),
      );
      const asOf = newest?.ts ?? this.now();
      connection.say({ messageType: 'snapshot', subId, gen, epoch, offset, seq: 0, asOf, payload });
      return;
    }
    connection.say({
      messageType: 'resumed',
      subId,
      gen,
      epoch,
      offset: resume.offset,
      count: offset - resume.offset,
    });
    this.#catchUp(connection, sub);
  }

  #catchUp(connection: ModelConnection, sub: Sub): void {
    const { subId, gen, topic } = sub.request;
    for (const { offset, ts, payload } of this.log.of(topic).slice(sub.offset)) {
      sub.seq++;
      sub.offset = offset;
      const skips = this.skips.get(topic) ?? 0;
      if (skips > 0) {
        this.skips.set(topic, skips - 1);
        continue;
      }
      sub.quiet = false;
      connection.say({ messageType: 'update', subId, gen, seq: sub.seq, offset, ts, payload });
    }
  }

  #beat(connection: ModelConnection): void {
    const { heartbeat } = this;
    if (heartbeat === undefined) return;
    this.log.scheduler.schedule(() => {
      if (!connection.isOpen) return;
      const quiet = [...connection.subs].filter(([, { quiet }]) => quiet);
      for (const sub of connection.subs.values()) sub.quiet = true;
      if (this.heartbeats)
        connection.say({
          messageType: 'heartbeat',
          ts: this.now(),
          seqs: Object.fromEntries(quiet.map(([subId, { seq }]) => [subId, seq])),
        });
      this.#beat(connection);
    }, heartbeat);
  }
}

const pointsOf = (_topic: string, payloads: readonly unknown[]): unknown => ({
  points: payloads.flatMap((payload) => (payload as { readonly points: readonly unknown[] }).points),
});
