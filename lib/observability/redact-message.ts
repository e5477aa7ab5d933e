import { readDuration } from '../protocol/duration.js';
import { messageSchemas } from '../protocol/message-schemas.js';
import { asNumber, isObject, memberOf, type JsonObject } from '../protocol/read.js';
import { hidden, redactText } from '../protocol/redact-text.js';
import { resolve, type Schema } from '../protocol/schema.js';

/** Returns the part of a value that can be shown. */
type Show = (value: unknown) => unknown;

/**
 * Returns a copy of a message that can be shown. Its schema says what is secret; what no schema describes, be it a member
 * or the kind of a value, is shown by name alone, and by no name that may be a secret itself. Where a text may be shown,
 * what {@link redactText} finds in it is still left out.
 */
export const redactMessage = (message: JsonObject): JsonObject =>
  mapped(message, isMessageMember, (name, value) => {
    if (name === 'data') return isObject(value) ? redactData(value) : hidden;
    return name === 'header' ? showHeader(value) : hidden;
  });

/** Does the same for the data of a message. */
export const redactData = (data: JsonObject): JsonObject => {
  const messageType = memberOf(data, 'messageType');
  return (typeof messageType === 'string' ? showOf(messageType) : showUnknown)(data) as JsonObject;
};

const isMessageMember = (name: string): boolean => name === 'data' || name === 'header';

/** Maps the members of an object by their names in small letters; names that are not known have to look like names. */
const mapped = (
  object: JsonObject,
  isKnown: (name: string) => boolean,
  show: (name: string, value: unknown) => unknown,
): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const small = name.toLowerCase();
      const shown = isKnown(small) || looksLikeName(name) ? redactText(name) : hidden;
      return [shown, value === null ? null : show(small, value)];
    }),
  );

/** True for words in camel case, snake case and the like; false for what may be a key, a token or a password. */
const looksLikeName = (name: string): boolean => {
  if (!/^[A-Za-z_$@][\w$@.:-]{0,39}$/.test(name)) return false;
  const capitals = name.replace(/[^A-Z]/g, '').length;
  const figures = name.replace(/\D/g, '').length;
  return (
    figures <= 4 && (capitals <= name.length / 3 || capitals + figures === name.replace(/[^A-Za-z\d]/g, '').length)
  );
};

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
  const isKnown = (name: string): boolean => members.has(name);
  return (value) =>
    isObject(value) ? mapped(value, isKnown, (name, member) => (members.get(name) ?? hide)(member)) : hidden;
};

const showMap =
  (show: Show): Show =>
  (value) =>
    isObject(value) ? mapped(value, anyName, (_, member) => show(member)) : hidden;

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

const isType = (name: string): boolean => name === 'messagetype';

/** The names of a map are those of the schema's own choice. */
const anyName = (): boolean => true;

/** The name of a type, which may be newer than the schemas. */
const showName: Show = (value) => (typeof value === 'string' && /^[A-Za-z]\w{0,63}$/.test(value) ? value : hidden);

const showUnknown: Show = (value) =>
  isObject(value)
    ? mapped(value, isType, (name, member) => (name === 'messagetype' ? showName(member) : hidden))
    : hidden;

const text: Schema = { type: 'string' };
const showHeader: Show = showObject({
  version: { type: 'integer' },
  ...{ systemId: text, createdAt: { ...text, format: 'date-time' }, txn: text },
});
