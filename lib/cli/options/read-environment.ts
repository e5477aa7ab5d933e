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
