/** A published entry: a row or a removed id, a point, a value. */
export interface Entry {
  readonly at: number;
  readonly id?: string | number | undefined;
  readonly value: unknown;
}

export interface Unit {
  readonly id: string | number;
  readonly site: string;
  readonly n: number;
}

export type Topic = 'units' | 'cpu' | 'mode' | 'table';

/** The params that the run uses. */
export interface Params {
  readonly site?: string;
  readonly filter?: string;
  readonly sort?: 'n' | '-n';
  readonly page?: number;
  readonly pageSize?: number;
  readonly unit?: string;
}

/** The entries of each topic, and what a page must show of them: written for this run, without code of the library. */
export class Model {
  readonly #entries: Record<Topic, Entry[]> = { units: [], cpu: [], mode: [], table: [] };

  add(topic: Topic, entry: Entry): void {
    this.#entries[topic].push(entry);
  }

  count(topic: Topic): number {
    return this.#entries[topic].length;
  }

  /** Returns the number of entries of a topic that were published before that time. */
  countBefore(topic: Topic, time: number): number {
    const entries = this.#entries[topic];
    const after = entries.findIndex(({ at }) => at >= time);
    return after < 0 ? entries.length : after;
  }

  /** Returns the time of the newest entry that concerns these params. */
  newest(topic: Topic, params: Params): number | undefined {
    return this.#entries[topic].findLast(({ value }) => topic !== 'cpu' || isOf(value, params))?.at;
  }

  /** Returns the expected content after so many entries, as text. */
  shown(topic: Topic, params: Params, count: number): string {
    const entries = this.#entries[topic].slice(0, count);
    switch (topic) {
      case 'units':
        if (params.pageSize === 0) return 'an error';
        return tableText(entries, params);
      case 'cpu':
        return chartText(entries, params);
      case 'table': {
        const { rows = [], total } = (entries.at(-1)?.value ?? {}) as { rows?: unknown; total?: number };
        return JSON.stringify([rows, total]);
      }
      case 'mode':
        return JSON.stringify(entries.at(-1)?.value ?? null);
    }
  }
}

const isOf = (value: unknown, { unit }: Params) => unit === undefined || (value as { unit: string }).unit === unit;

const tableText = (entries: readonly Entry[], { site, filter, sort, page = 0, pageSize }: Params): string => {
  const byId = new Map<string, Unit>();
  for (const { id, value } of entries)
    if (value === undefined) byId.delete(String(id));
    else byId.set(String(id), value as Unit);
  const rows = [...byId.values()].filter(
    (row) =>
      (site === undefined || row.site === site) &&
      (filter === undefined || Object.values(row).some((value) => String(value).includes(filter))),
  );
  const down = sort === '-n' ? -1 : 1;
  rows.sort((one, other) => (sort ? (one.n - other.n) * down : 0) || place(one) - place(other));
  const from = page * (pageSize ?? 0);
  return JSON.stringify([rows.slice(from, pageSize ? from + pageSize : undefined), rows.length]);
};

/** Ids without a letter come first, each kind in the order of its numbers. */
const place = ({ id }: Unit) => Number(String(id).replace('u-', '1000'));

const chartText = (entries: readonly Entry[], params: Params): string => {
  const byTime = new Map<number, unknown>();
  for (const { value } of entries) {
    const { point } = value as { point: [number, number] };
    if (isOf(value, params)) byTime.set(point[0], point);
  }
  return JSON.stringify([...byTime].sort(([one], [other]) => one - other).map(([, point]) => point));
};
