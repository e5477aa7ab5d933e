/** A change of one place of the compiled library. */
export interface Patch {
  /** Relative to the compiled library. */
  readonly file: string;
  /** What is there, exactly once. */
  readonly find: string;
  readonly put: string;
}

/** A bug that is planted, of the kind that slips in. */
export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
}

/** One bug of each kind that the simulation has to find. */
export const mutants: readonly Mutant[] = [
  {
    name: 'an ack is lost for a message that waits to go again',
    patches: [{ file: 'operators/ack-timeout.js', find: 'message ?? late.get(txn)', put: 'message' }],
  },
  {
    name: 'the ack timer runs from the queue on, not from the write',
    patches: [
      {
        file: 'operators/ack-timeout.js',
        find: 'waiting.add(message.txn, { message, sentAt: scheduler.now() })',
        put: 'waiting.add(message.txn, { message, sentAt: message.queuedAt })',
      },
      {
        file: 'operators/outgoing-queue.js',
        find: 'fresh.push(message);',
        put: 'message.queuedAt = scheduler.now(); fresh.push(message);',
      },
    ],
  },
  {
    name: 'what goes again goes in the order of its return',
    patches: [
      {
        file: 'operators/outgoing-queue.js',
        find: 'while (index > 0 && (again[index - 1]?.order ?? 0) < message.order)',
        put: 'while (false)',
      },
    ],
  },
  {
    name: 'what goes again queues up behind newer messages',
    patches: [
      {
        file: 'operators/outgoing-queue.js',
        find: 'again.pop() ?? fresh.shift()',
        put: 'fresh.shift() ?? again.pop()',
      },
    ],
  },
  {
    name: 'a nack is forgotten',
    patches: [
      {
        file: 'operators/ack-timeout.js',
        find: "return { kind: 'nacked', message, retryAfter: reply.retryAfter };",
        put: 'return undefined;',
      },
    ],
  },
  {
    name: 'the wait of a nack is not bounded',
    patches: [{ file: 'protocol/codec.js', find: ', 0), longestRetryAfter)', put: ', 0), Infinity)' }],
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
        file: 'operators/retry-policy.js',
        find: 'const isSuccess = lasted || (mayBeShort && isShort);',
        put: 'const isSuccess = lasted || isShort;',
      },
      { file: 'operators/retry-policy.js', find: 'provenAt === undefined ? 0 : pace()', put: '0' },
    ],
  },
  {
    name: 'a listener is left out when another one goes',
    patches: [{ file: 'listeners.js', find: 'of [...listeners]', put: 'of listeners' }],
  },
  {
    name: 'two sockets at once, where credentials change',
    patches: [{ file: 'attempt.js', find: 'noop, of, switchMap, tap', put: 'noop, of, mergeMap as switchMap, tap' }],
  },
  {
    name: 'the endpoints are kept after a 401',
    patches: [{ file: 'opening.js', find: 'known.cache.clear();', put: '' }],
  },
  {
    name: 'a link that does not answer is kept',
    patches: [{ file: 'operators/link-watch.js', find: 'return merge(verdict$, ping$);', put: 'return ping$;' }],
  },
  {
    name: 'a message that comes twice is given to the app twice',
    patches: [{ file: 'inbox.js', find: 'if (!seen.add(txn))', put: 'if (!seen.add(txn) || true)' }],
  },
  {
    name: 'places in the store are given twice',
    patches: [{ file: 'persistence.js', find: '(stored.at(-1)?.order ?? -1) + 1', put: 'stored.length' }],
  },
  {
    name: 'a message is written anew for each transmission',
    patches: [{ file: 'outbox.js', find: 'createdAt: begun + since', put: 'createdAt: now()' }],
  },
  {
    name: 'the state is told before it is so',
    patches: [
      { file: 'transitions.js', find: 'connected = socket !== undefined;', put: '' },
      {
        file: 'transitions.js',
        find: 'state$.next(state);',
        put: 'state$.next(state);\nconnected = socket !== undefined;',
      },
    ],
  },
];
