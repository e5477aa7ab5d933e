import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** A name that the package exports, or a member of it. */
export interface PublicMember {
  readonly file: string;
  /** `Unit`, `Unit.send`. */
  readonly name: string;
  readonly isDocumented: boolean;
}

const parsed = new Map<string, ts.SourceFile>();
const sourceOf = (file: string): ts.SourceFile => {
  const source =
    parsed.get(file) ?? ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true);
  parsed.set(file, source);
  return source;
};

type Declaration =
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.ClassDeclaration
  | ts.FunctionDeclaration
  | ts.VariableStatement;

const isDeclaration = (node: ts.Node): node is Declaration =>
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isVariableStatement(node);

const namesOf = (declaration: Declaration): readonly string[] =>
  ts.isVariableStatement(declaration)
    ? declaration.declarationList.declarations.map(({ name }) => name.getText())
    : [declaration.name?.text ?? 'default'];

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** Each exported name of a file with its declaration, through all re-exports. */
const exportsOf = (file: string): ReadonlyMap<string, readonly [string, Declaration]> => {
  const found = new Map<string, readonly [string, Declaration]>();
  for (const statement of sourceOf(file).statements) {
    if (isDeclaration(statement) && isExported(statement))
      for (const name of namesOf(statement))
        // The implementation of overloads is not visible: the first overload stands for all.
        if (!found.has(name) || !ts.isFunctionDeclaration(statement)) found.set(name, [file, statement]);
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    const target = (statement.moduleSpecifier as ts.StringLiteral).text;
    if (!target.startsWith('.')) continue;
    const those = exportsOf(join(dirname(file), target).replace(/\.js$/, '.ts'));
    if (statement.exportClause && ts.isNamedExports(statement.exportClause))
      for (const { propertyName, name } of statement.exportClause.elements) {
        const one = those.get((propertyName ?? name).text);
        if (one) found.set(name.text, one);
      }
    else for (const [name, one] of those) found.set(name, one);
  }
  return found;
};

const hasDoc = (node: ts.Node): boolean =>
  ts
    .getJSDocCommentsAndTags(node)
    .some((doc) => ts.isJSDoc(doc) && (doc.comment !== undefined || doc.tags !== undefined));

const isHidden = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) =>
    [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword, ts.SyntaxKind.OverrideKeyword].includes(kind),
  );

/** The members of a type as it is written, those of its parts included. */
const membersIn = (type: ts.TypeNode): readonly ts.TypeElement[] => {
  if (ts.isTypeLiteralNode(type)) return type.members;
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) return type.types.flatMap(membersIn);
  return ts.isParenthesizedTypeNode(type) ? membersIn(type.type) : [];
};

const membersOf = (declaration: Declaration): readonly (ts.TypeElement | ts.ClassElement)[] => {
  if (ts.isInterfaceDeclaration(declaration)) return declaration.members;
  if (ts.isTypeAliasDeclaration(declaration)) return membersIn(declaration.type);
  if (!ts.isClassDeclaration(declaration)) return [];
  return declaration.members.filter(
    (member) => !ts.isConstructorDeclaration(member) && !isHidden(member) && !member.name?.getText().startsWith('#'),
  );
};

/** The tags that tell the parts of a union apart, such as `type: 'closed'`, say what they are. */
const isTag = (member: ts.TypeElement | ts.ClassElement, declaration: Declaration): boolean =>
  ts.isTypeAliasDeclaration(declaration) &&
  ts.isPropertySignature(member) &&
  member.type !== undefined &&
  ts.isLiteralTypeNode(member.type);

/** All that these entry files export, with the members of interfaces, classes and object types. */
export const publicMembers = (entries: readonly string[]): readonly PublicMember[] => {
  const all = new Map<string, PublicMember>();
  for (const entry of entries)
    for (const [name, [file, declaration]] of exportsOf(entry)) {
      all.set(`${file} ${name}`, { file, name, isDocumented: hasDoc(declaration) });
      for (const member of membersOf(declaration)) {
        const full = `${name}.${member.name?.getText() ?? '()'}`;
        all.set(`${file} ${full} ${member.pos}`, {
          ...{ file, name: full },
          isDocumented: isTag(member, declaration) || hasDoc(member),
        });
      }
    }
  return [...all.values()];
};

/** The members of the schemas in a folder: each object's `properties`. */
export const schemaMembers = (files: readonly string[]): readonly PublicMember[] =>
  files.flatMap((file) => {
    const found: PublicMember[] = [];
    const visit = (node: ts.Node, path: readonly string[]): void => {
      const name = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) ? node.name.getText() : '';
      if (ts.isPropertyAssignment(node) && name === 'properties' && ts.isObjectLiteralExpression(node.initializer)) {
        for (const member of node.initializer.properties) {
          const full = [...path, member.name?.getText() ?? ''];
          found.push({ file, name: full.join('.'), isDocumented: hasDoc(member) });
          ts.forEachChild(member, (child) => {
            visit(child, full);
          });
        }
        return;
      }
      const next = ts.isVariableDeclaration(node) ? [...path, name] : path;
      ts.forEachChild(node, (child) => {
        visit(child, next);
      });
    };
    visit(sourceOf(file), []);
    return found;
  });
