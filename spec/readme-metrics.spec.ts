import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { instruments } from '../lib/observability/instruments.js';

const readme = readFileSync('README.md', 'utf8');
const section = readme.slice(readme.indexOf('\n## Metrics\n'), readme.indexOf('\n## Certificates\n'));
const kinds = { counter: 'counter', upDownCounter: 'up-down counter', gauge: 'gauge', histogram: 'histogram' };

describe('the metrics in the README', () => {
  it('are the instruments there are', () => {
    const rows = section.split('\n').filter((line) => line.startsWith('| `unitlink.'));
    const cells = rows.map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(cells).to.deep.equal(
      Object.entries(instruments).map(([name, { kind, unit, prometheus, attributes }]) => [
        `\`${name}\``,
        `${kinds[kind]}, \`${unit}\``,
        `\`${prometheus}\``,
        attributes.map((attribute) => `\`${attribute}\``).join(', '),
      ]),
    );
  });

  it('are those that the page about fleets asks for', () => {
    const names = new Set(Object.values(instruments).map(({ prometheus }) => prometheus));
    const asked = [...readFileSync('docs/fleet.md', 'utf8').matchAll(/\bunitlink_\w+\w\b(?!\*)/g)];
    const unknown = asked.map(([name]) => name.replace(/_bucket$/, '')).filter((name) => !names.has(name));
    expect(asked).to.have.lengthOf.above(20);
    expect([...new Set(unknown)]).to.deep.equal([]);
  });

  it('come with examples that compile', () => {
    const blocks = [...section.matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code);
    const sources = new Map(blocks.map((code, n) => [resolve(`examples/readme-${n}.ts`), code]));
    const config = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)).config as {
      compilerOptions: object;
    };
    const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, noUnusedLocals: false }, '.');
    const host = ts.createCompilerHost({ ...options, noEmit: true });
    host.readFile = (file) => sources.get(file) ?? ts.sys.readFile(file);
    host.fileExists = (file) => sources.has(file) || ts.sys.fileExists(file);
    const program = ts.createProgram([...sources.keys()], { ...options, noEmit: true }, host);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
    expect(blocks).to.have.length(3);
    expect(problems).to.deep.equal([]);
  }).timeout(30_000);
});
