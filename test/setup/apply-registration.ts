import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { sourceTable, type SourceTable } from './source-tables';

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

/** Adds the lines as a person would: at the end of the list, table or type that the place names, and no import twice. */
export function register(checkout: string, { file, place, lines }: Registration): void {
  const path = join(checkout, file);
  const text = readFileSync(path, 'utf8');
  if (place === 'imports' && text.includes(`${lines.join('\n')}\n`)) return;
  const { at, before = '' } = gapIn(checkout, file, place, text);
  // One more member of a type or an expression stays on its line.
  const added = /^&/.test(lines[0] ?? '') ? lines.join('') : `${before}\n${lines.join('\n')}\n`;
  writeFileSync(path, text.slice(0, at) + added + text.slice(at));
}

/** Where to write, and what has to stand before it. */
function gapIn(checkout: string, file: string, place: string, text: string): { at: number; before?: string } {
  if (place === 'imports') return { at: 0 };
  if (place === 'at the end') return { at: text.length };
  if (file.endsWith('.md')) return { at: endOfFirstTable(text, place) };
  if (file.endsWith('.yml')) return { at: text.indexOf('\n', text.indexOf(`${place}:`)) };
  const table = sourceTable(checkout, file, place);
  if (ts.isIntersectionTypeNode(table)) return { at: table.end };
  return { at: table.end - 1, before: lacksComma(table) ? ',' : '' };
}

/** Where the first table below that heading ends. */
function endOfFirstTable(text: string, heading: string): number {
  return text.indexOf('|\n\n', text.indexOf('\n| ', text.indexOf(`## ${heading}\n`))) + 1;
}

function lacksComma(table: Exclude<SourceTable, ts.IntersectionTypeNode>): boolean {
  const members = ts.isArrayLiteralExpression(table) ? table.elements : table.properties;
  return members.length > 0 && !members.hasTrailingComma;
}
