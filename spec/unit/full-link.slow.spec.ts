import { expect } from 'chai';
import { asyncScheduler, concat, defer, filter, map, NEVER, timer } from 'rxjs';
import { DeadLinkError } from '../../lib/errors.js';
import type { UnitOptions } from '../../lib/unit/options.js';
import type { Delivery } from '../../lib/delivery/outgoing-message.js';
import type { ReceivedEvent } from '../../lib/testing/cloud/events.js';
import type { CloudOptions } from '../../lib/testing/cloud/options.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import { virtualUnit, type VirtualUnit } from '../../lib/testing/virtual/unit.js';
import { nodeTransport } from '../../lib/transport/node-transport.js';
import type { Socket, Transport } from '../../lib/transport/types.js';
import type { Unit } from '../../lib/unit/unit.js';
import { numbered, numberOf } from '../support/numbered.js';
import { marbles } from '../support/marbles.js';
import { connectTo, recorded, untilState } from '../support/unit-on-cloud.js';
import { untilAll } from '../support/until.js';

const highWater = 1024 * 1024;
const slack = 64 * 1024; // the last message of a batch, and the heads of frames
const count = 20_000;
const numbers = Array.from({ length: count }, (_, number) => number);
const sample = (number: number) => numbered(number, 'x'.repeat(1000));

/** The transport of Node, with the socket that it opened last, the most that was ever unsent, and the frames written again. */
const watchedTransport = () => {
  const watch: { socket?: Socket; most: number; copies: number } = { most: 0, copies: 0 };
  const written = new Set<string>();
  const real = nodeTransport();
  const transport: Transport = {
    ...real,
    openSocket: (request) =>
      real.openSocket(request).pipe(
        map((socket) => {
          const look = (...frames: readonly string[]) => {
            watch.most = Math.max(watch.most, socket.bufferedAmount);
            for (const frame of frames) {
              if (written.has(frame)) watch.copies++;
              written.add(frame);
            }
          };
          const watched: Socket = {
            ...socket,
            get bufferedAmount() {
              return socket.bufferedAmount;
            },
            send: (frame) => {
              socket.send(frame);
              look(frame);
            },
            sendBatch: (frames) => {
              socket.sendBatch?.(frames);
              look(...frames);
            },
            ping: () => {
              socket.ping();
              look();
            },
          };
          watch.socket = watched;
          return watched;
        }),
      ),
  };
  return { watch, transport };
};

/** How far each message is. */
const lastOf = (sent: readonly Delivery[]) =>
  sent.map(({ status$ }) => recorded(status$.pipe(map(({ status }) => status))).at(-1));

