import { readDuration } from '../protocol/duration.js';
import { messageSchemas } from '../protocol/message-schemas.js';
import { asNumber, isObject, memberOf, type JsonObject } from '../protocol/read.js';
import { hidden, redactText } from '../protocol/redact-text.js';
import { resolve, type Schema } from '../protocol/schema.js';

/** Returns the part of a value that can be shown. */
type Show = (value: unknown) => unknown;

/**
 * A copy of a message that can be shown. Its schema says what is secret; what no schema describes, be it a member or the
 * kind of a value, is shown by name alone. Where a text may be shown, what {@link redactText} finds in it is still left out.
 */
export const redactMessage = (message: JsonObject): JsonObject =>
  mapped(message, (name, value) => {
    if (name === 'data') return isObject(value) ? redactData(value) : hidden;
    return name === 'header' ? showHeader(value) : hidden;
  });

/** The same for the data of a message. */
export const redactData = (data: JsonObject): JsonObject => {
  const messageType = memberOf(data, 'messageType');
  return (typeof messageType === 'string' ? showOf(messageType) : showUnknown)(data) as JsonObject;
};

const mapped = (object: JsonObject, show: (name: string, value: unknown) => unknown): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      redactText(name),
      value === null ? null : show(name.toLowerCase(), value),
    ]),
  );

const known = new Map<string, Show>();

const showOf = (messageType: string): Show => {
  const made = known.get(messageType);
  if (made !== undefined) return made;
  const schema = messageSchemas.get(messageType);
  if (schema === undefined) return showUnknown;
  const show = showValue(schema);
  known.set(messageType, show);
  return show;
};

const showValue = (schema: Schema): Show => {
  const { secret, properties, additionalProperties, items, oneOf, discriminator, type, format, wire } = resolve(schema);
  if (secret) return () => hidden;
  if (properties !== undefined) return showObject(properties);
  if (additionalProperties) return showMap(showValue(additionalProperties));
  if (items !== undefined) return showList(showValue(items), wire === 'oneOrMany');
  if (oneOf !== undefined) return showOneOf(oneOf, discriminator?.propertyName ?? '');
  if (type === 'integer' || type === 'number' || type === 'boolean') return showFigure;
  return format === 'date-time' ? showTime : showText;
};

const showObject = (properties: Readonly<Record<string, Schema>>): Show => {
  const members = new Map(Object.entries(properties).map(([name, schema]) => [name.toLowerCase(), showValue(schema)]));
  return (value) => (isObject(value) ? mapped(value, (name, member) => (members.get(name) ?? hide)(member)) : hidden);
};

const showMap =
  (show: Show): Show =>
  (value) =>
    isObject(value) ? mapped(value, (_, member) => show(member)) : hidden;

const showList =
  (show: Show, orOne: boolean): Show =>
  (value) => {
    if (Array.isArray(value)) return value.map((item: unknown) => (item === null ? null : show(item)));
    return orOne ? show(value) : hidden;
  };

const showOneOf = (options: readonly Schema[], tag: string): Show => {
  const shows = new Map<unknown, Show>(
    options.map((option) => [resolve(option).properties?.[tag]?.const, showValue(option)]),
  );
  return (value) => (isObject(value) ? (shows.get(memberOf(value, tag)) ?? showUnknown)(value) : hidden);
};

/** Numbers, and texts that are read as numbers, durations, or true and false. */
const showFigure: Show = (value) => {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return hidden;
  const isFigure =
    asNumber(value) !== undefined || readDuration(value) !== undefined || /^(?:true|false)$/i.test(value);
  return isFigure ? value : hidden;
};

const showText: Show = (value) => {
  if (typeof value === 'string') return redactText(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : hidden;
};

/** Most texts are times, in which nothing has to be looked for. */
const showTime: Show = (value) =>
  typeof value === 'string' && /^[\dTZ:.+-]{1,40}$/.test(value) ? value : showText(value);

const hide: Show = () => hidden;

/** The name of a type, which may be newer than the schemas. */
const showName: Show = (value) => (typeof value === 'string' && /^[A-Za-z]\w{0,63}$/.test(value) ? value : hidden);

const showUnknown: Show = (value) =>
  isObject(value) ? mapped(value, (name, member) => (name === 'messagetype' ? showName(member) : hidden)) : hidden;

const text: Schema = { type: 'string' };
const showHeader: Show = showObject({
  version: { type: 'integer' },
  ...{ systemId: text, createdAt: { ...text, format: 'date-time' }, txn: text },
});
