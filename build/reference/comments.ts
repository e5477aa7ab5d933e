import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const folder = 'lib/protocol/schemas';

/** The comments of the schemas: of each one by its name, of its parts by their path, `requestLog/properties/filter`. */
export const schemaComments = (): ReadonlyMap<string, string> =>
  new Map(readdirSync(folder).flatMap((file) => commentsIn(join(folder, file))));

const commentsIn = (file: string): [string, string][] => {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: [string, string][] = [];
  const note = (path: string, node: ts.Node): void => {
    const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
    if (comment) found.push([path, textOf(comment)]);
  };
  const visit = (path: string, value: ts.Expression | undefined): void => {
    if (value === undefined) return;
    if (ts.isAsExpression(value)) visit(path, value.expression);
    if (ts.isArrayLiteralExpression(value))
      for (const [at, element] of value.elements.entries()) visit(`${path}/${at}`, element);
    if (!ts.isObjectLiteralExpression(value)) return;
    for (const member of value.properties.filter(ts.isPropertyAssignment)) {
      const within = `${path}/${member.name.getText().replaceAll("'", '')}`;
      note(within, member);
      visit(within, member.initializer);
    }
  };
  for (const statement of source.statements.filter(ts.isVariableStatement))
    for (const { name, initializer } of statement.declarationList.declarations) {
      note(name.getText(), statement);
      visit(name.getText(), initializer);
    }
  return found;
};

const textOf = (comment: ts.JSDoc): string =>
  (ts.getTextOfJSDocComment(comment.comment) ?? '').replaceAll(/\{@link (\w+)\}/g, '`$1`').replaceAll(/\s+/g, ' ');
