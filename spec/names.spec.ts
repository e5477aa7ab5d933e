import { expect } from 'chai';
import ts from 'typescript';
import { sourceFiles } from './support/source-files.js';

const config = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)).config as {
  compilerOptions: object;
};
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, '.');
const program = ts.createProgram(
  sourceFiles('lib').map((file) => `lib/${file}`),
  { ...options, noEmit: true },
);
const checker = program.getTypeChecker();

const isObservable = (type: ts.Type): boolean => {
  const parts = type.isUnion() ? type.types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined)) : [type];
  return (
    parts.length > 0 &&
    parts.every((part) => part.getProperty('pipe') !== undefined && part.getProperty('subscribe') !== undefined)
  );
};

interface Named {
  readonly name: string;
  readonly observable: boolean;
  readonly place: string;
}

const namesIn = (source: ts.SourceFile): Named[] => {
  const names: Named[] = [];
  const visit = (node: ts.Node) => {
    const named =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isPropertySignature(node) ||
      ts.isPropertyDeclaration(node) ||
      ts.isGetAccessorDeclaration(node) ||
      ts.isBindingElement(node);
    if (named && (ts.isIdentifier(node.name) || ts.isPrivateIdentifier(node.name))) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      names.push({
        name: node.name.text,
        observable: isObservable(checker.getTypeAtLocation(node.name)),
        place: `${source.fileName}:${line + 1} ${node.name.text}`,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
};

const sources = program
  .getSourceFiles()
  .filter(({ fileName }) => !fileName.includes('node_modules') && !fileName.endsWith('.d.ts'));
const names = sources.flatMap(namesIn);

describe('the names', () => {
  it('end in $ where they are Observables', () => {
    // What may be an Observable or something else, and what an operator is called with, keeps a plain name.
    expect(
      names.filter(({ name, observable }) => observable && !name.endsWith('$')).map(({ place }) => place),
    ).to.deep.equal([]);
  });

  it('end in $ nowhere else', () => {
    expect(
      names.filter(({ name, observable }) => !observable && name.endsWith('$')).map(({ place }) => place),
    ).to.deep.equal([]);
  });

  it('have one meaning each, where other packages of this kind use them as well', () => {
    const shared = ['Link', 'Row', 'View', 'Watch', 'VirtualClock', 'VirtualCloud', 'Outcome', 'Report', 'Settings'];
    shared.push('World', 'Wire', 'Watched', 'WatchRules');
    const declared = sources
      .flatMap(({ statements }) => statements)
      .filter(
        (node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node),
      )
      .map(({ name }) => name?.text);
    expect(shared.filter((name) => declared.filter((other) => other === name).length > 1)).to.deep.equal([]);
  });
});
