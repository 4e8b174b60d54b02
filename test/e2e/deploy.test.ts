import { join } from 'node:path';
import { type ChangedRelease, changedRelease, patchedLookUps } from '../support/changed-release';
import { eventually } from '../support/eventually';
import { Shop } from './shop';
import { SteadyLoad, type TakenPayment } from './steady-load';
import { type ReleaseWorker, WorkerReleases } from './worker-releases';
import { type RanWorkflow, ranWorkflows } from './workflow-tasks';
import { patience } from '../support/patience';

const THIS_RELEASE = join(__dirname, '../../dist');
/** How many payments of the load each step of a deploy lasts. */
const STEP = 8;

/** The next release asks providers more often, at first dormant; the one after it begins with that. */
let next: ChangedRelease;
let afterNext: ChangedRelease;
beforeAll(() => {
  next = changedRelease(patchedLookUps('dormant'), true);
  afterNext = changedRelease(patchedLookUps('active'), true);
});
afterAll(() => [next, afterNext].forEach((release) => release.remove()));

describe.each([
  ['unversioned workers', false],
  ['a Temporal Worker Deployment', true],
])('deploys of %s under load', (_name, versioned) => {
  let shop: Shop;
  let releases: WorkerReleases;
  let load: SteadyLoad | undefined;
  let taken: TakenPayment[];
  let workflows: RanWorkflow[];
  let patchedAsListed: number;
  const workers = new Map<string, ReleaseWorker>();
  const ran = (...releases: string[]) => {
    const pids = releases.map((release) => String(workers.get(release)?.pid));
    return workflows.filter(({ ranBy }) => pids.every((pid) => ranBy.has(pid)));
  };

  beforeAll(async () => {
    shop = await Shop.open();
    releases = await WorkerReleases.of(shop, versioned);
    load = new SteadyLoad(shop);
    const start = async (buildId: string, dist: string) => {
      workers.set(buildId, await releases.start(buildId, dist));
    };
    load.start();
    const payFirst = await load.open();

    await start('1', THIS_RELEASE);
    await releases.setCurrent('1');
    await shop.system.running('worker').stop();
    const payBetween = await load.open();

    await start('2', next.dist);
    await releases.ramp('2', 30);
    await load.goesOn(STEP);
    await releases.setCurrent('2');
    await workers.get('1')?.stop();

    await start('3', afterNext.dist);
    await releases.ramp('3', 50);
    await load.goesOn(STEP);
    await releases.setCurrent('3');
    const payLast = await load.open();
    payFirst();
    await load.goesOn(STEP);

    await releases.setCurrent('2');
    await workers.get('3')?.stop();
    payBetween();
    payLast();
    await load.goesOn(STEP);
    taken = await load.stop();
    workflows = await ranWorkflows(releases.client);
    patchedAsListed = (await releases.client.workflow.count('TemporalChangeVersion="look-up-after-opening"'))
      .count;
  }, patience(780_000));
  afterAll(async () => {
    load?.abandon();
    await releases?.close();
    await shop?.close();
  });

  it('takes every payment once, those opened before as those opened during and after', () => {
    expect(taken.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(taken.length).toBeGreaterThan(4 * STEP);
  });

  it('fails no workflow task, of whatever workflow', () => {
    const failed = workflows.filter(({ failures }) => failures.length > 0);
    expect(failed.map(({ id, failures }) => [id, failures])).toEqual([]);
  });

  it('hands payments from each release to the next, and back', () => {
    for (const [one, other] of ['12', '23'].map((pair) => pair.split('') as [string, string])) {
      expect([one, other, ran(one, other).length]).toEqual([one, other, expect.any(Number)]);
      expect(ran(one, other).length).toBeGreaterThan(0);
    }
    const back = ran('3', '2').filter(({ lastRanBy }) => lastRanBy === String(workers.get('2')?.pid));
    expect(back.filter(({ patches }) => patches.length > 0).length).toBeGreaterThan(0);
  });

  it('begins with the change only where the release after next runs', () => {
    const patched = workflows.filter(({ patches }) => patches.length > 0);
    const byTheThird = new Set(ran('3').map(({ id }) => id));
    expect(patched.filter(({ id }) => !byTheThird.has(id))).toEqual([]);
    const opened = patched.filter(({ patches }) => patches.includes('look-up-after-opening'));
    expect(opened.length).toBeGreaterThan(0);
    expect(patchedAsListed).toBe(opened.length);
  });
});

describe('a worker that is told to stop', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  afterAll(() => shop.close());

  it('lets a charge finish and reports it, and nothing is unknown afterwards', async () => {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.fault(reference, { call: 'charge', kind: 'slow', ms: 4_000 });
    await shop.order({ connection: 'default' }, key);
    await shop.sandbox.payer(id, 'approve');
    await eventually(
      () => shop.sandbox.calls('charge', id),
      (calls) => calls === 1,
    );
    const { stop, ended } = shop.system.running('worker');
    await stop();
    expect(await ended).toEqual({ code: 0, signal: null });
    expect((await shop.sandbox.ledger(id)).charges).toHaveLength(1);
    await shop.system.start('worker');
    await shop.until(id, ['succeeded'], 60_000);
    const { data } = await shop.api.timeline(id);
    expect(data.map(({ type }) => type)).not.toContain('outcome_unknown');
    expect(await shop.sandbox.calls('charge', id)).toBe(1);
  });
});
