import { oneLine } from '../protocol/one-line.js';

/** The levels of the log; each includes those before it. */
export const logLevels = ['error', 'warn', 'info', 'debug', 'trace'] as const;

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** The forms of a line: for people, or an object for programs. */
export const logFormats = ['text', 'json'] as const;

/** One of {@link logFormats}. */
export type LogFormat = (typeof logFormats)[number];

/** Writes one line, if its level is logged; a text that is expensive to make comes as a function. */
export type Log = (level: LogLevel, text: string | (() => string)) => void;

/** Options of {@link createLog}. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Default `text`. */
  readonly format?: LogFormat;
  /** Takes each line, its end included. */
  readonly write: (line: string) => unknown;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** Writes a line of the log: `time level text`, or an object with these. */
export const logLine = (format: LogFormat, level: LogLevel, text: string, now: number): string => {
  const time = new Date(now).toISOString();
  if (format === 'json') return `${JSON.stringify({ time, level, message: oneLine(text) })}\n`;
  return `${time} ${level.padEnd(5)} ${oneLine(text)}\n`;
};

/** A log: one line each. The texts are to be free of secrets. */
export const createLog = ({ level: most, format = 'text', write, now = Date.now }: LogOptions): Log => {
  const logged: ReadonlySet<LogLevel> = new Set(logLevels.slice(0, logLevels.indexOf(most) + 1));
  return (level, text) => {
    if (!logged.has(level)) return;
    write(logLine(format, level, typeof text === 'function' ? text() : text, now()));
  };
};
