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

const names = program
  .getSourceFiles()
  .filter(({ fileName }) => !fileName.includes('node_modules') && !fileName.endsWith('.d.ts'))
  .flatMap(namesIn);

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
});
