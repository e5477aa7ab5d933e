import type { ServerProcess } from './process.js';
import { type Frame, type LinkUser, UnitLink } from './unit-link.js';
import type { ServerName } from './plan.js';
import type { ServerWorld } from './world.js';

/** The time after which a unit leaves a link that does not answer, in milliseconds. */
const patience = 6000;

interface Outgoing {
  readonly frame: Frame;
  sentAt: number | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** A unit, as far as a server sees one: it sends what is not acknowledged again, under the same txn, in order. */
export class ModelUnit implements LinkUser {
  readonly systemId: string;
  readonly #world: ServerWorld;
  readonly #processes: () => readonly ServerProcess[];
  readonly #waiting = new Map<string, Outgoing>();
  readonly #acked = new Set<string>();
  #link: UnitLink | undefined;
  #isConnecting = false;
  #mutedUntil = 0;
  #count = 0;

  constructor(world: ServerWorld, number: number, processes: () => readonly ServerProcess[]) {
    this.systemId = `unit-${number}`;
    this.#world = world;
    this.#processes = processes;
    this.#connect(undefined);
    setInterval(() => {
      this.#look();
    }, 500);
  }

  get link(): UnitLink | undefined {
    return this.#link?.isOpen === true ? this.#link : undefined;
  }

  get isSatisfied(): boolean {
    return this.#waiting.size === 0 && this.link !== undefined;
  }

  /** The messages of the server that it has acknowledged. */
  get acked(): ReadonlySet<string> {
    return this.#acked;
  }

  mute(until: number): void {
    this.#mutedUntil = until;
  }

  send(isTwice: boolean): void {
    const txn = `m${++this.#count}`;
    const frame = {
      header: { version: 7, systemId: this.systemId, txn, createdAt: '' },
      data: { messageType: 'alerts' },
    };
    const outgoing: Outgoing = { frame, sentAt: undefined, timer: undefined };
    this.#waiting.set(txn, outgoing);
    this.#write(outgoing);
    if (isTwice) this.#write(outgoing);
  }

  /** Leaves its link; the server sees it after a time. */
  leave(unseen: number): void {
    this.link?.cut(unseen);
    this.#link = undefined;
    this.#reconnect(undefined);
  }

  /** Opens another link, while the server believes in the first. */
  move(to: ServerName, unseen: number): void {
    this.link?.cut(unseen);
    this.#link = undefined;
    this.#connect(to);
  }

  readonly hear = ({ header: { txn }, data }: Frame, link: UnitLink): void => {
    const { messageType, retryAfter = 0 } = data;
    const outgoing = this.#waiting.get(txn);
    if (messageType === 'ack') {
      clearTimeout(outgoing?.timer);
      this.#waiting.delete(txn);
    } else if (messageType === 'nack') {
      if (outgoing === undefined) return;
      outgoing.sentAt = undefined;
      clearTimeout(outgoing.timer);
      outgoing.timer = setTimeout(() => {
        this.#write(outgoing);
      }, retryAfter);
    } else if (performance.now() >= this.#mutedUntil || this.#world.isHealed()) {
      this.#acked.add(txn);
      link.send({
        header: { version: 7, systemId: this.systemId, txn, createdAt: '' },
        data: { messageType: 'ack' },
      } as Frame);
    }
  };

  readonly ended = (link: UnitLink): void => {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#reconnect(undefined);
  };

  #write(outgoing: Outgoing): void {
    if (this.link === undefined) return;
    outgoing.sentAt = performance.now();
    this.link.send(outgoing.frame);
  }

  #reconnect(to: ServerName | undefined): void {
    setTimeout(
      () => {
        this.#connect(to);
      },
      this.#world.random.whole(100, 1000),
    );
  }

  #connect(to: ServerName | undefined): void {
    if (this.#isConnecting || this.link !== undefined) return;
    this.#isConnecting = true;
    const processes = this.#processes();
    const wanted = processes.filter(({ name }) => name === to);
    const process = this.#world.random.pick([processes[0], ...processes, ...wanted, ...wanted]);
    setTimeout(() => {
      void this.#dial(process);
    }, this.#world.plan.latency * 2);
  }

  async #dial(process: ServerProcess | undefined): Promise<void> {
    const isWelcome = await process?.admits(this.systemId);
    this.#isConnecting = false;
    if (process === undefined || isWelcome !== true) {
      this.#reconnect(undefined);
      return;
    }
    const link = new UnitLink(this.#world, this, { server: process.name, process: process.number });
    this.#link = link;
    process.accept(link);
    for (const outgoing of this.#waiting.values()) {
      clearTimeout(outgoing.timer);
      this.#write(outgoing);
    }
  }

  /** Leaves a link that does not answer. */
  #look(): void {
    const now = performance.now();
    const { link } = this;
    if (link === undefined) return;
    const isLate = [...this.#waiting.values()].some(({ sentAt }) => sentAt !== undefined && now - sentAt > patience);
    if (isLate || now - link.heardAt > 3 * patience) this.leave(0);
  }
}
