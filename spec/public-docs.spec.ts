import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { publicMembers, schemaMembers } from './support/public-members.js';
import { sourceFiles } from './support/source-files.js';

const entries = [
  'lib/index.ts',
  'lib/dashboard/index.ts',
  'lib/server/index.ts',
  'lib/testing/index.ts',
  'lib/observability/otel.ts',
  'lib/observability/prom.ts',
];

/** So many public members of a folder have no doc comment yet. These numbers only go down. */
const missingYet: Readonly<Record<string, number>> = {
  builders: 3,
  certificates: 9,
  connection: 6,
  dashboard: 42,
  delivery: 4,
  'errors.ts': 28,
  flows: 36,
  observability: 5,
  operators: 28,
  protocol: 16,
  scenario: 38,
  server: 45,
  store: 4,
  testing: 41,
  transport: 9,
  unit: 12,
};

/** So many doc comments of a folder still open with a bare clause. These numbers only go down. */
const clausesYet: Readonly<Record<string, number>> = {
  builders: 7,
  certificates: 21,
  cli: 64,
  collections: 2,
  connection: 27,
  dashboard: 99,
  delivery: 48,
  'errors.ts': 18,
  flows: 22,
  link: 6,
  observability: 22,
  operators: 96,
  protocol: 65,
  receiving: 16,
  scenario: 46,
  server: 72,
  store: 30,
  testing: 59,
  transport: 26,
  unit: 49,
};

const bareClause = /^(?:What|How|Whether|Where|Whoever|Who|Whose|Why|When|Told|Which)\b/;

const folderOf = (file: string): string => file.split('/')[1] ?? '';

describe('the documentation of what the package exports', () => {
  const undocumented = publicMembers(entries).filter(({ isDocumented }) => !isDocumented);
  const folders = new Set([...undocumented.map(({ file }) => folderOf(file)), ...Object.keys(missingYet)]);

  it('finds the members', () => {
    const names = publicMembers(entries).map(({ name }) => name);
    expect(names).to.include.members(['connectUnit', 'Unit', 'Unit.send', 'StoreError.code', 'promMetrics']);
  });

  for (const folder of folders)
    it(`has a line on every public member of ${folder}`, () => {
      const missing = undocumented.filter(({ file }) => folderOf(file) === folder);
      expect(missing.length, missing.map(({ file, name }) => `${file} ${name}`).join('\n')).to.be.at.most(
        missingYet[folder] ?? 0,
      );
    });

  it('has a line on every member of a message', () => {
    const files = sourceFiles('lib/protocol/schemas').map((file) => `lib/protocol/schemas/${file}`);
    const missing = schemaMembers(files).filter(({ isDocumented }) => !isDocumented);
    expect(missing.map(({ file, name }) => `${file} ${name}`)).to.deep.equal([]);
  });
});

describe('the doc comments', () => {
  const openings = sourceFiles('lib')
    .filter((file) => !file.endsWith('.d.ts'))
    .flatMap((file) =>
      [...readFileSync(`lib/${file}`, 'utf8').matchAll(/\/\*\*\s*(?:\* )?([^]*?)\*\//g)].map(([, text = '']) => ({
        folder: folderOf(`lib/${file}`),
        shown: `lib/${file}: ${text.trim().slice(0, 60)}`,
        isBare: bareClause.test(text.trim()),
      })),
    )
    .filter(({ isBare }) => isBare);

  for (const folder of new Set([...openings.map((one) => one.folder), ...Object.keys(clausesYet)]))
    it(`of ${folder} are sentences, not bare clauses`, () => {
      const bare = openings.filter((one) => one.folder === folder);
      expect(bare.length, bare.map(({ shown }) => shown).join('\n')).to.be.at.most(clausesYet[folder] ?? 0);
    });
});
