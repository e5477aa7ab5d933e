import type { Model } from './batch.js';

/** A change of one place of the compiled library. */
export interface Patch {
  /** Relative to the compiled library. */
  readonly file: string;
  /** The text to replace, which occurs exactly once. */
  readonly find: string;
  readonly put: string;
}

/** A bug that is planted, of the kind that slips in. */
export interface Mutant {
  readonly name: string;
  /** The model whose runs find it. Default `unit`. */
  readonly model?: Model;
  readonly patches: readonly Patch[];
}

/** One bug of each kind that the simulation has to find. */
export const mutants: readonly Mutant[] = [
  {
    name: 'an ack is lost for a message that waits to go again',
    patches: [
      { file: 'collections/in-flight.js', find: 'flight?.message ?? this.#late.get(txn)', put: 'flight?.message' },
    ],
  },
  {
    name: 'the ack timer runs from the queue on, not from the write',
    patches: [
      {
        file: 'operators/ack-timeout.js',
        find: 'inFlight.track(message, clock.now',
        put: 'inFlight.track(message, message.queuedAt',
      },
      {
        file: 'operators/waiting-line.js',
        find: 'this.#fresh[lane]?.push(message);',
        put: 'message.queuedAt = this.#now(); this.#fresh[lane].push(message);',
      },
    ],
  },
  {
    name: 'what goes again goes in the order of its return',
    patches: [
      {
        file: 'operators/waiting-line.js',
        find: 'while (index > 0 && this.#compare(line[index - 1] ?? message, message) < 0)',
        put: 'while (false)',
      },
    ],
  },
  {
    name: 'what goes again queues up behind newer messages',
    patches: [
      {
        file: 'operators/waiting-line.js',
        find: 'if (first !== undefined)',
        put: 'if (first !== undefined && this.#fresh[lane]?.peek() === undefined)',
      },
    ],
  },
  {
    name: 'a nack is forgotten',
    patches: [
      {
        file: 'operators/ack-timeout.js',
        find: "return flight && { kind: 'nacked', message: flight.message, retryAfter: reply.retryAfter };",
        put: 'return undefined;',
      },
    ],
  },
  {
    name: 'the wait of a nack is not bounded',
    patches: [{ file: 'protocol/codec.js', find: ', 0), longestRetryAfter)', put: ', 0), Infinity)' }],
  },
  {
    name: 'a nack that asks for no wait gets none',
    patches: [
      {
        file: 'operators/resend.js',
        find: 'return asked >= usualWait || asked > floor ? asked : floor;',
        put: 'return asked;',
      },
    ],
  },
  {
    name: 'a message that links end on is never dropped',
    patches: [
      {
        file: 'operators/suspicion.js',
        find: 'if (ends < mostEnds || alone < mostAlone)',
        put: 'if (true)',
      },
    ],
  },
  {
    name: 'a message that the cloud falls silent on is never dropped',
    patches: [
      {
        file: 'operators/suspicion.js',
        find: 'if (!isHeard && isTrusted && control >= answerTime * proof)',
        put: 'if (false)',
      },
    ],
  },
  {
    name: 'a message is dropped that was in flight where links ended on another',
    patches: [
      { file: 'operators/suspicion.js', find: 'const mostEnds = 4;', put: 'const mostEnds = 2;' },
      { file: 'operators/suspicion.js', find: ' || alone < mostAlone', put: '' },
    ],
  },
  {
    name: 'a connection that is lost costs a retry',
    patches: [
      {
        file: 'operators/resend.js',
        find: "case 'lost':",
        put: "case 'lost':\n message.retries++;",
      },
    ],
  },
  {
    name: 'a connection that ends right away is followed by the next one at once',
    patches: [
      {
        file: 'operators/retry-by.js',
        find: 'const isSuccess = hasLasted || (mayBeShort && hasBrought);',
        put: 'const isSuccess = hasLasted || hasBrought;',
      },
      { file: 'operators/retry-by.js', find: 'const least = pace.left();', put: 'const least = 0;' },
    ],
  },
  {
    name: 'a listener is left out when another one goes',
    patches: [{ file: 'connection/listeners.js', find: 'of [...listeners]', put: 'of listeners' }],
  },
  {
    name: 'two sockets at once, where credentials change',
    patches: [
      {
        file: 'connection/connection.js',
        find: 'of, switchMap, throwIfEmpty',
        put: 'of, mergeMap as switchMap, throwIfEmpty',
      },
    ],
  },
  {
    name: 'the endpoints are kept after a 401',
    patches: [{ file: 'connection/connector.js', find: 'cache.clear();', put: '' }],
  },
  {
    name: 'a link that does not answer is kept',
    patches: [{ file: 'operators/silence.js', find: 'throw dead(reason);', put: 'return NEVER;' }],
  },
  {
    name: 'a message that comes twice is given to the app twice',
    patches: [{ file: 'receiving/receiver.js', find: 'if (duplicate)', put: 'if (false)' }],
  },
  {
    name: 'places in the store are given twice',
    patches: [{ file: 'delivery/kept-messages.js', find: '(stored.at(-1)?.order ?? -1) + 1', put: 'stored.length' }],
  },
  {
    name: 'a message is written anew for each transmission',
    patches: [{ file: 'delivery/message-factory.js', find: 'createdAt: begun + since', put: 'createdAt: now()' }],
  },
  {
    name: 'the state is told before it is so',
    patches: [
      { file: 'connection/state-machine.js', find: 'connected = socket !== undefined;', put: '' },
      {
        file: 'connection/state-machine.js',
        find: 'state$.next(state);',
        put: 'state$.next(state);\nconnected = socket !== undefined;',
      },
    ],
  },
  {
    name: 'the waits of the backoff do not double',
    patches: [{ file: 'operators/backoff.js', find: 'base * 2 ** doublings', put: 'base' }],
  },
  {
    name: 'more is in flight than allowed',
    patches: [{ file: 'operators/outgoing-queue.js', find: 'inFlight < limits.maxInFlight && ', put: '' }],
  },
  {
    name: 'what an earlier process left goes last',
    patches: [
      {
        file: 'delivery/write-ahead.js',
        find: 'concat(restored, defer(() => put(take())))',
        put: 'concat(defer(() => put(take())), restored)',
      },
    ],
  },
  {
    name: 'a message outlives its ttl',
    patches: [{ file: 'delivery/sender.js', find: 'consume(dropExpired)', put: 'consume(() => undefined)' }],
  },
  {
    name: 'a link that does not answer is not suspected',
    patches: [{ file: 'delivery/deliver.js', find: 'onSilence();', put: ';' }],
  },
  {
    name: 'a message is sent before it is on disk',
    patches: [{ file: 'delivery/sender.js', find: 'kept?.persist ?? identity', put: 'identity' }],
  },
  {
    name: 'the ping interval of the cloud is not measured',
    patches: [{ file: 'operators/ping-intervals.js', find: 'this.#measure(now);', put: ';' }],
  },
  {
    name: 'a connection that has lasted begins no new cycle',
    patches: [{ file: 'operators/attempt-pace.js', find: 'this.#provenAt = this.#options.scheduler.now();', put: ';' }],
  },
  {
    name: 'a slow handler keeps its place',
    patches: [{ file: 'operators/key-lanes.js', find: 'this.#places++;', put: ';' }],
  },
  {
    name: 'a message is acked though its handler failed',
    patches: [{ file: 'receiving/held-message.js', find: 'this.#failed = true;', put: ';' }],
  },
  {
    name: 'an app that is far behind is read for',
    patches: [{ file: 'receiving/backpressure.js', find: 'socket.pause?.();', put: ';' }],
  },
  {
    name: 'a late ack is not counted',
    patches: [
      {
        file: 'unit/unit-metrics.js',
        find: "add('unitlink.client.acked.messages', 1, { type });",
        put: "if (at !== undefined) add('unitlink.client.acked.messages', 1, { type });",
      },
    ],
  },
];
