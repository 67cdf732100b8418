/** Names in a block of TypeScript. */
import ts from "typescript";

const parse = (code: string) => ts.createSourceFile("block.ts", code, ts.ScriptTarget.Latest, true);

/** What a block makes at its top level; unless `exported`, only what it does not export by itself. */
export function topLevelNames(code: string, exported = true): string[] {
  return parse(code).statements.flatMap((statement) => {
    if (!exported && ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport)) return [];
    if (ts.isFunctionDeclaration(statement) && statement.name) return [statement.name.text];
    return ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.flatMap(({ name }) => bound(name))
      : [];
  });
}

const isExport = ({ kind }: ts.ModifierLike): boolean => kind === ts.SyntaxKind.ExportKeyword;

function bound(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bound(element.name) : []));
}

/** Names of values that a block uses and does not make at its top level: whether it makes one of that name further inside. */
export function usedNames(code: string): Map<string, boolean> {
  const [made, used] = [new Set<string>(), new Set<string>()];
  const top = new Set(topLevelNames(code));
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isVariableDeclaration(node) || ts.isParameter(node)) for (const name of bound(node.name)) made.add(name);
    else if (ts.isImportSpecifier(node)) top.add(node.name.text);
    else if (ts.isIdentifier(node) && isValue(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(code));
  return new Map([...used].filter((name) => !top.has(name)).map((name) => [name, made.has(name)]));
}

function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return !ts.isImportSpecifier(parent) && !ts.isMethodDeclaration(parent) && node.text !== "undefined";
}
