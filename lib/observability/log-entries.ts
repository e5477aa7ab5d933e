import { messageLine, type FrameDirection } from './message-line.js';

/** An entry of a message log: a frame, or the number of messages that are missing in this place. */
export type LogEntry = { readonly direction: FrameDirection; readonly frame: string | Uint8Array } | { lost: number };

/** The size of an entry without its frame, in bytes, about. */
const entrySize = 100;

/** The size of an entry in memory, in bytes, about. */
const sizeOf = (entry: LogEntry): number => ('lost' in entry ? 0 : entrySize + entry.frame.length);

/** The line of an entry, its end included. */
export const lineOf = (entry: LogEntry): string =>
  'lost' in entry
    ? `# ${entry.lost} ${entry.lost === 1 ? 'message is' : 'messages are'} missing here\n`
    : messageLine(entry.direction, entry.frame);

/** The number of messages in these entries. */
export const countOf = (entries: readonly LogEntry[]): number =>
  entries.reduce((count, entry) => count + ('lost' in entry ? entry.lost : 1), 0);

/** Entries that wait for the disk. What finds no room is counted in its place. */
export class WaitingEntries {
  readonly #maxBytes: number;
  readonly #entries: LogEntry[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** True if nothing waits. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** True if at least one frame waits. */
  get hasFrames(): boolean {
    return this.#entries.some((entry) => !('lost' in entry));
  }

  /** Adds a frame at the end, or counts it as lost if too much waits. */
  add(direction: FrameDirection, frame: string | Uint8Array): void {
    const entry = { direction, frame };
    const last = this.#entries.at(-1);
    if (this.#bytes + sizeOf(entry) <= this.#maxBytes) {
      this.#entries.push(entry);
      this.#bytes += sizeOf(entry);
    } else if (last !== undefined && 'lost' in last) last.lost++;
    else this.#entries.push({ lost: 1 });
  }

  /** Removes the first entries, of about so many bytes, and returns them. */
  take(bytes: number): readonly LogEntry[] {
    let size = 0;
    let count = 0;
    for (const entry of this.#entries) {
      if (size >= bytes) break;
      size += sizeOf(entry);
      count++;
    }
    this.#bytes -= size;
    return this.#entries.splice(0, count);
  }

  /** Counts messages as lost before the first entry. */
  lose(count: number): void {
    const [first] = this.#entries;
    if (first !== undefined && 'lost' in first) first.lost += count;
    else this.#entries.unshift({ lost: count });
  }
}
