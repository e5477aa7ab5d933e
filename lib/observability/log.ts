import { oneLine } from '../protocol/one-line.js';

/** The levels of the log; each includes those before it. */
export const logLevels = ['error', 'warn', 'info', 'debug', 'trace'] as const;

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** Writes one line, if its level is logged; a text that is expensive to make comes as a function. */
export type Log = (level: LogLevel, text: string | (() => string)) => void;

/** Options of {@link createLog}. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Takes each line, its end included. */
  readonly write: (line: string) => unknown;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** A log for people: `time level text`, one line each. The texts are to be free of secrets. */
export const createLog = ({ level: most, write, now = Date.now }: LogOptions): Log => {
  const logged: ReadonlySet<LogLevel> = new Set(logLevels.slice(0, logLevels.indexOf(most) + 1));
  return (level, text) => {
    if (!logged.has(level)) return;
    const line = typeof text === 'function' ? text() : text;
    write(`${new Date(now()).toISOString()} ${level.padEnd(5)} ${oneLine(line)}\n`);
  };
};
