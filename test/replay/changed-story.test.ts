import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { PROVIDERS } from '../../src/domain/payment';
import {
  type ChangedRelease,
  changedRelease,
  patchedLookUps,
  type SourceChange,
  UNGUARDED_LOOK_UPS,
} from '../support/changed-release';
import { recordedHistories } from './recorded-histories';
import { brokenBy } from './replaying';

const releases: ChangedRelease[] = [];
afterAll(() => releases.forEach((release) => release.remove()));

function workflowsWith(changes: readonly SourceChange[]): string {
  const release = changedRelease(changes);
  releases.push(release);
  return join(release.src, 'workflows/index.ts');
}

/** Payments of every story that came past the changed lines. */
const taken = recordedHistories().filter(({ name }) => /^[^.]+\.succeeded-/.test(name));

test('a change of the stories that does not think of payments under way is refused', async () => {
  const providers = new Set(taken.map(({ name }) => name.split('.')[0]));
  expect([...providers].sort()).toEqual([...PROVIDERS].sort());
  const broken = await brokenBy(workflowsWith(UNGUARDED_LOOK_UPS), taken);
  expect(broken.map(({ workflowId }) => workflowId)).toEqual(taken.map(({ name }) => name));
  for (const { error } of broken) expect(error).toBeInstanceOf(DeterminismViolationError);
});

test('the same change behind patches is let through', async () => {
  const broken = await brokenBy(workflowsWith(patchedLookUps('active')), recordedHistories());
  expect(broken.map(({ workflowId, error }) => `${workflowId}: ${error?.message}`)).toEqual([]);
});
