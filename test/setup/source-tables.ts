import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A list, table or intersection of types in a source file, by the name of what declares it. */
export type SourceTable = ts.ArrayLiteralExpression | ts.ObjectLiteralExpression | ts.IntersectionTypeNode;

/** @throws Error when the file declares nothing of that name with something in it */
export function sourceTable(checkout: string, file: string, name: string): SourceTable {
  const text = readFileSync(join(checkout, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const declaration = find(
    source,
    (node): node is ts.Node => declares(node, name) && tableOf(node) !== undefined,
  );
  const table = declaration && tableOf(declaration);
  if (!table) throw new Error(`${file} has no ${name} that names could stand in`);
  return table;
}

function declares(node: ts.Node, name: string): boolean {
  const named = ts.isVariableDeclaration(node) || ts.isTypeAliasDeclaration(node) || isFunction(node);
  return named && node.name?.getText() === name;
}

/** What stands for the declaration: what a function returns, what a type is made of, or the value. */
function tableOf(declaration: ts.Node): SourceTable | undefined {
  if (ts.isTypeAliasDeclaration(declaration))
    return ts.isIntersectionTypeNode(declaration.type) ? declaration.type : undefined;
  if (!isFunction(declaration)) return find(declaration, isValueTable);
  return find(
    declaration,
    (node): node is ts.ObjectLiteralExpression =>
      ts.isObjectLiteralExpression(node) && ts.isReturnStatement(node.parent),
  );
}

function isFunction(node: ts.Node): node is ts.FunctionDeclaration | ts.MethodDeclaration {
  return ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);
}

function isValueTable(node: ts.Node): node is ts.ArrayLiteralExpression | ts.ObjectLiteralExpression {
  return ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);
}

function find<T extends ts.Node>(node: ts.Node, wanted: (node: ts.Node) => node is T): T | undefined {
  return wanted(node) ? node : ts.forEachChild(node, (child) => find(child, wanted));
}
