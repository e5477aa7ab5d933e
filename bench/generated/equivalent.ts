/** A change that nobody can see: it is not planted. */
export interface Equivalent {
  /** Relative to the compiled library. */
  readonly file: string;
  /** A part of the line. */
  readonly line: string;
  /** The kind of the change, as it is shown. */
  readonly kind: string;
  readonly why: string;
}

/** Survivors that were looked at, and change nothing that a user or a monitor could observe. */
export const equivalent: readonly Equivalent[] = [
  {
    file: 'operators/uplink.js',
    line: 'if (end > this.#read)',
    kind: '> to >=',
    why: 'what was read up to the same byte is read up to it again',
  },
  {
    file: 'operators/ping-intervals.js',
    line: '[(numbers.length - 1) >> 1] ?? 0',
    kind: '?? dropped',
    why: 'there is always a number: the one that was just measured',
  },
  {
    file: 'store/read-journal.js',
    line: 'isDamaged: false,',
    kind: 'false to true',
    why: 'of a file that is left out as a whole, nobody asks for its damaged parts',
  },
  {
    file: 'store/journal-record.js',
    line: 'Math.min(found < 0 ? bytes.length',
    kind: 'number',
    why: 'the newline is looked for behind the checksum: it is never the first byte',
  },
  {
    file: 'store/read-journal.js',
    line: 'lost.length > mostListed',
    kind: 'condition negated',
    why: 'the text of an error',
  },
  {
    file: 'delivery/message-factory.js',
    line: "wrap('', { txn: '', createdAt: 0 })",
    kind: 'number',
    why: 'a time has as many digits as any other',
  },
  {
    file: 'connection/attempt-memory.js',
    line: 'this.nextRequestDelay = 0;',
    kind: 'statement dropped',
    why: 'it is asked only if it is above 0, as nothing is not',
  },
  {
    file: 'connection/connection.js',
    line: 'memory.nextRequestDelay > 0 ?',
    kind: 'number',
    why: 'a wait of one millisecond is as short as one of none: both are raised to the least wait',
  },
];

/** True if a change of a compiled file is one of them. */
export const isEquivalent = (file: string, text: string, { start, kind }: { start: number; kind: string }): boolean => {
  const known = equivalent.filter((one) => one.file === file && one.kind === kind);
  if (known.length === 0) return false;
  const line = text.slice(text.lastIndexOf('\n', start) + 1, (text + '\n').indexOf('\n', start));
  return known.some((one) => line.includes(one.line));
};
