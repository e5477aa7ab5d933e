import type { LostMessage } from '../../errors.js';

/** A summary of the content of a store. */
export interface StoreSummary {
  readonly kept: number;
  /** The time at which the first message was accepted, in ISO 8601. */
  readonly oldest?: string;
  readonly newest?: string;
  /** The number of messages by type. */
  readonly types: Readonly<Record<string, number>>;
  /** Of its files. */
  readonly bytes: number;
}

/** Describes the content of a store. */
export const contentText = ({ kept, oldest, newest, types, bytes }: StoreSummary, now: number): string => {
  const byType = Object.entries(types).map(([type, count]) => `${count} ${type}`);
  const which = byType.length === 0 ? '' : `: ${byType.join(', ')}`;
  const since =
    oldest === undefined || newest === undefined
      ? ''
      : `  the oldest accepted ${ageText(now - Date.parse(oldest))} (${oldest}), the newest at ${newest}\n`;
  return `  ${kept} messages${which}; ${bytes} bytes on disk\n${since}`;
};

const units = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const;

const ageText = (age: number): string => {
  const [unit, length] = units.find(([, least]) => age >= 2 * least) ?? ['seconds', 1000];
  return `${Math.floor(Math.max(0, age) / length)} ${unit} ago`;
};

/** The messages that cannot be read, a line each. */
export const lostText = (what: string, lost: readonly LostMessage[]): string => {
  if (lost.length === 0) return '';
  const lines = lost.map(
    ({ txn, order, file, at }) =>
      `    ${txn ?? 'without a readable txn'}${order === undefined ? '' : `, order ${order}`} (byte ${at} of ${file})\n`,
  );
  return `  ${lost.length} ${what}:\n${lines.join('')}`;
};
