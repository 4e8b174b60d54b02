import { schedulesOf } from './arbitrary-schedule';
import { checkSchedules } from './check-schedules';
import { MUTATIONS } from './mutations';
import { activityNames } from './activity-names';
import { bundleWorkflows } from './workflow-bundle';
import { WorkflowRuntime } from './workflow-runtime';

/** As many schedules as the whole simulation plays in every run of all tests. */
const BUDGET = 2_000;
/** Always the same: whether a mutation is found is a matter of the simulation, not of chance. */
const SEED = 1;

test.each(MUTATIONS)('found out: $name', async ({ replacements, seams, provider, foundAs }) => {
  const runtime = WorkflowRuntime.create(await bundleWorkflows(replacements), activityNames());
  const broken = await checkSchedules(runtime, schedulesOf(provider), {
    seed: SEED,
    schedules: BUDGET,
    shrink: false,
    kinds: foundAs,
    ...(seams && { seams }),
  });
  expect(broken?.kinds).toEqual(expect.arrayContaining([expect.stringMatching(foundAs.join('|'))]));
});

test('a mutation that no longer applies is told', async () => {
  const outdated = { file: 'workflows/payment/run.ts', find: 'nobody wrote this', replace: '' };
  await expect(bundleWorkflows([outdated])).rejects.toThrow('holds 0 times');
});
