import { isObject } from '../protocol/read.js';
import { ScenarioError } from './scenario-error.js';

/** A line of a message log. */
export interface LogEntry {
  /** From 1. */
  readonly line: number;
  /** Milliseconds since the first message. */
  readonly at: number;
  /** From the unit, or from the cloud; `gap` for messages that are missing. */
  readonly kind: 'TX' | 'RX' | 'gap';
  /** The frame, or what the line says. */
  readonly text: string;
  /** The message, if the frame is one. */
  readonly message?: { readonly txn: string; readonly systemId: string; readonly messageType: string };
}

interface Line extends Omit<LogEntry, 'at'> {
  /** By the clock of who sent it, in milliseconds since 1970. */
  readonly createdAt: number | undefined;
}

/**
 * The messages of a log, in its order. Their times are those in the headers of the unit; a message of the cloud, whose
 * clock may be another, is where the log has it, at its own time where that fits in there.
 *
 * @throws ScenarioError for a line that is none of a message log
 */
export const readLog = (text: string, file = 'messages.log'): readonly LogEntry[] => {
  const lines = text.split('\n').flatMap((line, index) => readLine(line, index + 1, file));
  if (lines.length === 0) throw new ScenarioError(file, 1, 'there is no message in this log');
  const base = lines.find(({ createdAt }) => createdAt !== undefined)?.createdAt ?? 0;
  const latest = nextOfUnit(lines);
  let now = 0;
  return lines.map(({ createdAt = base + now, ...line }, index) => {
    const time = line.kind === 'RX' ? Math.min(createdAt, latest[index] ?? Infinity) : createdAt;
    now = Math.max(now, time - base);
    return { ...line, at: now };
  });
};

/** For each line when the unit sent its next message: what the log has before that came no later. */
const nextOfUnit = (lines: readonly Line[]): readonly number[] => {
  let next = Infinity;
  return lines
    .toReversed()
    .map(({ kind, createdAt }) => (next = kind === 'TX' ? (createdAt ?? next) : next))
    .reverse();
};

const readLine = (text: string, line: number, file: string): readonly Line[] => {
  const content = text.trim();
  if (content === '') return [];
  if (content.startsWith('#')) return [{ line, kind: 'gap', text: content.slice(1).trim(), createdAt: undefined }];
  const [, kind, frame = ''] = /^(TX|RX): (.*)$/.exec(content) ?? [];
  if (kind !== 'TX' && kind !== 'RX')
    throw new ScenarioError(
      file,
      line,
      'a line of a message log begins with "TX: " or "RX: "; take out what is not from unitlink, such as time stamps',
    );
  return [{ line, kind, text: frame, ...headOf(frame) }];
};

const headOf = (frame: string): Pick<Line, 'createdAt' | 'message'> => {
  const parsed = parse(frame);
  if (!isObject(parsed) || !isObject(parsed['header']) || !isObject(parsed['data'])) return { createdAt: undefined };
  const { txn = '', systemId = '', createdAt } = parsed['header'];
  const time = Date.parse(String(createdAt));
  return {
    createdAt: Number.isNaN(time) ? undefined : time,
    message: { txn: String(txn), systemId: String(systemId), messageType: String(parsed['data']['messageType']) },
  };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
