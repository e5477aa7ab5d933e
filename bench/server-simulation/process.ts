import { Subscription } from 'rxjs';
import { openServer, type Server } from '../differential/server.js';
import type { DashboardLog } from '../../lib/server/log.js';
import { publishTo, type Publishing } from '../../lib/server/publish.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import type { UnitMessage } from '../../lib/server/units/inbox.js';
import type { UnitServerParts } from '../../lib/server/units/open-unit-server.js';
import { createSessions, type Sessions } from '../../lib/server/units/sessions.js';
import { startUnitServer } from '../../lib/server/units/start-unit-server.js';
import type { UnitServer } from '../../lib/server/units/unit-server.js';
import type { VirtualAccept } from '../../lib/testing/virtual/web-socket.js';
import { LogPort } from './log-port.js';
import type { Lasting } from './logs.js';
import type { ServerName } from './plan.js';
import type { UnitLink } from './unit-link.js';
import { pause, type ServerWorld } from './world.js';

/** The time between two tries of the app to publish, in milliseconds. */
const publishWait = 300;

/** One process of a server, with the app in it. */
export class ServerProcess {
  readonly name: ServerName;
  readonly number: number;
  readonly port: LogPort;
  readonly #world: ServerWorld;
  readonly #links = new Set<UnitLink>();
  readonly #queue: UnitMessage[] = [];
  readonly #life = new Subscription();
  #log: DashboardLog | undefined;
  #units: UnitServer | undefined;
  #parts: UnitServerParts | undefined;
  #sessions: Sessions | undefined;
  #dashboards: Server | undefined;
  #publishing: Publishing | undefined;
  #connected: ReadonlySet<string> = new Set();
  #idleUntil = 0;
  #isHandling = false;

  constructor(world: ServerWorld, name: ServerName, number: number, crashed: () => void) {
    this.#world = world;
    this.name = name;
    this.number = number;
    this.port = new LogPort(world, () => {
      this.crash();
      crashed();
    });
  }

  get isUp(): boolean {
    return this.#units !== undefined && !this.port.isDead && !this.#life.closed;
  }

