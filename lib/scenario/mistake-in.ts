import type { ErrorObject } from 'ajv';
import { durationPattern } from './duration.js';
import type { YamlPath } from './yaml-offset.js';

type Members = Readonly<Record<string, unknown>>;

/** The error that says most: one deep inside rather than that none of several forms fits. */
export const mistakeIn = (errors: readonly ErrorObject[]): { readonly path: YamlPath; readonly what: string } => {
  const [error] = [...errors].sort((a, b) => weight(b) - weight(a));
  if (error === undefined) return { path: [], what: 'this is no scenario' };
  const path = error.instancePath.split('/').slice(1).map(segment);
  const name = path.at(-1) ?? 'a scenario';
  const params = error.params as Members;
  switch (error.keyword) {
    case 'required':
      return { path, what: `${name} has no "${String(params['missingProperty'])}"; add it` };
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema as { readonly properties: object }).properties);
      return {
        path: [...path, key],
        what: `"${key}" is not known here${meant(key, known)}; there are ${known.join(', ')}`,
      };
    }
    case 'enum':
      return { path, what: `${name} takes ${(params['allowedValues'] as readonly string[]).join(', ')}` };
    case 'const':
      return { path, what: `${name} takes true` };
    default:
      return { path, what: `${name} ${isDuration(error) ? 'takes a duration such as 250ms, 2s or 1m' : plain(error)}` };
  }
};

const weight = ({ instancePath, keyword, parentSchema }: ErrorObject): number =>
  instancePath.split('/').length * 10 + (['anyOf', 'if', 'type'].includes(keyword) && !isFlagged(parentSchema) ? 0 : 5);
const isFlagged = (schema: unknown): boolean => typeof schema === 'object' && schema !== null && 'isDuration' in schema;
const isDuration = ({ parentSchema, schema }: ErrorObject): boolean =>
  isFlagged(parentSchema) || isFlagged(schema) || schema === durationPattern;
const plain = ({ keyword, message = 'does not fit', parentSchema }: ErrorObject): string => {
  if (keyword !== 'pattern') return message;
  return 'isEvent' in (parentSchema as Members)
    ? 'begins with unit, app, message or cloud, such as "unit connected"'
    : 'is a name without blanks';
};
const segment = (text: string): string | number =>
  /^\d+$/.test(text) ? Number(text) : text.replace(/~1/g, '/').replace(/~0/g, '~');

const meant = (key: string, known: readonly string[]): string => {
  const near = known.find((name) => distance(name.toLowerCase(), key.toLowerCase()) <= 2);
  return near === undefined ? '' : ` (did you mean "${near}"?)`;
};

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
};
