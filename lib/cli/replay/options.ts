import { optionsHelp } from '../options/help.js';
import { flag, text, type OptionTable } from '../options/option.js';
import { readOptions } from '../options/read-options.js';
import { UsageError } from '../options/usage-error.js';

/** The settings of `unitlink replay`. */
export interface ReplaySettings {
  /** Files and directories, at least one. */
  readonly paths: readonly string[];
  readonly real: boolean;
  readonly html: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

const options = {
  real: flag('Play scenarios on real sockets against the embedded cloud, in real time; else on virtual time, at once.'),
  html: text('FILE', 'Write the timelines into FILE, as one page with pictures that needs no network.'),
  json: flag('One JSON object a line, for programs.'),
  quiet: flag('Only whether each passed, and what was expected where one failed.'),
};

/** The options of `unitlink replay`. */
export const replayOptionTable: OptionTable = options;

/** The help text of `unitlink replay`. */
export const replayHelp = (): string => `Usage: unitlink replay FILE... [options]

Plays scenarios (.yaml): what the cloud does when, what the app sends, and what must be seen of it.
Prints the timeline of each, then whether it passed. Message logs (any other file) that a unit has
written in the field are played to an app: prints what it would see, with the pauses of then, at
once. Of a directory, every .yaml and .log file in it is played.

With --json each line is an object: "replay" (file, name) begins a file, "seen" (at, who, what,
detail) is an event, and "result" (file, passed, failures) ends it.

It exits with 0 when all scenarios passed, with 1 when one failed, and with 2 when a file or an
option cannot be.

Options:
${optionsHelp(options)}
`;

/**
 * The settings on a command line.
 *
 * @throws UsageError
 */
export const readReplayOptions = (args: readonly string[]): ReplaySettings => {
  const paths: string[] = [];
  const values = readOptions(options, args, {}, (path) => paths.push(path)) as Omit<ReplaySettings, 'paths'>;
  if (paths.length === 0) throw new UsageError('a file is missing: a scenario (.yaml), a message log, or a directory');
  if (values.json && values.quiet) throw new UsageError('either --json or --quiet, not both');
  return { paths, ...values };
};
