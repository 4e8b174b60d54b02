import fc from 'fast-check';
import {
  decodeCursor,
  encodeCursor,
  type Listed,
  type PaymentIndex,
  readPage,
  type Span,
} from '../../src/api/payment-listing';
import { paymentIdOf } from '../../src/api/idempotency';
import type { Payment } from '../../src/domain/payment';

const payment = (n: number): Payment => ({ id: paymentIdOf('shop', String(n)) }) as Payment;

/** Visibility in memory: gives what is in a span in no useful order, some of it twice. */
class FakeIndex implements PaymentIndex {
  largestRead = 0;
  calls = 0;
  constructor(readonly listed: Listed[]) {}

  count(span: Span): Promise<number> {
    this.calls += 1;
    return Promise.resolve(this.inside(span).length);
  }

  fetch(span: Span): Promise<Listed[]> {
    this.calls += 1;
    const found = this.inside(span);
    this.largestRead = Math.max(this.largestRead, found.length);
    return Promise.resolve([...found.slice(1), ...found.slice(0, 2)]);
  }

  private inside({ from, to }: Span): Listed[] {
    return this.listed.filter(({ startedAt }) => startedAt >= from && startedAt < to);
  }
}

const NOW = 1_800_000_000_000;
const RANGE = { from: 0, to: NOW + 1 };

async function readAll(
  index: PaymentIndex,
  limit: number,
  betweenPages: () => void = () => undefined,
): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: string | null = null; ;) {
    const page = await readPage(index, RANGE, limit, cursor === null ? null : decodeCursor(cursor));
    pages.push(page.payments.map(({ id }) => id));
    cursor = page.nextCursor;
    if (cursor === null) return pages;
    betweenPages();
  }
}

const newestFirst = (listed: Listed[]) =>
  [...listed]
    .sort((a, b) => b.startedAt - a.startedAt || (a.payment.id < b.payment.id ? -1 : 1))
    .map((l) => l.payment.id);

test('every payment once, newest first, whatever the gaps and ties', async () => {
  const ages = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 9e10 })), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(ages, fc.integer({ min: 1, max: 20 }), async (list, limit) => {
      const index = new FakeIndex(list.map((age, n) => ({ payment: payment(n), startedAt: NOW - age })));
      const pages = await readAll(index, limit);
      expect(pages.flat()).toEqual(newestFirst(index.listed));
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('many payments are read in spans, never all at once', async () => {
  const index = new FakeIndex(
    Array.from({ length: 5_000 }, (_, n) => ({ payment: payment(n), startedAt: NOW - n * 20_000 })),
  );
  const { payments } = await readPage(index, RANGE, 100, null);
  expect(payments.map(({ id }) => id)).toEqual(newestFirst(index.listed).slice(0, 100));
  expect(index.largestRead).toBeLessThanOrEqual(250);
  expect(index.calls).toBeLessThan(25);
});

test('more than one span holds within one millisecond are still all given', async () => {
  const index = new FakeIndex(
    Array.from({ length: 600 }, (_, n) => ({ payment: payment(n), startedAt: NOW - (n % 2) })),
  );
  expect((await readAll(index, 100)).flat()).toEqual(newestFirst(index.listed));
});

test('payments that arrive, or leave a filter, between pages neither repeat nor hide others', async () => {
  const initial = Array.from({ length: 700 }, (_, n) => ({
    payment: payment(n),
    startedAt: NOW - 1_000 - n * 60_000,
  }));
  const index = new FakeIndex([...initial]);
  let next = initial.length;
  const pages = await readAll(index, 50, () => {
    index.listed.push({ payment: payment(next++), startedAt: NOW });
    index.listed.splice(3, 1);
  });
  const seen = pages.flat();
  expect(new Set(seen).size).toBe(seen.length);
  const stayed = initial.filter((one) => index.listed.includes(one)).map((one) => one.payment.id);
  expect(stayed).toHaveLength(initial.length - (pages.length - 1));
  expect(stayed.filter((id) => !seen.includes(id))).toEqual([]);
});

test('cursors are opaque and strict', () => {
  const position = { startedAt: NOW, id: paymentIdOf('a', 'b') };
  expect(decodeCursor(encodeCursor(position))).toEqual(position);
  for (const bad of ['', 'x', encodeCursor({ ...position, id: 'pay_1' })])
    expect(decodeCursor(bad)).toBeNull();
});
