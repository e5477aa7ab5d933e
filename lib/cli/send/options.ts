import { logLevels, type LogLevel } from '../../observability/log.js';
import { optionsHelp } from '../options/help.js';
import { oneOf, whole, type OptionsOf } from '../options/option.js';
import { readOptions } from '../options/read-options.js';
import { UsageError } from '../options/usage-error.js';
import { checkUnitSettings, unitOptionTable, type UnitSettings } from '../unit/options.js';

/** The settings of `unitlink send`. */
export interface SendSettings extends UnitSettings {
  /** The longest time until the messages are delivered, in milliseconds. */
  readonly timeout: number;
  /** The message, as JSON; undefined to read lines from stdin. */
  readonly message: string | undefined;
}

/** The end of a run is that of its messages. */
const atEnd = { exitAtEof: true, keepRunning: false } as const;
type AtEnd = keyof typeof atEnd;

type OptionsOfUnit = Omit<typeof unitOptionTable, AtEnd>;

/** The options of `unitlink send`. */
export const sendOptionTable: OptionsOfUnit & OptionsOf<Pick<SendSettings, 'timeout'>> = {
  ...(Object.fromEntries(Object.entries(unitOptionTable).filter(([name]) => !(name in atEnd))) as OptionsOfUnit),
  logLevel: oneOf<LogLevel, LogLevel>(logLevels, 'How much is logged to stderr.', 'warn'),
  timeout: whole('MS', 'How long delivery may take, in milliseconds.', { least: 1, fallback: 60_000 }),
};

/** The help text of `unitlink send`. */
export const sendHelp =
  (): string => `Usage: unitlink send --system-id ID --ca FILE --cert FILE --key FILE [options] [MESSAGE]

Connects, delivers one message and exits. MESSAGE is its data, or a line as unitlink unit takes it:
  unitlink send ... '{"messageType":"alerts","items":[]}'
  unitlink send ... '{"data":{"messageType":"alerts","items":[]},"ttl":5000}'
Without it the lines of stdin are sent. stdout has the events of unitlink unit, a line each.

Exit codes:
  0  each message was acknowledged, or written where its policy is sendOnly
  1  one was refused or dropped, or not delivered in time; with --store it stays there for the next run
  2  an option cannot be, or what it names cannot be used

Options:
${optionsHelp(sendOptionTable)}
`;

/**
 * The settings on a command line.
 *
 * @throws UsageError
 */
export const readSendOptions = (args: readonly string[]): SendSettings => {
  const messages: string[] = [];
  const values = readOptions(sendOptionTable, args, unitOptionTable, (message) => messages.push(message));
  if (messages.length > 1) throw new UsageError('send takes one message; put it in quotes');
  return checkUnitSettings({ ...values, ...atEnd, message: messages[0] });
};
