import { patched } from '@temporalio/workflow';

/**
 * Every change of what workflows do that running ones may not have begun with. A release brings it `dormant`: it goes on with
 * what a later release began, and begins nothing with it itself. The next release makes it `active`. So two neighbouring
 * releases can run any workflow of each other, side by side and back again (docs/decisions/0013-deploying-beside-running-payments.md).
 */
export type Patches = Readonly<Record<string, 'dormant' | 'active'>>;
export const PATCHES = {} as const satisfies Patches;

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
 * @param patches those of this release
 */
export function beginsWithPatch(
  patchId: string,
  held: readonly string[] = [],
  patches: Patches = PATCHES,
): boolean {
  return patches[patchId] === 'active' && !held.includes(patchId);
}

/** Those that this release does not have: a slip of the pen holds nothing back. */
export function unknownPatches(ids: readonly string[], patches: Patches = PATCHES): string[] {
  return ids.filter((id) => !(id in patches));
}
