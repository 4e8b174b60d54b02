import { beginsWithPatch, PATCHES, unknownPatches } from '../src/workflows/patches';

const [active = ''] = Object.keys(PATCHES).filter((id) => PATCHES[id as keyof typeof PATCHES] === 'active');

test('a worker begins with active patches, but for those that it holds', () => {
  expect(beginsWithPatch(active)).toBe(true);
  expect(beginsWithPatch(active, [active])).toBe(false);
  expect(beginsWithPatch('of-another-release')).toBe(false);
});

test('held patches that this release does not have are found', () => {
  expect(unknownPatches([active, 'of-another-release'])).toEqual(['of-another-release']);
});
