import { describeMoney } from '../../domain/money';
import type { TimelineEntry } from '../../domain/timeline';
import type { Books } from './sandbox';
import type { Outcome } from './run-demo';

const HEADINGS = ['provider', 'the payer', 'status', 'amount', 'ledger', 'events', 'seconds'];

/** All stories side by side, a line each. */
export function outcomeTable(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map(({ story, payment, books, events, seconds, problems }) => [
    story.order.provider,
    story.payer,
    `${problems.length === 0 ? '✓' : '✗'} ${payment?.status ?? '-'}`,
    describeMoney(story.order),
    describeBooks(books),
    String(events.length),
    seconds.toFixed(1),
  ]);
  return aligned([HEADINGS, ...rows], new Set(['amount', 'events', 'seconds']));
}

/** The timeline of a payment with the time since it began, a line per fact. */
export function timelineLines(timeline: readonly TimelineEntry[]): string[] {
  const start = Date.parse(timeline[0]?.at ?? '');
  return timeline.map(({ at, from, type, detail }) => {
    const seconds = ((Date.parse(at) - start) / 1_000).toFixed(3).padStart(8);
    return `${seconds} s  ${from.padEnd(9)} ${type.padEnd(12)} ${detail}`;
  });
}

function describeBooks({ charges, refunds }: Books): string {
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const charged = counted(charges.length, 'charge');
  return refunds.length === 0 ? charged : `${charged}, ${counted(refunds.length, 'refund')}`;
}

/** Columns as wide as their widest cell, a rule below the first row. */
function aligned(rows: readonly string[][], numeric: ReadonlySet<string>): string[] {
  const headings = rows[0] ?? [];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return numeric.has(headings[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(headings), rule, ...rows.slice(1).map(line)];
}
