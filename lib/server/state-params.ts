import type { JsonObject } from '../protocol/read.js';
import { ParamsError, readInteger, readLabels, readParams, readText } from './params.js';
import type { TopicRow, StateTopicOptions } from './state-topic-options.js';
import type { StateRow } from './state-row.js';

/** A part of the rows, in their order. */
export interface Page {
  readonly start: number;
  readonly size: number;
}

/** The rows that a subscription of a state topic requests, and their order. */
export interface StateQuery {
  readonly matches: (row: TopicRow) => boolean;
  /** By `sort`; of rows that are equal in it, or without it, by their keys. Never 0 for two keys. */
  readonly compare: (one: StateRow, other: StateRow) => number;
  /** The page; undefined for all rows. */
  readonly page: Page | undefined;
}

/** @throws ParamsError */
export const readStateParams = (given: unknown, options: StateTopicOptions): StateQuery => {
  const params = readParams(given);
  const wrong = options.check?.(params);
  if (wrong !== undefined) throw new ParamsError(wrong);
  const { filter, sort: compare = byMember } = options;
  const sort = readText(params, 'sort');
  return {
    matches: filter === undefined ? plainFilter(params) : (row) => filter(row, params),
    compare: sort === undefined ? byKey : (one, other) => compared(compare, one, other, sort) || byKey(one, other),
    page: readPage(params, options.maxPageSize ?? 1000),
  };
};

/** A row that the comparison cannot even compare with itself, as one without the member, comes after all others. */
const compared = (
  compare: NonNullable<StateTopicOptions['sort']>,
  { row: one }: StateRow,
  { row: other }: StateRow,
  sort: string,
): number => {
  const numberOf = (first: TopicRow, second: TopicRow): number => {
    try {
      return compare(first, second, sort);
    } catch {
      return NaN;
    }
  };
  const order = numberOf(one, other);
  return Number.isNaN(order)
    ? Number(Number.isNaN(numberOf(one, one))) - Number(Number.isNaN(numberOf(other, other)))
    : order;
};

const readPage = (params: JsonObject, most: number): Page | undefined => {
  const page = readInteger(params, 'page', 0, 1_000_000);
  const size = readInteger(params, 'pageSize', 1, most);
  if (page === undefined && size === undefined) return undefined;
  const { pageSize = Math.min(50, most) } = { ...(size !== undefined && { pageSize: size }) };
  return { start: (page ?? 0) * pageSize, size: pageSize };
};

const plainFilter = (params: JsonObject): ((row: TopicRow) => boolean) => {
  const hasLabels = readLabels(params, ['filter', 'sort', 'page', 'pageSize']);
  const text = readText(params, 'filter')?.toLowerCase() ?? '';
  return (row) => hasLabels(row) && (text === '' || Object.values(row).some((value) => holds(value, text)));
};

const holds = (value: unknown, text: string): boolean =>
  (typeof value === 'string' || typeof value === 'number') && String(value).toLowerCase().includes(text);

const byMember = (one: TopicRow, other: TopicRow, sort: string): number => {
  const down = sort.startsWith('-');
  const name = down ? sort.slice(1) : sort;
  return (down ? -1 : 1) * compareValues(one[name], other[name]);
};

const byKey = (one: StateRow, other: StateRow): number =>
  compareValues(one.order, other.order) || compareValues(one.key, other.key);

/** Numbers, texts, all else, null, and what a row does not have: of two kinds none is between values of the other. */
const kindOf = (value: unknown): number =>
  typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : value === undefined ? 4 : value === null ? 3 : 2;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const compareValues = (one: unknown, other: unknown): number => {
  const kind = kindOf(one);
  if (kind !== kindOf(other)) return kind - kindOf(other);
  if (kind === 0) return (one as number) - (other as number);
  if (kind > 2) return 0;
  const [text, otherText] = [textOf(one), textOf(other)];
  return text < otherText ? -1 : text > otherText ? 1 : 0;
};
