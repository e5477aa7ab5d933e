import ts from 'typescript';

/** A change of a compiled file, of the kind that slips in. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly put: string;
  /** The kind of the change, as it is shown. */
  readonly kind: string;
}

const operators: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.LessThanToken]: '<=',
  [ts.SyntaxKind.LessThanEqualsToken]: '<',
  [ts.SyntaxKind.GreaterThanToken]: '>=',
  [ts.SyntaxKind.GreaterThanEqualsToken]: '>',
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: '!==',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: '===',
  [ts.SyntaxKind.AmpersandAmpersandToken]: '||',
  [ts.SyntaxKind.BarBarToken]: '&&',
  [ts.SyntaxKind.PlusToken]: '-',
  [ts.SyntaxKind.MinusToken]: '+',
  [ts.SyntaxKind.AsteriskToken]: '/',
  [ts.SyntaxKind.SlashToken]: '*',
};

/** Texts, errors and the like: a change there is one of words. */
const isWording = (node: ts.Node): boolean =>
  ts.isThrowStatement(node) ||
  ts.isTemplateExpression(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  (ts.isNewExpression(node) && node.expression.getText().endsWith('Error')) ||
  (ts.isExpressionStatement(node) && node.getText().startsWith('super') && isOfError(node));

const isOfError = (node: ts.Node): boolean =>
  ts.isClassLike(node)
    ? (node.heritageClauses ?? []).some(({ types }) =>
        types.some(({ expression }) => expression.getText().endsWith('Error')),
      )
    : !ts.isSourceFile(node) && isOfError(node.parent);

/** What the compiler adds for `using`: its helpers, the resources of a block, and the two parts that end them. */
const addedForUsing = /^(var __|const env_\d+ = |env_\d+\.(error|hasError) = |const result_\d+ = |if \(result_\d+\))/;
const isOfCompiler = (node: ts.Node): boolean => ts.isStatement(node) && addedForUsing.test(node.getText());

const isUsed = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && node.expression.getText() === '__addDisposableResource';

/** Returns all changes of a compiled file, in their order. */
export const changesOf = (text: string): readonly Change[] => {
  const file = ts.createSourceFile('file.js', text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.JS);
  const changes: Change[] = [];
  const visit = (node: ts.Node): void => {
    if (isWording(node) || isOfCompiler(node)) return;
    if (isUsed(node)) {
      node.arguments.slice(1, 2).forEach(visit);
      return;
    }
    changes.push(...changesAt(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return changes;
};

const changesAt = (node: ts.Node): readonly Change[] => {
  const replace = (of: ts.Node, put: string, kind: string): Change => ({
    start: of.getStart(),
    end: of.end,
    put,
    kind,
  });
  if (ts.isIfStatement(node)) return [replace(node.expression, `!(${node.expression.getText()})`, 'condition negated')];
  if (ts.isConditionalExpression(node))
    return [replace(node.condition, `!(${node.condition.getText()})`, 'condition negated')];
  if (ts.isBinaryExpression(node)) {
    const { left, operatorToken, right } = node;
    if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
      return [replace(node, left.getText(), '?? dropped')];
    const put = operators[operatorToken.kind];
    const isText = ts.isStringLiteral(left) || ts.isStringLiteral(right);
    return put === undefined || (isText && operatorToken.kind === ts.SyntaxKind.PlusToken)
      ? []
      : [replace(operatorToken, put, `${operatorToken.getText()} to ${put}`)];
  }
  if (ts.isNumericLiteral(node)) {
    const value = Number(node.text);
    return [replace(node, String(value > 2 ? value * 2 : value + 1), 'number')];
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [replace(node, 'false', 'true to false')];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [replace(node, 'true', 'false to true')];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [replace(node, node.operand.getText(), '! dropped')];
  if (ts.isExpressionStatement(node) && !node.getText().startsWith('super'))
    return [replace(node, ';', 'statement dropped')];
  return ts.isCallExpression(node) ? changesOfCall(node, replace) : [];
};

const changesOfCall = (
  { expression, arguments: given }: ts.CallExpression,
  replace: (of: ts.Node, put: string, kind: string) => Change,
): readonly Change[] => {
  const name = expression.getText();
  if (name === 'Math.max') return [replace(expression, 'Math.min', 'max to min')];
  if (name === 'Math.min') return [replace(expression, 'Math.max', 'min to max')];
  if (!name.endsWith('.pipe')) return [];
  return given.map((operator) => replace(operator, '(source$) => source$', 'operator dropped'));
};
