import ts from 'typescript';

export interface Import {
  readonly from: string;
  readonly line: number;
}

/** What the layering rules want to know of one source file. */
export interface Source {
  /** Below src, such as `io/clock.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
  readonly asyncLines: readonly number[];
  /** Uses of wall clock, timers or randomness. */
  readonly impure: readonly { readonly what: string; readonly line: number }[];
  readonly onlyReExports: boolean;
  /** Lines that are neither blank nor comment. */
  readonly codeLines: number;
}

const impureNames = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'randomUUID',
  'randomBytes',
  'randomInt',
  'getRandomValues',
]);
const impureMembers = new Set([
  'Date.now',
  'performance.now',
  'Math.random',
  'process.hrtime',
  'AbortSignal.timeout',
]);
const impureModules = new Set(['node:timers', 'node:timers/promises', 'timers', 'timers/promises']);

export function readSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  const asyncLines: number[] = [];
  const impure: { what: string; line: number }[] = [];
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;

  const visit = (node: ts.Node): void => {
    const line = lineOf(node);
    const from = moduleOf(node);
    if (from !== null) {
      imports.push({ from, line });
      if (impureModules.has(from)) impure.push({ what: from, line });
    }
    if (node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node)) asyncLines.push(line);
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) asyncLines.push(line);
    const what = impurityOf(node);
    if (what !== null) impure.push({ what, line });
    ts.forEachChild(node, visit);
  };
  visit(file);

  return {
    path,
    imports,
    asyncLines,
    impure,
    onlyReExports:
      file.statements.length > 0 &&
      file.statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined),
    codeLines: countCode(file),
  };
}

/** The module that an import, a re-export, an `import()` or an `import('x').T` names. */
function moduleOf(node: ts.Node): string | null {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return textOf(node.arguments[0]);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return textOf(node.argument.literal);
  return null;
}

function textOf(node: ts.Node | undefined): string | null {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : null;
}

function impurityOf(node: ts.Node): string | null {
  if (ts.isNewExpression(node) && isName(node.expression, 'Date') && (node.arguments?.length ?? 0) === 0) {
    return 'new Date()';
  }
  if (ts.isCallExpression(node) && isName(node.expression, 'Date')) return 'Date()';
  if (ts.isPropertyAccessExpression(node)) {
    const member = `${node.expression.getText()}.${node.name.text}`.replace(/^globalThis\./, '');
    if (impureMembers.has(member)) return member;
  }
  // A name that is called, passed on or imported; not the key of an object, nor a type such as ReturnType<…>.
  if (ts.isIdentifier(node) && impureNames.has(node.text) && !ts.isPropertyAssignment(node.parent)) {
    return ts.isTypeQueryNode(node.parent) ? null : node.text;
  }
  return null;
}

function isName(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

function countCode(file: ts.SourceFile): number {
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (node.getChildCount(file) === 0 && node.getWidth(file) > 0) {
      const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
      const last = file.getLineAndCharacterOfPosition(node.getEnd()).line;
      for (let line = first; line <= last; line += 1) lines.add(line);
    }
    for (const child of node.getChildren(file)) {
      if (!ts.isJSDoc(child)) visit(child);
    }
  };
  visit(file);
  return lines.size;
}
