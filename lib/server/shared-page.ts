import { newestOf } from './newest-of.js';
import type { Move } from './shared-order.js';
import { SharedView } from './shared-view.js';
import type { Page } from './state-params.js';
import { rowsText, snapshotOf, type StateViewOptions } from './state-view.js';
import type { StateRow } from './state-row.js';
import type { View, ViewUpdate } from './topic.js';

/** One page of the rows that match, written once for all who watch it: an update is the whole page. */
export class SharedPage extends SharedView {
  readonly #page: Page;
  #isDirty = true;
  #rows: readonly StateRow[] = [];
  #total = 0;
  #newest = 0;
  #changedAt = 0; // the time of the newest change of all rows that match, removed ones included
  #version = 0;
  #update: ViewUpdate = { offset: 0, ts: 0, payload: '' };

  constructor(options: StateViewOptions, page: Page) {
    super(options);
    this.#page = page;
  }

  /** Opens the view of one subscription, which calls `changed` whenever the page is another. */
  view(changed: () => void): View {
    let sent = 0;
    const close = this.watch(changed);
    const flush = (): readonly ViewUpdate[] => {
      this.#render();
      if (sent === this.#version) return [];
      sent = this.#version;
      return [this.#update];
    };
    return {
      interval: 50,
      newest: () => {
        this.#render();
        return newestOf(this.#rows);
      },
      snapshot: () => {
        this.#render();
        sent = this.#version;
        return snapshotOf(this.#rows, this.#total);
      },
      // The page at that offset is not known any more, but it is known if nothing at all has changed since.
      replay: (after) => {
        const updates = flush();
        return this.#hasChangedSince(after) ? updates : [];
      },
      ...{ flush, close },
    };
  }

  #hasChangedSince(after: number): boolean {
    const { rows, gone } = this.options;
    const removals = [...gone].map(([, removal]) => removal);
    return !gone.isComplete(after) || [...rows.values(), ...removals].some(({ offset }) => offset > after);
  }

  protected override take({ change, before, after, from, to }: Move): void {
    const { start, size } = this.#page;
    this.#changedAt = Math.max(this.#changedAt, change.ts);
    const isCount = before === undefined || after === undefined; // then `total` is another
    if (!isCount && (Math.min(from, to) >= start + size || Math.max(from, to) < start)) return;
    this.#isDirty = true;
    this.announce();
  }

  #render(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const { order, reached } = this.options;
    this.#rows = order.rows.slice(this.#page.start, this.#page.size);
    this.#total = order.rows.length;
    const payload = rowsText(this.#rows, this.#total);
    const newest = newestOf(this.#rows) ?? 0;
    const isSame = payload === this.#update.payload;
    // A row that was published once more without a change is an update all the same.
    if (isSame && newest <= this.#newest) return;
    this.#newest = newest;
    this.#version++;
    this.#update = { offset: reached.offset, ts: isSame ? newest : Math.max(newest, this.#changedAt), payload };
  }
}
