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

const bareClause = /^(?:What|How|Whether|Where|Whoever|Who|Whose|Why|When|Told|Which)\b/;

describe('the documentation of what the package exports', () => {
  const undocumented = publicMembers(entries).filter(({ isDocumented }) => !isDocumented);
  it('finds the members', () => {
    const names = publicMembers(entries).map(({ name }) => name);
    expect(names).to.include.members(['connectUnit', 'Unit', 'Unit.send', 'StoreError.code', 'promMetrics']);
  });

  it('has a line on every public member', () => {
    const missing = undocumented.map(({ file, name }) => `${file} ${name}`);
    expect(missing).to.deep.equal([]);
  });

  it('has a line on every member of a message', () => {
    const files = sourceFiles('lib/protocol/schemas').map((file) => `lib/protocol/schemas/${file}`);
    const missing = schemaMembers(files).filter(({ isDocumented }) => !isDocumented);
    expect(missing.map(({ file, name }) => `${file} ${name}`)).to.deep.equal([]);
  });
});

describe('the doc comments', () => {
  it('are sentences, not bare clauses', () => {
    const bare = sourceFiles('lib')
      .filter((file) => !file.endsWith('.d.ts'))
      .flatMap((file) =>
        [...readFileSync(`lib/${file}`, 'utf8').matchAll(/\/\*\*\s*(?:\* )?([^]*?)\*\//g)]
          .map(([, text = '']) => text.trim())
          .filter((text) => bareClause.test(text))
          .map((text) => `lib/${file}: ${text.slice(0, 60)}`),
      );
    expect(bare).to.deep.equal([]);
  });

  it('have no import in an example, which readers of declarations take for a dependency', () => {
    const imports = sourceFiles('lib').filter((file) =>
      /^ *\* .*\b(?:from|import)\s*\(?\s*['"]/m.test(readFileSync(`lib/${file}`, 'utf8')),
    );
    expect(imports).to.deep.equal([]);
  });
});
