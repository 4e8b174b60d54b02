import { PROVIDERS } from '../../src/domain/payment';
import { schedulesOf } from './arbitrary-schedule';
import { checkSchedules, describeBroken } from './check-schedules';
import { FOUND } from './found-schedules';
import { activityNames } from './activity-names';
import { play } from './play';
import { bundleWorkflows } from './workflow-bundle';
import { WorkflowRuntime } from './workflow-runtime';

/** Of every story, in every run of all tests. */
const SCHEDULES = 400;
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const path = process.env['SCHEDULE_PATH'];
/** One story is enough to play a failure again. */
const only = process.env['PROVIDER'];

let runtime: WorkflowRuntime;

beforeAll(async () => {
  process.stdout.write(`simulation: SEED=${seed}\n`);
  runtime = WorkflowRuntime.create(await bundleWorkflows(), activityNames());
});

test.each(Object.entries(FOUND))('found once: %s', async (_name, schedule) => {
  const { violations } = await play(runtime, schedule);
  expect(violations).toEqual([]);
});

test.each(PROVIDERS.filter((provider) => !only || provider === only))(
  `${SCHEDULES} schedules of %s keep every promise (SEED=${seed})`,
  async (provider) => {
    const ends = new Set<string>();
    let replays = 0;
    let charges = 0;
    const broken = await checkSchedules(runtime, schedulesOf(provider), {
      seed,
      schedules: SCHEDULES,
      ...(path !== undefined && { path }),
      onPlayed: (played) => {
        ends.add(played.payment.final?.payment.status ?? 'unknown');
        replays += played.replays;
        charges += played.payment.ledger.charges.length;
      },
    });
    if (broken) throw new Error(describeBroken(broken, provider));
    if (path !== undefined) return;
    // A simulation in which nothing happens would keep every promise too.
    expect([...ends]).toEqual(expect.arrayContaining(['succeeded', 'expired', 'needs_review']));
    expect(replays).toBeGreaterThan(SCHEDULES / 4);
    expect(charges).toBeGreaterThan(SCHEDULES / 10);
  },
);
