import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A list, table, type, switch or expression in a source file, by the name of what declares it. */
export type SourceTable =
  | ts.ArrayLiteralExpression
  | ts.ObjectLiteralExpression
  | ts.RegularExpressionLiteral
  | ts.UnionTypeNode
  | ts.InterfaceDeclaration
  | ts.CaseBlock;

/** @throws Error when the file declares nothing of that name with something in it */
export function sourceTable(checkout: string, file: string, name: string): SourceTable {
  const text = readFileSync(join(checkout, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const declaration = find(source, (node) => declares(node, name) && tableOf(node) !== undefined);
  const table = declaration && tableOf(declaration);
  if (!table) throw new Error(`${file} has no ${name} that names could stand in`);
  return table;
}

/** The names in a table or switch, as they are without quotes. */
export function namesIn(table: SourceTable): string[] {
  const members: readonly ts.Node[] = ts.isCaseBlock(table)
    ? table.clauses.flatMap((clause) => (ts.isCaseClause(clause) ? [clause.expression] : []))
    : ts.isObjectLiteralExpression(table)
      ? table.properties.flatMap(({ name }) => name ?? [])
      : [];
  return members.map((member) => member.getText().replaceAll("'", ''));
}

function declares(node: ts.Node, name: string): boolean {
  const named =
    ts.isVariableDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isPropertySignature(node);
  return named && node.name?.getText() === name;
}

/** A type is a table of names only where a property is declared: elsewhere it is what a function gives or takes. */
function tableOf(declaration: ts.Node): SourceTable | undefined {
  const wanted = ts.isPropertySignature(declaration) ? ts.isUnionTypeNode : isTable;
  return find(declaration, wanted) as SourceTable | undefined;
}

function isTable(node: ts.Node): boolean {
  return (
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isCaseBlock(node)
  );
}

function find(node: ts.Node, wanted: (node: ts.Node) => boolean): ts.Node | undefined {
  return wanted(node) ? node : ts.forEachChild(node, (child) => find(child, wanted));
}