  /** Starts the servers on the log; rejects where it cannot be read. */
  async start(lasting: Lasting): Promise<void> {
    const { plan, monitors } = this.#world;
    const topics = { units: stateTopic(), mode: valueTopic() };
    const log = (this.#log = lasting.open(this.port));
    const options = {
      ...{ tls: {}, log, serverId: this.name, maxUnhandled: plan.maxUnhandled, retryAfter: plan.retryAfter },
      ...{ ackTimeout: plan.ackTimeout, pingInterval: 5000, secret: 'a secret' },
    };
    this.#dashboards = await openServer(this.name, topics, log);
    monitors.restores(this);
    const units = await startUnitServer(options, (parts) => Promise.resolve(this.#openPorts(parts)));
    if (this.port.isDead) return;
    this.#life.add(
      units.units$.subscribe({
        next: (connected) => (this.#connected = new Set(connected.keys())),
        error: (error: unknown) => {
          monitors.broken('rest', String(error));
        },
      }),
    );
    this.#publishing = publishTo(topics, log, Date.now);
    this.#units = units;
    this.#life.add(
      units.message$.subscribe({
        next: (message) => {
          monitors.emitted(this, message);
          this.#queue.push(message);
          void this.#handleAll();
        },
        error: (error: unknown) => {
          monitors.broken('order', String(error));
        },
      }),
    );
  }

  #openPorts(parts: UnitServerParts) {
    const sessions = createSessions(parts);
    this.#parts = parts;
    this.#sessions = sessions;
    return {
      sessions: sessions.open,
      listeners: [],
      discoveryUrl: () => `https://${this.name}.example/sd/v7/`,
      url: () => `wss://${this.name}.example/ws/v7/`,
      stop: async () => {
        for (const session of sessions.open) session.reset();
        await sessions.closed();
      },
    };
  }

  /** Asks discovery and the upgrade on behalf of a unit. */
  async admits(systemId: string): Promise<boolean> {
    if (!this.isUp || this.#parts === undefined) return false;
    const peer = { commonName: systemId, serial: '01', resumed: false };
    const { tokens, discover, isLeaving } = this.#parts;
    const decision = await discover(systemId, peer);
    this.#world.monitors.discovered(this, decision.errorCode, isLeaving());
    const mayCome = decision.errorCode === 0 && tokens.check(tokens.issue(systemId), systemId) && !isLeaving();
    return mayCome && this.#sessions?.admits(peer) === true;
  }

  accept(link: UnitLink): void {
    this.#links.add(link);
    this.#sessions?.accept(link.link);
  }

  readonly acceptPage: VirtualAccept = (dial) => {
    if (this.#dashboards === undefined || !this.isUp) throw new Error('refused');
    return this.#dashboards.accept(dial);
  };

  cutPages(): void {
    this.#dashboards?.cut();
  }

  idle(until: number): void {
    this.#idleUntil = until;
  }

  /** Sends a message of the app to a unit. */
  send(systemId: string): void {
    if (!this.isUp || this.#units === undefined) return;
    const delivery = this.#units.send(systemId, { messageType: 'desiredStatus' } as never);
    this.#world.monitors.sends(this, systemId, delivery);
  }

  get connected(): ReadonlySet<string> {
    return this.#connected;
  }

  /** Takes a row from the pages. */
  remove(key: string): void {
    void this.#remove(key);
  }

  /** Ends the process at once. */
  crash(): void {
    if (this.port.isDead) return;
    this.#world.note(`process ${this.number} of ${this.name} ends at once`);
    this.port.die();
    this.#end();
    // Its timers would run on, and nobody sees what they do.
    void this.#units?.stop();
    for (const link of this.#links) {
      link.socket.isDead = true;
      link.down(() => {
        link.isOpen = false;
        link.user.ended(link, 1006);
      });
    }
  }

  /** Stops it as an app does; resolves once it is over. */
  async stop(drain?: number): Promise<void> {
    const { monitors, note } = this.#world;
    if (!this.isUp) return;
    note(`process ${this.number} of ${this.name} ${drain === undefined ? 'stops' : `drains for ${drain} ms`}`);
    const begun = performance.now();
    if (drain !== undefined) {
      this.#dashboards?.drain(drain);
      await this.#units?.drain({ over: drain });
      if (this.#life.closed) return; // stopped, or crashed, meanwhile
      monitors.drained(this, performance.now() - begun - drain, this.connected);
    }
    this.#end();
    await this.#units?.stop();
    await this.#log?.close();
    if (this.port.isDead) return;
    this.port.die();
    note(`process ${this.number} of ${this.name} has stopped`);
    monitors.stopped(this, this.#world.isHealed());
  }

  #end(): void {
    this.#life.unsubscribe();
    this.#queue.length = 0;
    this.#dashboards?.end();
    this.#dashboards = undefined;
    this.#world.monitors.ends(this);
  }

  async #handleAll(): Promise<void> {
    if (this.#isHandling) return;
    this.#isHandling = true;
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift())
      await this.#handle(message);
    this.#isHandling = false;
  }

  async #handle(message: UnitMessage): Promise<void> {
    const { random, plan, monitors } = this.#world;
    await pause(Math.max(random.whole(0, plan.handling), this.#idleUntil - performance.now()));
    if (this.#life.closed) return;
    const { systemId, txn } = message;
    const row = { id: systemId, txn, n: random.whole(0, 9), site: `s${random.whole(0, 1)}` };
    await this.#publish('units', row);
    if (random.chance(0.3)) await this.#publish('mode', txn);
    if (random.chance(0.1)) await this.#remove(`unit-${random.whole(0, 4)}`);
    if (this.#hasEnded()) return;
    monitors.handled(this, message);
    message.done();
  }

  /** As a call, since it changes while others wait. */
  #hasEnded(): boolean {
    return this.#life.closed;
  }

  async #publish(topic: string, value: unknown): Promise<void> {
    const { monitors } = this.#world;
    while (!this.#life.closed)
      try {
        const position = await this.#publishing?.publish(topic, value);
        if (position !== undefined) monitors.published(topic, position.offset, value);
        return;
      } catch {
        await pause(publishWait);
      }
  }

  async #remove(key: string): Promise<void> {
    await this.#publishing?.remove('units', key).catch(() => undefined);
  }
}
