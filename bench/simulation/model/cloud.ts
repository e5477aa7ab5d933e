import { formatTime } from '../../../lib/protocol/time.js';
import type { SimulatedLink, SimulatedFrame } from './link.js';
import type { Hang, PlannedCloudMessage, Poison } from './plan.js';
import type { SimulatedWorld } from './world.js';

const encoder = new TextEncoder();
const longestRetryAfter = 600_000;
const createdAt = formatTime(0);

/** A unit of which nothing is heard for so long, and for some pings, is gone, in milliseconds. */
const patience = 15_000;

/** The waits in the nacks of a cloud, and rarely one that no cloud should send. */
const waits = [0, 50, 500, 500, 3000, 20_000, undefined] as const;
const oddWaits = [-1, -1e308, 1e308, 1e9, 0.4] as const;

/** The close codes for links that were just accepted. */
const endings = [undefined, undefined, 1000, 1001, 1008, 1012, 1013] as const;

/** The answer to an upgrade. */
export type UpgradeAnswer = 'accepted' | 'unauthorized' | 'forbidden' | 'unavailable' | 'reset' | 'silence';

/**
 * A model of the cloud: it knows its sessions by what it was told, acks messages, refuses them or does not, and sends its
 * own until they are acked.
 */
export class SimulatedCloud {
  readonly #world: SimulatedWorld;
  readonly #sessions = new Set<SimulatedLink>();
  /** Those that it sent a close frame to; what still comes over them it does not answer. */
  readonly #closing = new WeakSet<SimulatedLink>();
  /** Those on which it hangs: it neither reads nor sends anything there. */
  readonly #hung = new WeakSet<SimulatedLink>();
  readonly #unacked = new Map<string, PlannedCloudMessage>();
  #newest: SimulatedLink | undefined;
  #generation = 1;
  #tokens = 0;

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  /** The session that was opened last. */
  get newest(): SimulatedLink | undefined {
    return this.#newest;
  }

  get isSatisfied(): boolean {
    return this.#unacked.size === 0;
  }

  newToken(): string {
    return `token-${this.#generation}-${++this.#tokens}`;
  }

  voidTokens(): void {
    this.#generation++;
  }

  upgrade(token: string): UpgradeAnswer {
    const { network } = this.#world;
    if (network.has('restart') !== undefined) return (network.has('restart') ?? 0) < 0.8 ? 'reset' : 'silence';
    const variant = network.has('upgrade');
    if (variant !== undefined)
      return (
        (['unauthorized', 'forbidden', 'unavailable', 'reset', 'silence'] as const)[Math.floor(variant * 5)] ?? 'reset'
      );
    if (network.has('token-chaos') !== undefined) return 'unauthorized';
    return token.startsWith(`token-${this.#generation}-`) ? 'accepted' : 'unauthorized';
  }

