import { parseArgs } from 'node:util';
import { closestName } from '../../collections/closest-name.js';
import { checkValue } from './check-value.js';
import { dashed, shown, type Option, type OptionTable, type ValuesOf } from './option.js';
import { readConfig } from './read-config.js';
import { misspelt, readEnvironment } from './read-environment.js';
import { UsageError } from './usage-error.js';

/**
 * The values of the options on a command line, completed by the environment (`UNITLINK_…`), the config file that `--config`
 * names, and the defaults, in this order.
 * The file may also have the options of another sub-command, which mean nothing here. `onArgument` is called with what is no
 * option; without it there may be none.
 *
 * @throws UsageError for what is unknown, misplaced, missing or not taken
 */
export const readOptions = <Options extends OptionTable>(
  options: Options,
  args: readonly string[],
  others: OptionTable = {},
  onArgument: (argument: string) => void = unexpected,
): ValuesOf<Options> => {
  const line = readLine(options, args, onArgument);
  const environment = readEnvironment(options, process.env);
  for (const sentence of misspelt({ ...others, ...options }, process.env))
    process.stderr.write(`unitlink: ${sentence}\n`);
  const file = line.get('config') ?? environment.get('config');
  const config = typeof file === 'string' ? readConfig({ ...others, ...options }, file) : new Map<string, unknown>();
  const values = Object.entries(options).map(([name, { isRequired, fallback, takes }]) => {
    const value = line.get(name) ?? environment.get(name) ?? config.get(name) ?? fallback;
    if (isRequired && value === undefined) throw new UsageError(`option ${dashed(name)} is missing, it takes ${takes}`);
    return [name, value];
  });
  return Object.fromEntries(values) as ValuesOf<Options>;
};

const unexpected = (argument: string): never => {
  throw new UsageError(`unexpected argument ${shown(argument)}`);
};

const readLine = (
  options: OptionTable,
  args: readonly string[],
  onArgument: (argument: string) => void,
): ReadonlyMap<string, unknown> => {
  const named = new Map(Object.entries(options).map(([name, option]) => [dashed(name), { name, option }]));
  // Not strict, because its errors span lines; what strict checks is checked here.
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      [...named].map(([long, { option }]) => [
        long.slice(2),
        { type: option.placeholder === undefined ? 'boolean' : 'string' },
      ]),
    ),
  });
  const values = new Map<string, unknown>();
  for (const token of tokens) {
    if (token.kind === 'positional') onArgument(token.value);
    if (token.kind !== 'option') continue;
    const { rawName, value, inlineValue } = token;
    const known = named.get(rawName);
    if (known === undefined)
      throw new UsageError(`unknown option ${shown(rawName)}, ${instead(rawName, named.keys())}`);
    const { name, option } = known;
    values.set(name, checkValue(option, `option ${rawName}`, read(option, rawName, value, inlineValue)));
  }
  return values;
};

const instead = (given: string, known: Iterable<string>): string => {
  const closest = given.startsWith('--') ? closestName(given, known) : undefined;
  return closest === undefined ? '--help lists those there are' : `perhaps ${closest}; --help lists those there are`;
};

const read = (option: Option<unknown>, rawName: string, value: string | undefined, inline: boolean | undefined) => {
  if (option.placeholder === undefined) {
    if (value !== undefined) throw new UsageError(`option ${rawName} got a value, it takes none`);
    return true;
  }
  if (value === undefined || (inline === false && value.startsWith('--')))
    throw new UsageError(`option ${rawName} got no value, it takes ${option.takes}`);
  return option.read(value);
};
