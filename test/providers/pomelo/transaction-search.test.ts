import type { TransactionPage } from '../../../src/providers/pomelo/schemas';
import { findByLocalId, furtherPages } from '../../../src/providers/pomelo/transaction-search';

const SIZE = 20;

/** A list of `count` transactions, ours at `at` (0 is the first), and which pages of it were read. */
function listWith(count: number, at: number, withCount = true) {
  const read: number[] = [];
  const all = Array.from({ length: count }, (_, n) => ({
    id: `t${n}`,
    localId: n === at ? 'mine' : `other${n}`,
  }));
  const list = (page: number): Promise<TransactionPage> => {
    read.push(page);
    return Promise.resolve({
      count: withCount ? count : null,
      items: all.slice((page - 1) * SIZE, page * SIZE),
    });
  };
  return { read, list };
}

const search = (list: (page: number) => Promise<TransactionPage>, maxPages = 4, stopAt = Infinity) =>
  findByLocalId(list, 'mine', { maxPages, stopAt });

test.each([
  ['newest first', 0, [1]],
  ['oldest first', 1999, [1, 100]],
  ['newest first, with others since', 25, [1, 100, 2]],
  ['oldest first, with others since', 1970, [1, 100, 2, 99]],
])('finds the newest in a long list, %s', async (_, at, pages) => {
  const { list, read } = listWith(2000, at);
  await expect(search(list)).resolves.toEqual({ ids: [`t${at}`], complete: true });
  expect(read).toEqual(pages);
});

test('is bounded, and says that it did not see everything', async () => {
  const { list, read } = listWith(2000, 1000);
  await expect(search(list)).resolves.toEqual({ ids: [], complete: false });
  expect(read).toEqual([1, 100, 2, 99]);
});

test.each([
  [0, [1]],
  [20, [1]],
  [21, [1, 2]],
  [80, [1, 4, 2, 3]],
])('a list of %i without it was read completely', async (count, pages) => {
  const { list, read } = listWith(count, -1);
  await expect(search(list)).resolves.toEqual({ ids: [], complete: true });
  expect(read).toEqual(pages);
});

test('without a count it reads on to the first empty page', async () => {
  const short = listWith(30, 25, false);
  await expect(search(short.list)).resolves.toEqual({ ids: ['t25'], complete: true });
  const none = listWith(30, -1, false);
  await expect(search(none.list)).resolves.toEqual({ ids: [], complete: true });
  expect(none.read).toEqual([1, 2, 3]);
  const long = listWith(2000, -1, false);
  await expect(search(long.list)).resolves.toEqual({ ids: [], complete: false });
  expect(long.read).toEqual([1, 2, 3, 4]);
});

test('stops when time is up', async () => {
  const { list, read } = listWith(2000, 1999);
  await expect(search(list, 4, Date.now())).resolves.toEqual({ ids: [], complete: false });
  expect(read).toEqual([1]);
});

test('gives all with our reference, and is not confused by odd items', async () => {
  const items = [null, 7, { id: 'a b', localId: 'mine' }, { localId: 'mine' }, { id: 't1' }];
  const page = { count: 7, items: [...items, { id: 't2', localId: 'mine' }, { id: 't3', localId: 'mine' }] };
  await expect(search(() => Promise.resolve(page))).resolves.toEqual({ ids: ['t2', 't3'], complete: true });
});

test.each([
  [1, 5, []],
  [2, 5, [2]],
  [5, 9, [5, 2, 4, 3]],
  [9, 3, [9, 2, 8]],
  [9, 0, []],
  [Infinity, 3, [2, 3, 4]],
])('of %s pages, %i more: %j', (pageCount, limit, pages) => {
  expect(furtherPages(pageCount, limit)).toEqual(pages);
});
