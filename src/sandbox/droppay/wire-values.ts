import { ExactDecimal } from '../exact-json';

const WIRE_OFFSET_MS = 3_600_000;

/** Integer cents as a JSON number of euro with two decimals: 1230 → 12.30 (docs/providers/droppay.md §5). */
export function euro(cents: number): ExactDecimal {
  const digits = String(cents).padStart(3, '0');
  return new ExactDecimal(`${digits.slice(0, -2)}.${digits.slice(-2)}`);
}

/**
 * Integer cents of a JSON number of euro; undefined when it is not above zero, or has more than two
 * decimals.
 */
export function centsOf(amount: number): number | undefined {
  // JavaScript prints the shortest digits that read back as the same number: those that were written.
  const digits = /^(\d+)(?:\.(\d{1,2}))?$/.exec(String(amount));
  if (digits === null) return undefined;
  const cents = Number(`${digits[1] ?? ''}${(digits[2] ?? '').padEnd(2, '0')}`);
  return Number.isSafeInteger(cents) && cents > 0 ? cents : undefined;
}

/** An instant as DropPay prints it, whole seconds with offset: `2016-07-16T19:20:30+01:00` (§7). */
export function timestamp(atMs: number): string {
  return `${new Date(atMs + WIRE_OFFSET_MS).toISOString().slice(0, 19)}+01:00`;
}
