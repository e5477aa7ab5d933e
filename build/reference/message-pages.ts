import { protocolVersion, unitMessageTypes, cloudMessageTypes } from '../../lib/protocol/message-types.js';
import { messageSchemas } from '../../lib/protocol/message-schemas.js';
import { definitionSchemas } from '../../lib/protocol/schema.js';
import { cloudExamples, unitExamples } from '../../spec/support/wire-examples.js';
import { schemaComments } from './comments.js';
import { fieldsOf, objectsIn, type Field } from './fields.js';

const answers: Readonly<Record<string, string>> = {
  ack: '{"messageType":"ack"}',
  nack: '{"messageType":"nack","retryAfter":2000}',
};
const examples: Readonly<Record<string, string>> = { ...answers, ...unitExamples, ...cloudExamples };

const direction = (type: string): string => {
  if (type in answers) return 'the unit to the cloud, and from the cloud to the unit';
  return type in unitExamples ? 'the unit to the cloud' : 'the cloud to the unit';
};

/** The pages of the message types by the name of their file: what each has, who sends it, and one on the wire. */
export const messagePages = (): ReadonlyMap<string, string> => {
  const comments = schemaComments();
  const pages = [...messageSchemas.keys()].map((type): [string, string] => [`${type}.md`, page(type, comments)]);
  return new Map([['index.md', contents(comments)], ...pages]);
};

const page = (type: string, comments: ReadonlyMap<string, string>): string => {
  const schema = messageSchemas.get(type) ?? {};
  const parts = [...objectsIn(schema)];
  return [
    `# ${type}`,
    linked(comments.get(type) ?? '', type),
    `Goes from **${direction(type)}**. Its type in TypeScript is [\`${dataType(type)}\`](../unitlink/interfaces/${dataType(type)}.md).`,
    '## Fields',
    table(fieldsOf(schema, type, comments)),
    '## On the wire',
    'One line there, and broken here to be read:',
    `\`\`\`json\n${JSON.stringify({ header, data: JSON.parse(examples[type] ?? '{}') as unknown }, undefined, 2)}\n\`\`\``,
    ...(parts.length === 0 ? [] : ['## Its parts']),
    ...parts.flatMap((name) => [
      `### ${name}`,
      comments.get(name) ?? '',
      table(fieldsOf(definitionSchemas[name] ?? {}, name, comments)),
    ]),
    '',
  ].join('\n\n');
};

const header = {
  version: protocolVersion,
  systemId: 'unit-1',
  createdAt: '2026-03-02T08:15:30.000000Z',
  txn: '2f1c7a52-6f3e-4c39-9d7b-3d0c6f0a8e11',
};

const dataType = (type: string): string => `${type.charAt(0).toUpperCase()}${type.slice(1)}Data`;

/** The names of other messages become links to their pages. */
const linked = (text: string, own = ''): string =>
  text.replaceAll(/`(\w+)`/g, (code, name: string) =>
    name !== own && messageSchemas.has(name) ? `[${code}](${name}.md)` : code,
  );

const table = (fields: readonly Field[]): string =>
  [
    '| field | required | values | description |',
    '| --- | --- | --- | --- |',
    ...fields.map(({ name, isRequired, type, description }) =>
      row([`\`${name}\``, isRequired ? 'yes' : '', type, linked(description)]),
    ),
  ].join('\n');

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const contents = (comments: ReadonlyMap<string, string>): string => {
  const list = (types: readonly string[]) =>
    [
      '| type | description |',
      '| --- | --- |',
      ...types.map((type) => row([`[${type}](${type}.md)`, linked(comments.get(type) ?? '')])),
    ].join('\n');
  return [
    '# Messages',
    `All types of version ${protocolVersion} of the protocol. A message is one frame of text, an object with a \`header\` and the \`data\` that these pages describe. An absent field is left out, never \`null\`.`,
    '## From the unit',
    list(unitMessageTypes),
    '## From the cloud',
    list(cloudMessageTypes),
    '## From either',
    list(Object.keys(answers)),
    '',
  ].join('\n\n');
};
