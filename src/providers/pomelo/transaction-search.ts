import { listedTransactionSchema, type TransactionPage } from './schemas';

export interface SearchBounds {
  maxPages: number;
  /** After this instant (ms since the epoch) no further page is asked for. */
  stopAt: number;
}

/** What a search found. */
export interface SearchResult {
  /** Transactions with our reference. */
  ids: string[];
  /** False when nothing was found and a part of the list was not read. */
  complete: boolean;
}

/**
 * Searches the list of all transactions for our reference: the list has no documented filter or order, so the
 * newest are looked for at both ends (docs/providers/pomelo.md §3.3). Ends at the first page that has any.
 *
 * @param list reads one page, counted from 1
 */
export async function findByLocalId(
  list: (page: number) => Promise<TransactionPage>,
  localId: string,
  { maxPages, stopAt }: SearchBounds,
): Promise<SearchResult> {
  const first = await list(1);
  const ids = matches(first, localId);
  const pageCount = pagesOf(first);
  if (ids.length > 0 || pageCount <= 1) return { ids, complete: true };
  for (const page of furtherPages(pageCount, maxPages - 1)) {
    if (Date.now() >= stopAt) return { ids: [], complete: false };
    const { items, count } = await list(page);
    const found = matches({ items, count }, localId);
    if (found.length > 0) return { ids: found, complete: true };
    if (items.length === 0 && pageCount === Infinity) return { ids: [], complete: true };
  }
  return { ids: [], complete: pageCount <= maxPages };
}

/** The order in which pages 2 to `pageCount` are read: the last, the second, the last but one … */
export function furtherPages(pageCount: number, limit: number): number[] {
  const wanted = Math.max(Math.min(limit, pageCount - 1), 0);
  return Array.from({ length: wanted }, (_, n) => {
    if (pageCount === Infinity) return n + 2;
    return n % 2 === 0 ? pageCount - n / 2 : (n + 3) / 2;
  });
}

function pagesOf({ count, items }: TransactionPage): number {
  if (items.length === 0) return 1;
  return count === null ? Infinity : Math.ceil(count / items.length);
}

function matches({ items }: TransactionPage, localId: string): string[] {
  return items.flatMap((item) => {
    const listed = listedTransactionSchema.safeParse(item);
    return listed.success && listed.data.localId === localId ? [listed.data.id] : [];
  });
}
