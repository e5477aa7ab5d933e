import { resolve } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { markdown } from './support/markdown.js';

const context = resolve('docs/code-context.d.ts');

/** The code of all pages, by the page and line it stands at; each block is a module of its own. */
const blocks: ReadonlyMap<string, string> = new Map(
  [...markdown].flatMap(([page, text]) =>
    [...text.matchAll(/^```ts\n([^]*?)^```/gm)].map(({ 1: code = '', index }) => {
      const line = text.slice(0, index).split('\n').length;
      return [resolve(`${page}.${line}.ts`), /^(?:import|export) /m.test(code) ? code : `export {};${code}`];
    }),
  ),
);

describe('the code in README and docs', () => {
  it('compiles', () => {
    const config = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)).config as {
      compilerOptions: object;
    };
    const strict = ts.convertCompilerOptionsFromJson(config.compilerOptions, '.').options;
    const options = {
      ...strict,
      noEmit: true,
      noUnusedLocals: false,
      noUnusedParameters: false,
      isolatedDeclarations: false,
      declaration: false,
    };
    const host = ts.createCompilerHost(options);
    host.readFile = (file) => blocks.get(file) ?? ts.sys.readFile(file);
    host.fileExists = (file) => blocks.has(file) || ts.sys.fileExists(file);
    const program = ts.createProgram([context, ...blocks.keys()], options, host);
    const found = [...blocks.keys(), context].flatMap((path) => {
      const file = program.getSourceFile(path);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    });
    const problems = found.map(({ file, start = 0, messageText }) => {
      const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
      return `${file?.fileName ?? ''} +${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(blocks.size).to.be.greaterThan(20);
    expect(problems).to.deep.equal([]);
  }).timeout(60_000);
});
