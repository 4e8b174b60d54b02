import { ApplicationFailure } from '@temporalio/common';
import { recheckUpdate, resolveUpdate } from '../../src/contract/workflow';
import { referenceAtProvider } from '../../src/domain/payment';
import type { Finding, ProviderCall, ProviderMoney } from '../../src/domain/provider-answer';
import { eventually } from '../support/eventually';
import { AccountStories, codeOf, FORM, money } from './account-stories';
import type { StoryRig } from './story-rig';

const stories = new AccountStories();
const { confirm, opened, told } = stories;
let rig: StoryRig;
beforeAll(async () => {
  rig = await stories.start();
});
afterAll(() => rig.stop());

describe('a refund after a review', () => {
  it('gives the money back when a person decides so', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    expect(await confirm(id, FORM)).toMatchObject({ status: 'needs_review', amountReceived: 9999 });
    const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
    expect(await rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] })).toMatchObject({
      status: 'failed',
      failure: { code: 'refunded_after_review' },
      amountRefunded: 9999,
    });
    expect(fake.calls).toContain('refund');
  });

  it.each<[string, Partial<ProviderMoney>, number]>([
    ['less', { amount: 1250 }, 1250],
    ['more', { amount: 20_000 }, 9999],
    ['another currency', { currency: 'USD' }, 9999],
    ['nothing', { amount: 0 }, 9999],
  ])(
    'gives nothing back when the provider now says %s, until somebody decides again',
    async (_what, said, least) => {
      const { id, fake } = await opened('payermax');
      fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
      fake.finding = (call) => ({ state: 'paid', ...money(call), ...said });
      expect(await confirm(id, FORM)).toMatchObject({ status: 'needs_review', amountReceived: 9999 });
      const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
      const decide = () => rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
      expect(await codeOf(decide())).toBe('not_refundable');
      expect(fake.refunded).toEqual([]);
      expect(await rig.payment(id)).toMatchObject({
        status: 'needs_review',
        amountReceived: least,
        review: { detail: expect.stringContaining(`decide again, about ${least} EUR`) },
      });
      await eventually(
        async () => told.filter((event) => event.id === id && event.type === 'payment.needs_review'),
        ({ length }) => length === 2,
      );
      // Neither changes what was told.
      await rig.hint(id);
      await rig.handle(id).executeUpdate(recheckUpdate);
      expect(await rig.payment(id)).toMatchObject({ amountReceived: least });
      expect(await decide()).toMatchObject({
        status: 'failed',
        amountReceived: least,
        amountRefunded: least,
      });
      expect(fake.refunded).toEqual([least]);
    },
  );

  it('gives nothing back when the provider says less each time, or cannot be asked', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    await confirm(id, FORM);
    const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
    const decide = () => rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
    const answers: ((call: ProviderCall) => Finding | Promise<Finding>)[] = [
      () => Promise.reject(ApplicationFailure.nonRetryable('HTTP 401', 'unauthenticated')),
      () => ({ state: 'unclear', detail: 'status SOMETHING' }),
      (call) => ({ state: 'paid', ...money(call), amount: 1250 }),
      (call) => ({ state: 'paid', ...money(call), amount: 500 }),
    ];
    for (const answer of answers) {
      fake.finding = answer;
      expect(await codeOf(decide())).toBe('not_refundable');
    }
    expect(fake.refunded).toEqual([]);
    expect(await decide()).toMatchObject({ status: 'failed', amountRefunded: 500 });
    expect(fake.refunded).toEqual([500]);
  });

  it('sends a refund after a review once, however often it is asked for and whatever became of it', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    fake.refunding = () => ({ outcome: 'unknown', detail: 'reset' });
    await confirm(id, FORM);
    const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
    const decide = () => codeOf(rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] }));
    await Promise.all([decide(), decide(), decide()]);
    expect(await decide()).toBe('nothing_to_resolve');
    expect(
      await codeOf(
        rig.handle(id).executeUpdate(resolveUpdate, { args: [{ ...decision, decision: 'succeeded' }] }),
      ),
    ).toBe('nothing_to_resolve');
    expect(fake.calls.filter((call) => call === 'refund')).toHaveLength(1);
  });

  it('takes no other decision once the money is to be given back', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    await confirm(id, FORM);
    let answer = (_finding: Finding): void => undefined;
    const asked = new Promise<Finding>((resolve) => (answer = resolve));
    const lookUps = () => fake.calls.filter((call) => call === 'read').length;
    const before = lookUps();
    fake.finding = () => asked;
    await rig.hint(id);
    await eventually(
      async () => lookUps(),
      (count) => count > before,
    );
    const decisionTo = (decision: 'refund' | 'failed') => ({ decision, note: 'wrong', by: 'ada' });
    const refund = await rig
      .handle(id)
      .startUpdate(resolveUpdate, { args: [decisionTo('refund')], waitForStage: 'ACCEPTED' });
    expect(await codeOf(rig.handle(id).executeUpdate(resolveUpdate, { args: [decisionTo('failed')] }))).toBe(
      'nothing_to_resolve',
    );
    answer({ state: 'open' });
    expect(await refund.result()).toMatchObject({ failure: { code: 'refunded_after_review' } });
  });

  it('gives back what was decided, whatever a question says that was asked before', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    await confirm(id, FORM);
    let answer = (_finding: Finding): void => undefined;
    fake.finding = () => new Promise<Finding>((resolve) => (answer = resolve));
    const lookUps = () => fake.calls.filter((call) => call === 'read').length;
    const before = lookUps();
    await rig.hint(id);
    await eventually(
      async () => lookUps(),
      (count) => count > before,
    );
    const refund = await rig.handle(id).startUpdate(resolveUpdate, {
      args: [{ decision: 'refund', note: 'wrong amount', by: 'ada' }],
      waitForStage: 'ACCEPTED',
    });
    fake.finding = (call) => ({ state: 'paid', ...money(call), amount: 20_000 });
    answer({ state: 'paid', amount: 20_000, currency: 'EUR', reference: referenceAtProvider(id) });
    expect(await codeOf(refund.result())).toBe('not_refundable');
    expect(fake.refunded).toEqual([]);
    expect(await rig.payment(id)).toMatchObject({ status: 'needs_review', amountReceived: 9999 });
  });

  it('sends a refund after a review that failed again under a reference of its own', async () => {
    const { id, fake } = await opened('payermax');
    fake.taking = (call) => ({ outcome: 'succeeded', ...money(call), amount: 9999 });
    await confirm(id, FORM);
    const decision = { decision: 'refund', note: 'wrong amount', by: 'ada' } as const;
    const decide = () => rig.handle(id).executeUpdate(resolveUpdate, { args: [decision] });
    fake.refunding = () => ({ outcome: 'declined', message: 'no balance' });
    expect(await codeOf(decide())).toBe('not_refundable');
    // Whoever decided may have gone by then, so the backend is told too.
    const types = () => told.filter((event) => event.id === id).map(({ type }) => type);
    await eventually(
      async () => types().filter((type) => type === 'payment.needs_review'),
      ({ length }) => length === 2,
    );
    fake.refunding = () => ({ outcome: 'succeeded' });
    expect(await decide()).toMatchObject({ failure: { code: 'refunded_after_review' } });
    const reference = `${referenceAtProvider(id)}review`;
    expect(fake.refundReferences).toEqual([reference, `${reference}2`]);
  });
});
