import { resolve, type Schema } from '../../lib/protocol/schema.js';

/** True if the values have members that a reader has to know. */
export const isObject = ({ properties }: Schema): boolean => properties !== undefined;

/** Returns the values that a schema allows, in words and Markdown; objects with a name are links to their part of the page. */
export const typeText = (schema: Schema): string => {
  const { $ref = '' } = schema;
  const meant = resolve(schema);
  const { const: only, items, maxItems, oneOf, additionalProperties } = meant;
  if ($ref !== '' && isObject(meant)) return `[${$ref}](#${$ref.toLowerCase()})`;
  if (only !== undefined) return code(only);
  if (meant.enum) return meant.enum.map(code).join(', ');
  if (oneOf) return `one of ${oneOf.map(typeText).join(', ')}`;
  if (items) return `list of ${typeText(items)}${maxItems === undefined ? '' : `, at most ${maxItems}`}`;
  if (isObject(meant)) return 'object';
  if (typeof additionalProperties === 'object') return `map to ${typeText(additionalProperties)}`;
  return [scalar(meant), ...further(meant)].join(', ');
};

const code = (text: string): string => `\`${text}\``;

const scalar = ({ type, format, wire, pattern, maxBytes }: Schema): string => {
  if (format === 'date-time') return 'time';
  if (wire === 'duration') return 'duration';
  if (maxBytes !== undefined) return `base64 of at most ${maxBytes.toLocaleString('en')} bytes`;
  if (wire === 'base64') return 'base64';
  if (pattern !== undefined) return `text that matches ${code(pattern)}`;
  return type === 'string' ? 'text' : (type ?? 'anything');
};

const further = ({ maxLength, minimum, maximum, default: otherwise, secret }: Schema): string[] => [
  ...(maxLength === undefined ? [] : [`at most ${maxLength.toLocaleString('en')} characters`]),
  ...(minimum === undefined ? [] : [`${minimum.toLocaleString('en')} or more`]),
  ...(maximum === undefined ? [] : [`at most ${maximum.toLocaleString('en')}`]),
  ...(otherwise === undefined ? [] : [`${code(String(otherwise))} where it is absent`]),
  ...(secret ? ['never shown in a log'] : []),
];
