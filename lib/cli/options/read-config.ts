import { readFileSync } from 'node:fs';
import { decodeText, notUtf8 } from '../../protocol/decode-text.js';
import { isObject } from '../../protocol/read.js';
import { describeError } from '../../observability/describe-error.js';
import { closestName } from '../../collections/closest-name.js';
import { checkValue } from './check-value.js';
import type { OptionTable } from './option.js';
import { UsageError } from './usage-error.js';

const notInConfig = new Set(['config']);

/**
 * The values in a config file: a JSON object whose keys are the names of options in camelCase.
 *
 * @throws UsageError where it cannot be read, or has a key that is unknown or got a wrong value
 */
export const readConfig = (options: OptionTable, file: string): ReadonlyMap<string, unknown> => {
  const config = parse(file);
  if (!isObject(config)) throw new UsageError(`option --config got ${file}, which is no JSON object`);
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(config)) {
    const option = Object.hasOwn(options, name) && !notInConfig.has(name) ? options[name] : undefined;
    const given = `key ${JSON.stringify(name.slice(0, 80))} of ${file}`;
    if (option === undefined) {
      const closest = closestName(name, Object.keys(options));
      const instead = closest === undefined ? '' : ` (perhaps ${JSON.stringify(closest)})`;
      throw new UsageError(`${given} is unknown${instead}, the keys are the long options in camelCase`);
    }
    values.set(name, checkValue(option, given, value));
  }
  return values;
};

const parse = (file: string): unknown => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`option --config got ${file}, which cannot be read: ${describeError(error).message}`);
  }
  const text = decodeText(bytes);
  if (text === undefined)
    throw new UsageError(`option --config got ${file}, which is ${notUtf8(bytes)}; save it as UTF-8`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`option --config got ${file}, which is not JSON${placeOf(error, text)}`);
  }
};

/** The line on which a text stops to be JSON. Not the message of the error: it quotes the text, which may hold a secret. */
const placeOf = (error: unknown, text: string): string => {
  const { message } = describeError(error);
  if (message.startsWith('Unexpected end of JSON')) return ', it ends too early';
  const position = /in JSON at position (\d+)/.exec(message)?.[1];
  return position === undefined ? '' : `, see line ${text.slice(0, Number(position)).split('\n').length}`;
};
