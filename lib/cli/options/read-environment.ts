import { closestName } from '../../collections/closest-name.js';
import { checkValue } from './check-value.js';
import { variable, type OptionTable } from './option.js';

/** An option without a value takes these in the environment. */
const flags: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  false: false,
  '0': false,
  no: false,
};

/**
 * The values in the environment: `UNITLINK_ACK_TIMEOUT=5000` is `--ack-timeout 5000`. One that is empty counts as absent.
 *
 * @param environment - `process.env`
 * @throws UsageError where a variable has a value that its option does not take
 */
export const readEnvironment = (
  options: OptionTable,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, unknown> => {
  const values = new Map<string, unknown>();
  for (const [name, option] of Object.entries(options)) {
    const text = environment[variable(name)];
    if (text === undefined || text === '') continue;
    const value = option.placeholder === undefined ? (flags[text.toLowerCase()] ?? text) : option.read(text);
    values.set(name, checkValue(option, `variable ${variable(name)}`, value));
  }
  return values;
};

/**
 * A sentence for each variable that is ignored although its name is close to that of an option. Others may be of another
 * program: in Kubernetes a service `unitlink` sets variables of its own.
 */
export const misspelt = (
  options: OptionTable,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] => {
  const prefix = variable('');
  // Without the prefix, as it alone would make every other name a close one.
  const known = Object.keys(options).map((name) => variable(name).slice(prefix.length));
  return Object.keys(environment).flatMap((name) => {
    const given = name.slice(prefix.length);
    if (!name.startsWith(prefix) || known.includes(given)) return [];
    const closest = closestName(given, known);
    return closest === undefined ? [] : [`variable ${name} is ignored, perhaps ${prefix}${closest} is meant`];
  });
};
