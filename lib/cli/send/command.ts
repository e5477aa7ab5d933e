import { of } from 'rxjs';
import { isObject } from '../../protocol/read.js';
import type { Line } from '../io/split-lines.js';
import { runUnit } from '../unit/command.js';
import type { SendSettings } from './options.js';

/** Delivers one message, or the lines of stdin; resolves with the exit code, 0 if all were delivered. */
export const runSend = ({ message, timeout, ...settings }: SendSettings, stop: AbortSignal): Promise<number> =>
  runUnit(settings, stop, { timeout, ...(message === undefined ? {} : { line$: of(lineOf(message)) }) });

/** The line of stdin that a message would be: its data alone is put into one. */
export const lineOf = (message: string): Line => ({ number: 1, bytes: Buffer.from(asLine(message)) });

const asLine = (message: string): string => {
  try {
    const value: unknown = JSON.parse(message);
    return isObject(value) && 'messageType' in value ? JSON.stringify({ data: value }) : message;
  } catch {
    return message; // and is rejected as any line
  }
};