  /** Takes a link for a session; one that it had before ends, as far as the cloud knows of it. */
  open(link: SimulatedLink): void {
    const { network, random, clock, plan } = this.#world;
    for (const other of this.#sessions) {
      other.cloudReads(true);
      other.close(1000);
    }
    this.#sessions.clear();
    this.#sessions.add(link);
    this.#newest = link;
    link.heardAt = clock.now;
    if (network.has('slow-reader') !== undefined) link.cloudReads(false);
    link.accept();
    const unstable = network.has('accept-then-close');
    if (unstable !== undefined) {
      // A greeting makes a connection look useful.
      if ((unstable * 10) % 1 < 0.5)
        link.send({ signal: 'bytes', frame: 'garbage', txn: '', bytes: encode('greeting', '"messageType":"ack"') });
      clock.at(clock.now + random.whole(0, 100), () => {
        this.end(link, endings[Math.floor(unstable * endings.length)]);
      });
    }
    if (plan.pingInterval > 0) this.#ping(link);
    for (const message of this.#unacked.values()) this.#tell(message);
  }

  /** Ends a session with a close frame, or with a reset. */
  end(link: SimulatedLink, code?: number): void {
    this.#sessions.delete(link);
    link.cloudReads(true);
    if (code === undefined) link.reset();
    else {
      this.#closing.add(link);
      link.close(code);
    }
  }

  /** Forgets all sessions, and tells the unit or not. */
  forget(isTold: boolean): void {
    for (const link of this.#sessions) {
      link.cloudReads(true); // which is of no more use to it
      if (isTold) link.reset();
    }
    this.#sessions.clear();
  }

  /** Each session that it knows of. */
  get sessions(): readonly SimulatedLink[] {
    return [...this.#sessions];
  }

  closed(link: SimulatedLink): void {
    this.#sessions.delete(link);
  }

  receive(link: SimulatedLink, text: string): void {
    if (!this.#sessions.has(link)) {
      if (this.#closing.has(link)) return;
      // It knows nothing of that; where it is not even there, nobody answers.
      if (this.#world.network.has('restart') === undefined) link.reset();
      return;
    }
    if (this.#hung.has(link)) return;
    link.heardAt = this.#world.clock.now;
    if (text === 'pong') return;
    if (text === 'ping') {
      link.send({ signal: 'pong', frame: 'pong', txn: '' });
      return;
    }
    const { header, data } = JSON.parse(text) as { header: { txn: string }; data: { messageType: string } };
    const poison = this.#world.poison.get(header.txn);
    const hang = this.#world.hangs.get(header.txn);
    if (data.messageType === 'ack') this.#unacked.delete(header.txn);
    else if (poison) this.#endOn(link, header.txn, poison);
    else if (hang) this.#hangOn(link, header.txn, hang);
    else this.#judge(link, header.txn);
  }

  /** Sends a message of its own until it is acked. */
  say(message: PlannedCloudMessage): void {
    this.#unacked.set(`cloud-${message.id}`, message);
    this.#tell(message);
  }

  /** Sends what is no message, or none that concerns anybody. */
  babble(variant: number): void {
    const frames = [
      '{"header":{"version":7,"systemId":"unit-1","txn":"x"},"data":{"messageType":"ack"}}',
      '{"header":{"version":7,"systemId":"another","txn":"txn-1-1"},"data":{"messageType":"ack"}}',
      '{"header":{"version":6,"systemId":"unit-1","txn":"txn-1-1"},"data":{"messageType":"ack"}}',
      '{"header":{"version":7,"systemId":"unit-1","txn":"txn-1-1"},"data":{"messageType":"nock"}}',
      '{"header":{"version":7,"systemId":"unit-1","txn":"y"},"data":{"messageType":"nack","retryAfter":NaN}}',
      '[[[[',
      '',
    ];
    const frame = frames[Math.floor(variant * frames.length)] ?? '';
    const bytes = frame === '' ? 'text' : encoder.encode(frame);
    for (const link of this.#sessions) this.#send(link, { signal: 'bytes', frame: 'garbage', txn: '', bytes });
  }

  #endOn(link: SimulatedLink, txn: string, { code, late }: Poison): void {
    const { clock, note } = this.#world;
    note({ kind: 'arrived', link: link.number, txn, verdict: 'poison' });
    const end = () => {
      if (this.#sessions.has(link)) this.end(link, code === 'reset' ? undefined : code);
    };
    if (late === 0) end();
    else clock.at(clock.now + late, end);
  }

  #hangOn(link: SimulatedLink, txn: string, hang: Hang): void {
    this.#world.note({ kind: 'arrived', link: link.number, txn, verdict: hang });
    if (hang === 'silence') this.#hung.add(link);
  }

  #judge(link: SimulatedLink, txn: string): void {
    const { random, clock, note, plan, network } = this.#world;
    const verdict = this.#verdict();
    note({ kind: 'arrived', link: link.number, txn, verdict });
    if (verdict === 'dropped') return;
    if (verdict === 'nack') {
      const wait = this.#nack(link, txn);
      // Another part of the cloud had it all the same.
      if (random.chance(0.2))
        clock.at(clock.now + random.whole(0, Math.min(wait, plan.ackTimeout)), () => {
          this.#answer(link, txn);
        });
      return;
    }
    if (verdict === 'lostAck' || network.has('ackless') !== undefined) return;
    const ack = () => {
      this.#answer(link, txn);
    };
    if (verdict === 'late') clock.at(clock.now + random.whole(1, 3 * plan.ackTimeout), ack);
    else ack();
    if (verdict === 'doubled') clock.at(clock.now + random.whole(0, plan.ackTimeout), ack);
  }

  #verdict(): 'ack' | 'late' | 'nack' | 'lostAck' | 'dropped' | 'doubled' {
    const { plan, clock, random } = this.#world;
    if (clock.now >= plan.healAt) return 'ack';
    let rest = random.next();
    for (const kind of ['late', 'nack', 'lostAck', 'dropped', 'doubled'] as const) {
      rest -= plan.profile[kind];
      if (rest < 0) return kind;
    }
    return 'ack';
  }

  #wayOf(link: SimulatedLink): SimulatedLink | undefined {
    if (this.#world.plan.ackOver === 'same') return this.#sessions.has(link) ? link : undefined;
    return this.#newest && this.#sessions.has(this.#newest) ? this.#newest : undefined;
  }

  #answer(link: SimulatedLink, txn: string): void {
    this.#send(this.#wayOf(link), { signal: 'bytes', frame: 'ack', txn, bytes: encode(txn, '"messageType":"ack"') });
  }

  #nack(link: SimulatedLink, txn: string): number {
    const { random } = this.#world;
    const asked = random.chance(0.04) ? oddWaits[random.whole(0, 4)] : waits[random.whole(0, 6)];
    const retryAfter = Math.min(Math.max(Math.round(asked ?? 500), 0), longestRetryAfter);
    const data = `"messageType":"nack"${asked === undefined ? '' : `,"retryAfter":${asked}`}`;
    this.#send(this.#wayOf(link), { signal: 'bytes', frame: 'nack', txn, bytes: encode(txn, data), retryAfter });
    return retryAfter;
  }

  #tell(message: PlannedCloudMessage): void {
    const { clock } = this.#world;
    const txn = `cloud-${message.id}`;
    const link = this.#newest;
    if (!this.#unacked.has(txn) || !link || !this.#sessions.has(link)) return;
    for (let copy = 0; copy < message.copies; copy++)
      this.#send(link, {
        signal: 'bytes',
        frame: 'message',
        txn,
        bytes: encode(txn, `"messageType":"${message.type}"`),
      });
    clock.at(clock.now + 10_000, () => {
      if (this.#newest !== link || !this.#unacked.has(txn) || this.#hung.has(link)) return;
      if (this.#isGone(link)) this.end(link, 1011);
      else this.#tell(message);
    });
  }

  #send(link: SimulatedLink | undefined, frame: SimulatedFrame): void {
    if (link && !this.#hung.has(link)) link.send(frame);
  }

  #isGone(link: SimulatedLink): boolean {
    const { clock, plan } = this.#world;
    return clock.now - link.heardOrNotReadAt > patience + 2.5 * plan.pingInterval;
  }

  #ping(link: SimulatedLink): void {
    const { clock, plan } = this.#world;
    clock.at(clock.now + plan.pingInterval, () => {
      if (!this.#sessions.has(link) || this.#hung.has(link)) return;
      if (this.#isGone(link)) {
        this.end(link, 1001);
        return;
      }
      link.send({ signal: 'ping', frame: 'ping', txn: '' });
      this.#ping(link);
    });
  }
}

const encode = (txn: string, data: string): Uint8Array =>
  encoder.encode(
    `{"header":{"version":7,"systemId":"unit-1","createdAt":"${createdAt}","txn":"${txn}"},"data":{${data}}}`,
  );
