import { cancelUpdate } from '../../src/contract/workflow';
import { AccountStories, codeOf, HOUR, money, paid } from './account-stories';
import type { StoryRig } from './story-rig';

const stories = new AccountStories();
const { account, opened, signed, told } = stories;
let rig: StoryRig;
beforeAll(async () => {
  rig = await stories.start();
});
afterAll(() => rig.stop());

describe.each(['pomelo', 'etpay'] as const)('%s', (provider) => {
  it('succeeds when a look-up says so', async () => {
    const { id, fake } = await opened(provider);
    fake.finding = paid;
    await rig.hint(id);
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
    expect(told.filter((event) => event.id === id).map(({ type }) => type)).toEqual([
      'payment.requires_action',
      'payment.succeeded',
    ]);
  });

  it('cannot be cancelled, expires, and is watched: a late payment goes to a person', async () => {
    const { id, fake } = await opened(provider);
    expect(await codeOf(rig.handle(id).executeUpdate(cancelUpdate))).toBe('not_cancellable');
    await rig.until(id, 'expired', HOUR);
    await rig.env.sleep(20 * HOUR);
    fake.finding = paid;
    expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
      review: { reason: 'paid_after_end' },
      amountReceived: 1250,
    });
  });

  it('closes when the watch is over', async () => {
    const { id } = await opened(provider);
    expect(await rig.end(id)).toMatchObject({ status: 'expired' });
  });
});

describe('etpay callbacks', () => {
  it('a signed failure ends it when no success shows, and a later success goes to a person', async () => {
    const { id, fake } = await opened('etpay');
    await signed(id, { state: 'ended', end: 'failed', code: 'declined', message: 'error' });
    expect(await rig.until(id, 'failed')).toMatchObject({ failure: { code: 'declined' } });
    fake.finding = paid;
    expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
      review: { reason: 'paid_after_end' },
    });
  });

  it('a signed success counts only when a look-up shows it; otherwise a person decides at the end', async () => {
    const { id, request } = await opened('etpay');
    await signed(id, { state: 'paid', ...money({ ...request, paymentId: id }) });
    await rig.env.sleep(60_000);
    expect(await rig.payment(id)).toMatchObject({ status: 'requires_action' });
    expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
      review: { reason: 'unexpected_answer' },
    });
  });

  it('a signed success of another amount goes to a person, even when a look-up shows the right one', async () => {
    const { id, request, fake } = await opened('etpay');
    fake.finding = paid;
    await signed(id, { state: 'paid', ...money({ ...request, paymentId: id }), amount: 999 });
    expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
      review: { reason: 'amount_mismatch' },
    });
  });

  it('a signed success after the end that no look-up ever shows goes to a person', async () => {
    const { id, request } = await opened('etpay');
    await rig.until(id, 'expired', HOUR);
    await signed(id, { state: 'paid', ...money({ ...request, paymentId: id }) });
    expect(await rig.until(id, 'needs_review', 60 * HOUR, HOUR)).toMatchObject({
      review: { reason: 'unexpected_answer' },
    });
  });

  it('a signed success of another amount goes to a person', async () => {
    const { id, request } = await opened('etpay');
    await signed(id, { state: 'paid', ...money({ ...request, paymentId: id }), amount: 1 });
    expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
      review: { reason: 'amount_mismatch' },
    });
  });
});

it('asks a silent provider ever less, and one that answers again as often as ever', async () => {
  const request = await rig.request({ provider: 'pomelo' }, 4 * HOUR);
  const fake = account(request.id);
  const silence = () => Promise.reject(new Error('no answer'));
  /** After 5, 10, 20, 40, 80, 160 and 300 s, each time twice; at gaps of at most 100 s it would be 26 calls. */
  const inQuarterOfAnHour = async () => {
    const before = fake.calls.length;
    await rig.env.sleep(HOUR / 4);
    return fake.calls.length - before;
  };
  fake.opening = silence;
  await rig.start(request);
  const opens = await inQuarterOfAnHour();
  expect(opens).toBeGreaterThan(11);
  expect(opens).toBeLessThan(20);
  fake.opening = undefined;
  await rig.until(request.id, 'requires_action', 310_000);
  const reads = () => fake.calls.filter((call) => call === 'read').length;
  await rig.env.sleep(60_000);
  expect(reads()).toBeGreaterThan(2);

  fake.finding = silence;
  expect(await inQuarterOfAnHour()).toBeLessThan(20);
  fake.finding = () => ({ state: 'open' });
  await rig.env.sleep(310_000);
  const before = reads();
  await rig.env.sleep(HOUR / 6);
  // Every 100 s; in silence it would be twice.
  expect(reads() - before).toBeGreaterThan(4);
});
