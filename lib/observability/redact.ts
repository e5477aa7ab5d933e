import { hidden, redactText } from '../protocol/redact-text.js';
import { isSecretName } from '../protocol/secret-names.js';
import { describeError } from './describe-error.js';

const maxDepth = 100;

/**
 * A copy of the value that can be shown: the value of a member with the name of a secret is `"***"`, and so is what
 * {@link redactText} finds inside any text. The value itself stays as it is; cycles and any depth are handled. For
 * messages use `redactMessage`.
 */
export const redact = (value: unknown): unknown => copy(value, []);

const copy = (value: unknown, ancestors: readonly object[]): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value);
  if (value instanceof URL) return redactText(value.href);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString();
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `${value.byteLength} bytes`;
  if (ancestors.includes(value)) return '(circular)';
  if (ancestors.length >= maxDepth) return '(too deep)';
  return copyMembers(value, [...ancestors, value]);
};

const copyMembers = (value: object, ancestors: readonly object[]): unknown => {
  if (Array.isArray(value)) return value.map((item) => copy(item, ancestors));
  if (value instanceof Set) return [...value].map((item) => copy(item, ancestors));
  const entries: readonly (readonly [unknown, unknown])[] = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, member]) => [name, isSecretName(String(name)) ? hidden : copy(member, ancestors)]),
  );
};
