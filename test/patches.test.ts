import { beginsWithPatch, unknownPatches } from '../src/workflows/patches';

const patches = { shipped: 'active', new: 'dormant' } as const;

test('a worker begins with active patches, but for those that it holds', () => {
  expect(beginsWithPatch('shipped', [], patches)).toBe(true);
  expect(beginsWithPatch('shipped', ['shipped'], patches)).toBe(false);
  expect(beginsWithPatch('new', [], patches)).toBe(false);
  expect(beginsWithPatch('of-another-release', [], patches)).toBe(false);
});

test('held patches that this release does not have are found', () => {
  expect(unknownPatches(['shipped', 'of-another-release'], patches)).toEqual(['of-another-release']);
});
