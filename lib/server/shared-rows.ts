import { inGroups, lastOf } from './chunks.js';
import { newestOf } from './newest-of.js';
import { mergeChanges, type RowChange, rowChange } from './row-change.js';
import { replayedRows, rowsAfter } from './rows-replay.js';
import type { OrderedRows } from './ordered-rows.js';
import { SentRows } from './sent-rows.js';
import type { Move } from './shared-order.js';
import { SharedView } from './shared-view.js';
import type { StateRow } from './state-row.js';
import { snapshotOf } from './state-view.js';
import type { View, ViewUpdate } from './topic.js';

/** The changes that are kept for pages that read slowly; one that is further behind gets all since its last update. */
const maxKept = 4096;

/**
 * All rows that match, for all who watch them: an update contains the rows that were set, their places, and the ids of
 * removed ones. What leads from one state to another is written once, for all who need it.
 */
export class SharedRows extends SharedView {
  #changes: RowChange[] = [];
  /** The number of the first change that is kept. */
  #first = 0;
  #written = new Map<number, readonly ViewUpdate[]>();
  #snapshot: readonly string[] | undefined;

  /** Opens the view of one subscription, which calls `changed` with each change. */
  view(changed: () => void): View {
    const { order, reached } = this.options;
    let at = this.#next();
    let offset = reached.offset;
    const catchUp = (): void => {
      at = this.#next();
      offset = reached.offset;
    };
    const close = this.watch(changed);
    return {
      newest: () => newestOf(order.rows.all()),
      snapshot: () => {
        catchUp();
        return (this.#snapshot ??= [...snapshotOf(order.rows.all(), order.rows.length)]);
      },
      replay: (after) => {
        const updates = replayedRows(after, this.options);
        catchUp();
        return updates;
      },
      flush: () => {
        const updates = at < this.#first ? rowsAfter(offset, this.options) : this.#since(at);
        catchUp();
        return updates;
      },
      close,
    };
  }

  #next(): number {
    return this.#first + this.#changes.length;
  }

  protected override take({ change, before, after }: Move): void {
    this.#snapshot = undefined;
    this.#written = new Map();
    this.#changes.push(rowChange(change.key, before, after, change));
    if (this.#changes.length > maxKept) {
      this.#changes = this.#changes.slice(maxKept / 2);
      this.#first += maxKept / 2;
    }
    this.announce();
  }

  /** Returns the updates that lead from the state before this change to the present one. */
  #since(at: number): readonly ViewUpdate[] {
    const written = this.#written.get(at) ?? this.#write(mergeChanges(this.#changes.slice(at - this.#first)));
    this.#written.set(at, written);
    return written;
  }

  #write(changes: readonly RowChange[]): readonly ViewUpdate[] {
    const { rows } = this.options.order;
    const groups = [...inGroups(changes)];
    // In one update each place is that of the row in the end; in several, where it is by then.
    const sent = groups.length > 1 ? new SentRows(this.options.query.compare) : undefined;
    sent?.reset(rowsBefore(rows.all(), changes).sort(this.options.query.compare));
    return groups.map((group) => {
      const set = sent?.apply(group, true) ?? setText(group, rows, this.options.query.compare);
      const remove = group.filter(({ after }) => !after).map(({ id }) => id);
      const payload = `{${set},"remove":[${remove.join()}],"total":${rows.length}}`;
      return { offset: lastOf(group).offset, ts: newestOf(group) ?? 0, payload };
    });
  }
}

/** Returns the rows as they were before these changes, in their order. */
const rowsBefore = (rows: readonly StateRow[], changes: readonly RowChange[]): StateRow[] => {
  const changed = new Set(changes.map(({ after }) => after));
  return [...rows.filter((row) => !changed.has(row)), ...changes.flatMap(({ before }) => before ?? [])];
};

/** Writes the rows that are set, and the places of those that are not where they were. */
const setText = (
  changes: readonly RowChange[],
  rows: OrderedRows,
  compare: (one: StateRow, other: StateRow) => number,
): string => {
  const isKept = ({ before, after }: RowChange): boolean =>
    before !== undefined && after !== undefined && compare(before, after) === 0;
  const rowsOf = (some: readonly RowChange[]): StateRow[] => some.flatMap(({ after }) => after ?? []);
  const moved = changes.filter((change) => !isKept(change));
  // By where they are: the comparison is the app's, and may not be the same each time.
  const found = rowsOf(moved)
    .map((row) => ({ row, place: rows.indexOf(row) }))
    .sort((one, other) => one.place - other.place);
  const placed = found.map(({ row }) => row);
  const places = found.map(({ place }) => place);
  const isNew = moved.every(({ before, after }) => before === undefined || after === undefined);
  // Where a dashboard puts new rows by default.
  const atEnd = isNew && (placed.length === 0 || places[0] === rows.length - placed.length);
  const set = [...placed, ...rowsOf(changes.filter(isKept))].map(({ text }) => text).join();
  return `"set":[${set}]${atEnd ? '' : `,"at":[${places.join()}]`}`;
};
