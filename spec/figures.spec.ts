import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import ts from 'typescript';
import { sourceFiles } from './support/source-files.js';

const longest = 70;

const files = sourceFiles('lib').filter((file) => !file.endsWith('.d.ts'));

const isFunction = (node: ts.Node | undefined): boolean =>
  node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));

/** The name of a function: of a declaration or a method, or of the variable or property that holds it. */
const nameOf = (node: ts.Node): string | undefined => {
  if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.body) return node.name?.getText();
  const holds = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node);
  return holds && isFunction(node.initializer) ? node.name.getText() : undefined;
};

/** The named functions of a file with their lengths in lines. */
const functionsOf = (file: string): { readonly name: string; readonly lines: number }[] => {
  const source = ts.createSourceFile(file, readFileSync(`lib/${file}`, 'utf8'), ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: { name: string; lines: number }[] = [];
  const visit = (node: ts.Node): void => {
    const name = nameOf(node);
    if (name !== undefined)
      found.push({ name: `${file} ${name}`, lines: lineAt(node.end) - lineAt(node.getStart()) + 1 });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

describe('the figures of lib', () => {
  const modules = new Set(files.map((file) => file.split('/')[0]));
  const loose = files.filter((file) => !file.includes('/'));
  const functions = files.flatMap(functionsOf);
  const long = functions.filter(({ lines }) => lines > longest);

  after(() => {
    const figures = [
      `${modules.size} modules, of which ${loose.length} are files`,
      `${files.length} files`,
      `${functions.length} named functions, of which ${long.length} are longer than ${longest} lines`,
    ];
    console.log(`    ${figures.join('; ')}`);
  });

  it('are 26 modules at most, of which two are files', () => {
    expect(modules.size).to.be.at.most(26);
    expect(loose.length).to.equal(2);
  });

  it(`are ${longest} lines at most for a named function`, () => {
    expect(long.map(({ name }) => name)).to.deep.equal([]);
  });
});
