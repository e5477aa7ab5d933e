import { optionsHelp } from '../options/help.js';
import { flag, whole, type OptionTable } from '../options/option.js';
import { readOptions } from '../options/read-options.js';
import { UsageError } from '../options/usage-error.js';

/** The settings of `unitlink top`. */
export interface TopSettings {
  /** The address of the unit's `/status`. */
  readonly url: string;
  readonly once: boolean;
  /** The time between two requests, in milliseconds. */
  readonly interval: number;
}

const options = {
  interval: whole('MS', 'How often the unit is asked, in milliseconds.', { least: 200, most: 60_000, fallback: 1000 }),
  once: flag('Print the state once, and exit; as without a terminal.'),
};

/** The options of `unitlink top`. */
export const topOptionTable: OptionTable = options;

/** The help text of `unitlink top`. */
export const topHelp = (): string => `Usage: unitlink top PORT|URL [options]

Shows a unit that runs: its state, cloud, queue and certificates, the messages a second, and the last events. The unit is
one that was started with --metrics-port PORT; a URL names one elsewhere, for example behind a tunnel.

It follows the unit until q or Ctrl-C, also while it does not answer. Where stdout is no terminal it prints the state once.

Exit codes:
  0  it was ended, or has printed the state
  1  the state was to be printed once, and the unit does not answer
  2  an option or the address cannot be

Options:
${optionsHelp(options)}
`;

/**
 * The settings on a command line.
 *
 * @throws UsageError
 */
export const readTopOptions = (args: readonly string[]): TopSettings => {
  const places: string[] = [];
  const { once, interval } = readOptions(options, args, {}, (place) => places.push(place));
  const [place, another] = places;
  if (place === undefined)
    throw new UsageError('the unit is missing: the port of its --metrics-port, or a URL such as http://127.0.0.1:9464');
  if (another !== undefined) throw new UsageError('top shows one unit');
  return { url: addressOf(place), once, interval };
};

const addressOf = (place: string): string => {
  if (/^\d{1,5}$/.test(place) && Number(place) > 0 && Number(place) <= 65_535)
    return `http://127.0.0.1:${place}/status`;
  const url = URL.canParse(place) ? new URL('/status', place) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new UsageError('the unit is named by a port from 1 to 65535, or by a URL such as http://127.0.0.1:9464');
  return url.href;
};
