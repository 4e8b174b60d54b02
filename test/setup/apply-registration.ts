import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Lines that the generator of providers asks to be added, and where. */
export interface Registration {
  file: string;
  place: string;
  lines: string[];
}

/** Reads what `npm run new-provider` prints: `file, place:` and the lines below it, four spaces in. */
export function readRegistration(printed: string): Registration[] {
  const read: Registration[] = [];
  for (const line of printed.split('\n')) {
    const [, file, place] = /^([\w./-]+), ([\w -]+):$/.exec(line) ?? [];
    const current = read.at(-1);
    if (file && place) read.push({ file, place, lines: [] });
    else if (current && line.startsWith('    ')) current.lines.push(line.slice(4));
  }
  return read;
}

/** Adds the lines as a person would: at the end of the list, table or type that the place names. */
export function register(checkout: string, { file, place, lines }: Registration): void {
  const path = join(checkout, file);
  const text = readFileSync(path, 'utf8');
  const at = positionOf(place, file, text);
  // One more alternative of an expression stays on its line.
  const added = lines[0]?.startsWith('|') ? lines.join('') : `\n${lines.join('\n')}\n`;
  writeFileSync(path, text.slice(0, at) + added + text.slice(at));
}

function positionOf(place: string, file: string, text: string): number {
  if (place === 'imports') return 0;
  if (place === 'at the end') return text.length;
  if (file.endsWith('.yml')) return text.indexOf('\n', text.indexOf(`${place}:`));
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const declaration = find(source, (node) => declares(node, place) && !!find(node, takesMembers));
  const container = declaration && find(declaration, takesMembers);
  if (!container) throw new Error(`${file} has no ${place} that something could be added to`);
  if (ts.isRegularExpressionLiteral(container)) return container.getStart() + container.text.lastIndexOf(')');
  return ts.isUnionTypeNode(container) ? container.end : container.end - 1;
}

function declares(node: ts.Node, name: string): boolean {
  const named =
    ts.isVariableDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isPropertySignature(node);
  return named && node.name?.getText() === name;
}

function takesMembers(node: ts.Node): boolean {
  return (
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isUnionTypeNode(node) ||
    ts.isInterfaceDeclaration(node)
  );
}

function find(node: ts.Node, wanted: (node: ts.Node) => boolean): ts.Node | undefined {
  return wanted(node) ? node : ts.forEachChild(node, (child) => find(child, wanted));
}
