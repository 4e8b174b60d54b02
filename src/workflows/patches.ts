import { patched } from '@temporalio/workflow';

/**
 * Every change of what workflows do that running ones may not have begun with. A release brings it `dormant`: it goes on with
 * what a later release began, and begins nothing with it itself. The next release makes it `active`. So two neighbouring
 * releases can run any workflow of each other, side by side and back again (docs/decisions/0013-deploying-beside-running-payments.md).
 */
export const PATCHES = {
  'callbacks-wake-refunds': 'active',
  'refunds-show-their-status': 'active',
  'a-watch-ends-with-an-answer': 'active',
  'money-to-give-back-is-asked-for-again': 'active',
  'changes-show-at-once': 'active',
  'a-refund-asked-for-again-is-another': 'active',
  'a-refund-tried-again-has-its-own-reference': 'active',
  'news-of-refunds-is-told': 'active',
  'other-money-is-decided-about-again': 'active',
  'silent-providers-are-asked-less': 'active',
  'reviews-are-asked-about-until-answered': 'active',
  'decisions-stand': 'active',
} as const satisfies Record<string, 'dormant' | 'active'>;

export type PatchId = keyof typeof PATCHES;

/**
 * Whether this workflow takes the changed way. The answer may turn from no to yes between two questions (a wait lies between
 * them, and a deploy in it), never back.
 */
export function isPatched(id: PatchId): boolean {
  return patched(id);
}

/**
 * Whether a worker begins with a patch; what has begun goes on with it anyhow.
 *
 * @param held by the worker's own settings
 */
export function beginsWithPatch(patchId: string, held: readonly string[] = []): boolean {
  const patches: Readonly<Record<string, 'dormant' | 'active'>> = PATCHES;
  return patches[patchId] === 'active' && !held.includes(patchId);
}

/** Those that this release does not have: a slip of the pen holds nothing back. */
export function unknownPatches(ids: readonly string[]): string[] {
  return ids.filter((id) => !(id in PATCHES));
}
