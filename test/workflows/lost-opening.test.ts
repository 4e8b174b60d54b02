import { resolveUpdate } from '../../src/contract/workflow';
import { AccountStories, type FakeAccount } from './account-stories';
import type { StoryRig } from './story-rig';

const stories = new AccountStories();
const { account } = stories;
let rig: StoryRig;
beforeAll(async () => {
  rig = await stories.start();
});
afterAll(() => rig.stop());

describe('droppay-acquirer, when the worker dies while the device may grant what it creates', () => {
  const creates = ({ calls }: FakeAccount) => calls.filter((call) => call === 'open').length;
  /** The first call takes the money and is never heard of; its worker lets go of it at the end of the test. */
  async function lost(grants: boolean, expiresInMs?: number) {
    const request = await rig.request({ provider: 'droppay-acquirer' }, expiresInMs);
    const fake = account(request.id);
    const dies = new Promise<never>((_, reject) => deaths.push(() => reject(new Error('the worker died'))));
    dies.catch(() => undefined);
    const unknown = { outcome: 'unknown', detail: 'it may have taken the money' } as const;
    fake.opening = (call) => {
      if (!call.openingLost) return dies;
      const opened = {
        outcome: 'opened',
        providerReference: 'T1',
        nextAction: { type: 'confirm' },
      } as const;
      return Promise.resolve(grants ? unknown : opened);
    };
    fake.finding = () =>
      grants ? { state: 'unclear', detail: 'it may have been taken' } : { state: 'absent' };
    await rig.start(request);
    return { id: request.id, fake };
  }
  const deaths: (() => void)[] = [];
  let granted: Awaited<ReturnType<typeof lost>>;
  let overBeforeTheNextCall: typeof granted;
  let harmless: typeof granted;
  // Time is not skipped while an activity runs: they wait for its end together.
  beforeAll(async () => {
    [granted, overBeforeTheNextCall, harmless] = [
      await lost(true),
      await lost(true, 47_000),
      await lost(false),
    ];
  });
  afterAll(() => deaths.forEach((letGo) => letGo()));

  it('a person finds out whether the money was taken: nothing takes it twice, nothing forgets it', async () => {
    const { id, fake } = granted;
    expect(await rig.until(id, 'needs_review', 600_000)).toMatchObject({
      review: { reason: 'outcome_unknown' },
      amountReceived: 0,
    });
    // The second answered without a call, because it was told of the first.
    expect(creates(fake)).toBe(2);
    const decision = { decision: 'succeeded', note: 'in their books', by: 'ada' } as const;
    await rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
  });

  it('cannot be cancelled or expire as if nothing had happened', async () => {
    const { id, fake } = overBeforeTheNextCall;
    expect(await rig.until(id, 'needs_review', 600_000)).toMatchObject({
      review: { reason: 'outcome_unknown' },
    });
    expect(creates(fake)).toBe(1);
  });

  it('is opened again where creating takes nothing', async () => {
    const { id, fake } = harmless;
    expect(await rig.until(id, 'requires_confirmation', 600_000)).toMatchObject({
      providerReference: 'T1',
    });
    expect(creates(fake)).toBe(2);
  });
});
