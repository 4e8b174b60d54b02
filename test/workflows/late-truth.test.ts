import {
  cancelUpdate,
  LATE_WORKFLOW,
  lateWorkflowIdOf,
  type PaymentMemo,
  recheckUpdate,
  resolveUpdate,
} from '../../src/contract/workflow';
import type { Payment, PaymentRequest } from '../../src/domain/payment';
import type { Finding } from '../../src/domain/provider-answer';
import { AccountStories, FORM, HOUR, money, paid } from './account-stories';
import type { StoryRig } from './story-rig';

const stories = new AccountStories();
const { confirm, held, opened, told } = stories;
let rig: StoryRig;
beforeAll(async () => {
  rig = await stories.start();
});
afterAll(() => rig.stop());

it('goes on looking after late truth ended a review as failed, and finds a payment all the same', async () => {
  const { id, fake } = await opened('pomelo');
  fake.finding = () => ({ state: 'unclear', detail: 'a status of their own' });
  expect(await rig.until(id, 'needs_review', 3 * HOUR)).toMatchObject({
    review: { reason: 'unexpected_answer' },
  });
  fake.finding = () => ({ state: 'ended', end: 'failed', code: 'declined', message: 'no' });
  await rig.hint(id);
  expect(await rig.until(id, 'failed', HOUR)).toMatchObject({ review: null, amountReceived: 0 });
  fake.finding = paid;
  expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
    review: { reason: 'paid_after_end' },
    amountReceived: 1250,
  });
});

it('looks once more when a callback comes while it is closing', async () => {
  const { id, fake } = await opened('droppay-acquirer');
  let release = (): void => undefined;
  held.set(id, new Promise((resolve) => (release = resolve)));
  await rig.handle(id).executeUpdate(cancelUpdate);
  expect(await rig.payment(id)).toMatchObject({ status: 'cancelled' });
  const lookUps = fake.calls.filter((call) => call === 'read').length;
  fake.finding = paid;
  await rig.hint(id);
  expect(fake.calls.filter((call) => call === 'read')).toHaveLength(lookUps);
  release();
  expect(await rig.until(id, 'needs_review', HOUR)).toMatchObject({
    review: { reason: 'paid_after_end' },
    amountReceived: 1250,
  });
});

describe('callbacks after the end', () => {
  async function lateOf(id: string, request: PaymentRequest) {
    const memo = await rig.memo(id);
    return rig.workflows.start(LATE_WORKFLOW, {
      workflowId: lateWorkflowIdOf(id),
      taskQueue: 'holdfast',
      args: [{ request, payment: memo.payment, private: memo.private }],
    });
  }

  it('raise a review when the truth has changed, which a person resolves', async () => {
    const { id, request, fake } = await opened('pomelo');
    await rig.end(id);
    fake.finding = paid;
    const late = await lateOf(id, request);
    for (let tries = 0; tries < 20; tries += 1) {
      const { payment } = (await late.describe()).memo as unknown as PaymentMemo & { payment?: Payment };
      if (payment?.status === 'needs_review') break;
      await rig.env.sleep(1_000);
    }
    const decision = { decision: 'succeeded', note: 'shipped', by: 'ada' } as const;
    expect(await late.executeUpdate(resolveUpdate, { args: [decision] })).toMatchObject({
      status: 'succeeded',
    });
    expect(await late.result()).toMatchObject({ status: 'succeeded', amountReceived: 1250 });
  });

  it('open nothing again after the money was given back', async () => {
    const { id, request, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    await confirm(id, FORM);
    const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
    await rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
    const ended = await rig.end(id);
    expect(ended).toMatchObject({ status: 'failed', failure: { code: 'refunded_after_review' } });
    fake.finding = paid;
    const lookUps = fake.calls.filter((call) => call === 'read').length;
    const late = await lateOf(id, request);
    expect(await late.result()).toEqual(ended);
    expect(fake.calls.filter((call) => call === 'read').length).toBeGreaterThan(lookUps);
    expect(fake.calls.filter((call) => call === 'refund')).toHaveLength(1);
    const reviews = told.filter((event) => event.id === id && event.type === 'payment.needs_review');
    expect(reviews).toHaveLength(1);
  });

  it('leave it as it was when nothing has changed', async () => {
    const { id, request } = await opened('pomelo');
    await rig.end(id);
    const late = await lateOf(id, request);
    expect(await late.executeUpdate(recheckUpdate)).toMatchObject({ status: 'expired' });
    expect(await late.result()).toMatchObject({ status: 'expired', review: null });
  });

  it('hand over refunds that the dashboard made', async () => {
    const { id, request, fake } = await opened('pomelo');
    fake.finding = paid;
    await rig.hint(id);
    await rig.end(id);
    fake.finding = (call) => ({
      ...(paid(call) as Finding & { state: 'paid' }),
      refunds: [{ providerReference: 'x', status: 'succeeded', amount: null }],
    });
    const late = await lateOf(id, request);
    expect(await late.result()).toMatchObject({ status: 'succeeded' });
    expect(fake.calls).toContain('hand over refunds');
  });
});
