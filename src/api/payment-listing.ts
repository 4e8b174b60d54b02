import type { Payment } from '../domain/payment';

/** A payment and where it stands in the order of listings: newest start first, ties by workflow id, both never change. */
export interface Listed {
  payment: Payment;
  /** Start of the workflow, epoch milliseconds. */
  startedAt: number;
}

/** Half-open range of workflow starts, epoch milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** What a listing needs of visibility; the order of `fetch` does not matter and repeats do no harm. */
export interface PaymentIndex {
  count(span: Span): Promise<number>;
  fetch(span: Span): Promise<Listed[]>;
}

export interface Page {
  payments: Payment[];
  nextCursor: string | null;
}

/** Where the page before ended. */
export interface Position {
  startedAt: number;
  id: string;
}

/** The most payments read at once, unless more than that started within one millisecond. */
const MOST_AT_ONCE = 250;
const FIRST_WIDTH_MS = 60 * 60 * 1_000;

/**
 * One page, newest first. Visibility on SQL cannot sort by start (it gives open workflows before closed ones), so the
 * page is made of spans of start times small enough to be read whole and sorted here. Starts never change: a payment is
 * neither lost nor repeated between pages, whatever happens to it meanwhile.
 */
export async function readPage(
  index: PaymentIndex,
  range: Span,
  limit: number,
  after: Position | null,
): Promise<Page> {
  const found = new Map<string, Listed>();
  let to = after ? Math.min(range.to, after.startedAt + 1) : range.to;
  let width = FIRST_WIDTH_MS;
  while (found.size <= limit && to > range.from) {
    const rest = await index.count({ from: range.from, to });
    if (rest === 0) break;
    const span =
      rest <= MOST_AT_ONCE
        ? { from: range.from, to }
        : await fittingSpan(index, { from: range.from, to }, width);
    for (const listed of await index.fetch(span)) {
      if (!after || isAfter(listed, after)) found.set(listed.payment.id, listed);
    }
    width = (span.to - span.from) * 2;
    to = span.from;
  }
  const sorted = [...found.values()].sort(newestFirst);
  const page = sorted.slice(0, limit);
  const last = page.at(-1);
  return {
    payments: page.map(({ payment }) => payment),
    nextCursor: last && sorted.length > limit ? encodeCursor(positionOf(last)) : null,
  };
}

/** The newest part of `within` that holds something, yet not too much: doubles while empty, halves while too full. */
async function fittingSpan(index: PaymentIndex, within: Span, firstWidth: number): Promise<Span> {
  let width = Math.max(1, firstWidth);
  for (let tooWide = Infinity; ;) {
    const span = { from: Math.max(within.from, within.to - width), to: within.to };
    const count = await index.count(span);
    if (count > MOST_AT_ONCE && width > 1) {
      tooWide = width;
      width = Math.floor(width / 2);
    } else if (count === 0 && span.from > within.from && width * 2 < tooWide) {
      width *= 2;
    } else {
      return span;
    }
  }
}

function positionOf({ payment, startedAt }: Listed): Position {
  return { startedAt, id: payment.id };
}

function newestFirst(a: Listed, b: Listed): number {
  return b.startedAt - a.startedAt || (a.payment.id < b.payment.id ? -1 : 1);
}

function isAfter(listed: Listed, { startedAt, id }: Position): boolean {
  return listed.startedAt < startedAt || (listed.startedAt === startedAt && listed.payment.id > id);
}

export function encodeCursor({ startedAt, id }: Position): string {
  return Buffer.from(`${startedAt}:${id}`).toString('base64url');
}

/** @returns null when the text is not a cursor of ours */
export function decodeCursor(cursor: string): Position | null {
  const match = /^(\d{1,15}):(pay_[a-z2-7]{26})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  return match?.[1] && match[2] ? { startedAt: Number(match[1]), id: match[2] } : null;
}
