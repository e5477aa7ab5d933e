import { Ajv, type ErrorObject, type KeywordDefinition, type ValidateFunction } from 'ajv';
import { messageSchemas } from './message-schemas.js';
import { definitionSchemas, type Schema } from './schema.js';
import { isWireTime } from './wire-time.js';

/** Where a message does not fit its schema, and why. */
export interface Misfit {
  /** The place, as a JSON pointer: `/items/0/tag`. */
  readonly path: string;
  /** In words that quote no value. */
  readonly reason: string;
}

let made: Ajv | undefined;
const validators = new Map<string, ValidateFunction>();

/** An Ajv that knows the definitions, each in this form, and these keywords besides those of JSON Schema. */
export const newAjv = (
  form: (schema: Schema) => object,
  keywords: readonly (KeywordDefinition | string)[],
  isTime: (text: string) => boolean,
): Ajv => {
  // The schemas are ours and proved by a spec. What is left out and left alone here halves the time of compilation,
  // which holds up everything else, and costs a check next to nothing.
  const ajv = new Ajv({
    discriminator: true,
    strict: true,
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    inlineRefs: false,
    code: { optimize: false },
    keywords: [...keywords],
  });
  ajv.addFormat('date-time', isTime);
  for (const [name, schema] of Object.entries(definitionSchemas)) ajv.addSchema(form(schema), name);
  return ajv;
};

/**
 * What ajv makes of the schema of this message type; undefined where there is no such type. It is compiled at the first
 * use, since that takes milliseconds and few units use many types.
 */
export const validatorOf = (messageType: string): ValidateFunction | undefined => {
  const known = validators.get(messageType);
  if (known !== undefined) return known;
  const schema = messageSchemas.get(messageType);
  if (schema === undefined) return undefined;
  made ??= newAjv((definition) => definition, ['wire', 'maxBytes'], isWireTime);
  const validate = made.compile(schema);
  validators.set(messageType, validate);
  return validate;
};

/** What ajv says of the last value that did not fit, in plain words. */
export const misfitOf = ({ errors }: ValidateFunction): Misfit => {
  const [error] = errors ?? [];
  return error === undefined ? { path: '', reason: 'does not fit' } : misfit(error);
};

const misfit = ({ instancePath, keyword, message, params }: ErrorObject): Misfit => {
  const at = (member: unknown) => `${instancePath}/${String(member).slice(0, 60)}`;
  switch (keyword) {
    case 'required':
      return { path: at(params['missingProperty']), reason: 'is missing' };
    case 'additionalProperties':
      return { path: at(params['additionalProperty']), reason: 'is no member that the protocol knows' };
    case 'discriminator':
      return { path: at(params['tag']), reason: 'must be one that the protocol knows' };
    case 'enum':
      return { path: instancePath, reason: `must be one of ${(params['allowedValues'] as string[]).join(', ')}` };
    case 'format':
      return { path: instancePath, reason: 'must be a time such as 2026-03-02T08:15:30.000000Z' };
    default:
      return { path: instancePath, reason: (message ?? 'does not fit').replace('NOT', 'not') };
  }
};
