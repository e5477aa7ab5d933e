/** Compiles the schemas of the protocol into plain functions, which start faster and need no code generation at run time. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { _, Ajv, type KeywordDefinition, type Options } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { messageSchemas } from '../lib/protocol/message-schemas.js';
import { isUnitMessageType } from '../lib/protocol/message-types.js';
import { definitionSchemas, type Schema } from '../lib/protocol/schema.js';
import { discoveryResponse } from '../lib/protocol/schemas/discovery-response.js';
import * as subscriptionSchemas from '../lib/protocol/subscription/schemas.js';
import { inOrder, plain, wireForm } from './wire-form.js';
import { writersOf } from './wire-writer.js';

const folder = new URL('../lib/protocol/compiled/', import.meta.url);

const newAjv = (options: Options = {}): Ajv =>
  new Ajv({ strict: true, ...options, code: { source: true, esm: true, formats: _`formats` } });

/** The functions by name, as one module. `head` comes before them. */
const moduleOf = (ajv: Ajv, schemas: ReadonlyMap<string, object>, head = ''): string => {
  for (const [name, schema] of schemas) ajv.addSchema(schema, keyOf(name));
  const code = standalone.default(ajv, Object.fromEntries([...schemas.keys()].map((name) => [name, keyOf(name)])));
  // The generator writes ES modules, but requires what they need.
  const esm = code.replace(/require\("(.+?)"\)\.default/g, 'ucs2length.default');
  const list = `export const checks = { ${[...schemas.keys()].join(', ')} };`;
  return [`import ucs2length from 'ajv/dist/runtime/ucs2length.js';`, head, esm, list, ''].join('\n');
};

/** Apart from the names of the definitions. */
const keyOf = (name: string): string => `message-${name}`;

const messagesIn = (
  form: (schema: Schema) => object,
  keywords: (KeywordDefinition | string)[],
  isTime: string,
): string => {
  const ajv = newAjv({ discriminator: true, meta: false, validateSchema: false, inlineRefs: false, keywords });
  ajv.addFormat('date-time', () => true); // only its name is compiled
  for (const [name, schema] of Object.entries(definitionSchemas)) ajv.addSchema(form(schema), name);
  const head = `import { isUsualTime, isWireTime } from '../wire-time.js';\nconst formats = { 'date-time': ${isTime} };`;
  return moduleOf(ajv, new Map([...messageSchemas].map(([name, schema]) => [name, form(schema)])), head);
};

/**
 * The same checks without what they report of errors: their answer is a plain yes or no. Nearly half of the code goes, and a
 * nested check no longer gets an object and a path with each call.
 */
const withoutReports = (code: string): string => {
  const short = code
    .replace(/validate\d+\.errors = \[\{.*?\}\];return false;/g, 'return false;')
    .replace(
      /vErrors = vErrors === null \? (validate\d+)\.errors : vErrors\.concat\(\1\.errors\);errors = vErrors\.length;/g,
      'errors++;',
    )
    .replace(/(validate\d+\([\w.[\]]+), \{instancePath:.*?,rootData\}\)/g, '$1)')
    .replace(
      /\(data, \{instancePath="", parentData, parentDataProperty, rootData=data\}=\{\}\)\{let vErrors = null;/g,
      '(data){',
    )
    .replace(/validate\d+\.errors = vErrors;/g, '');
  const left = /.{0,80}(?:instancePath|rootData|vErrors|\.errors).{0,80}/.exec(short);
  if (left) throw new Error(`a compiled check still reports errors, at ${left[0]}`);
  return short;
};

const write = (name: string, code: string) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.js`, folder), code);
};

write(
  'messages',
  messagesIn((schema) => schema, ['wire', 'maxBytes', 'secret'], 'isWireTime'),
);
write(
  'wire-forms',
  withoutReports(
    messagesIn(wireForm, [inOrder, plain, 'maxBytes', 'secret'], '(text) => isUsualTime(text) && isWireTime(text)'),
  ),
);
write(
  'wire-writers',
  writersOf(new Map([...messageSchemas].filter(([name]) => name === 'ack' || isUnitMessageType(name)))),
);
write('subscription', moduleOf(newAjv(), new Map(Object.entries(subscriptionSchemas))));
write(
  'discovery',
  moduleOf(newAjv({ coerceTypes: true, useDefaults: true }), new Map([['discovery', discoveryResponse]])),
);