describe('a peer that stops reading', () => {
  const started: AsyncDisposable[] = [];

  const start = async (cloudOptions: CloudOptions, options: Partial<UnitOptions>) => {
    const cloud = await startCloud(cloudOptions);
    const { watch, transport } = watchedTransport();
    const unit = connectTo(cloud, { transport, maxQueued: 2 * count, maxInFlight: 8000, ...options });
    started.push(unit, cloud);
    await untilState(unit, 'connected');
    return { cloud, unit, watch };
  };
  const received = ({ event$ }: Cloud) =>
    recorded(event$.pipe(filter((event): event is ReceivedEvent & { at: number } => event.kind === 'message')));
  /** The numbers of the messages in the order in which they came first. */
  const first = (messages: readonly ReceivedEvent[]) =>
    messages.filter(({ duplicate }) => !duplicate).map(({ data }) => numberOf(data));
  /** Sends all the messages, a hundred a turn. */
  const sendAll = async (unit: Unit): Promise<Delivery[]> => {
    const sent: Delivery[] = [];
    for (const number of numbers) {
      sent.push(unit.send(sample(number)));
      if (number % 100 === 99) await new Promise(setImmediate);
    }
    return sent;
  };

  afterEach(async () => {
    for (const one of started.splice(0)) await one[Symbol.asyncDispose]();
  });

  it('is replaced when it shows no sign of life; no more than 1 MiB piles up, nothing is lost', async () => {
    const { cloud, unit, watch } = await start(
      { pingInterval: 0 },
      { ackTimeout: 150, pongTimeout: 100, stableAfter: 0 },
    );
    const messages = received(cloud);
    const waiting = untilState(unit, 'waiting');
    cloud.silence();
    const sent = await sendAll(unit);
    expect((await waiting).cause).to.be.an.instanceof(DeadLinkError);

    const reports = await Promise.all(sent.map(({ acknowledged }) => acknowledged));
    expect(reports.filter(({ status }) => status !== 'acknowledged')).to.deep.equal([]);
    expect(first(messages)).to.deep.equal(numbers);
    expect(watch.most).to.be.within(highWater, highWater + slack);
    expect(cloud.counts).to.include({ upgrades: 2 });
  });

  it('is kept while it pings, through ten ack timeouts; it gets no copies, and everything once it reads', async () => {
    const { cloud, unit, watch } = await start({ pingInterval: 50 }, { ackTimeout: 100, pongTimeout: 100 });
    const messages = received(cloud);
    const states = recorded(unit.state$);
    cloud.stopReading();
    const sent = await sendAll(unit);
    await untilAll(20, watch.socket?.activity$ ?? NEVER, (activity) => activity === 'ping');
    expect(states.map(({ state }) => state)).to.deep.equal(['connected']);
    expect(watch.copies).to.equal(0);
    cloud.resume();

    const reports = await Promise.all(sent.map(({ acknowledged }) => acknowledged));
    expect(reports.filter(({ status }) => status !== 'acknowledged')).to.deep.equal([]);
    expect(first(messages)).to.deep.equal(numbers);
    expect(watch.most).to.be.within(highWater, highWater + slack);
    expect(cloud.counts).to.include({ upgrades: 1 });
  });

  const minute = 60_000;
  /**
   * A cloud that pings each 15 s, and does not read from 1 s on, for a minute or for ever. No ping comes with another timer: the
   * TestScheduler takes it for a fault if one of two timers of the same moment stops the other.
   */
  const pings$ = timer(14_995, 14_995, asyncScheduler).pipe(map(() => 'ping' as const));
  /** Sends 100 messages of 1 KB a second, from 0 to 70 s, and gives their numbers as they reach the cloud. */
  const sending = ({ unit, received$ }: VirtualUnit) => {
    let number = 0;
    const sent: Delivery[] = [];
    const send = () => {
      sent.push(unit.send(sample(number++)));
      if (number < 7000) asyncScheduler.schedule(send, 10);
    };
    asyncScheduler.schedule(send);
    const reached = recorded(received$.pipe(map(({ data }) => numberOf(data))));
    return { sent, reached };
  };

  marbles('is kept for a minute while it pings, and gets everything once it reads', ({ flush }) => {
    const reads$ = concat(
      timer(1000, asyncScheduler).pipe(map(() => false)),
      timer(minute, asyncScheduler).pipe(map(() => true)),
    );
    const options = { maxInFlight: 5000, lifetime: 2 * minute };
    const virtual = virtualUnit(asyncScheduler, { reads$, frame$: pings$ }, options);
    const states = recorded(virtual.unit.state$.pipe(map(({ state }) => state)));
    const { sent, reached } = sending(virtual);
    flush();

    expect(reached).to.deep.equal(sent.map((_, number) => number));
    expect(lastOf(sent)).to.deep.equal(sent.map(() => 'acknowledged'));
    expect(states).to.deep.equal(['discovering', 'connecting', 'connected', 'stopped']);
  });

  marbles('is replaced after 15 s in which it neither reads nor pings, and nothing is lost', ({ flush }) => {
    const links = [timer(1000, asyncScheduler).pipe(map(() => false)), NEVER];
    const reads$ = defer(() => links.shift() ?? NEVER);
    const virtual = virtualUnit(asyncScheduler, { reads$ }, { maxInFlight: 5000, lifetime: 2 * minute });
    const states = recorded(virtual.unit.state$.pipe(map(({ state }) => `${asyncScheduler.now()} ${state}`)));
    const { sent, reached } = sending(virtual);
    flush();

    expect(reached).to.deep.equal(sent.map((_, number) => number));
    expect(lastOf(sent)).to.deep.equal(sent.map(() => 'acknowledged'));
    // The first message that is not read is sent at 1 s; then 10 s for its ack, and 5 s for the pong.
    expect(states.slice(0, 5)).to.deep.equal([
      '0 discovering',
      '0 connecting',
      '0 connected',
      '16000 waiting',
      '16000 connecting',
    ]);
  });
});
