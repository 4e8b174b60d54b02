import type { Refunding, Taking } from '../../src/domain/provider-answer';
import type { AccountStage } from './account-stage';
import { moneyOf } from './fake-accounts';
import {
  expired,
  failedWith,
  HOUR,
  lost,
  MINUTE,
  notForHours,
  type Outcomes,
  paid,
  reviewed,
} from './outcome';

const STEP = { type: 'redirect', url: 'https://3ds.example' } as const;
const DECLINED = { end: 'failed', code: 'declined', message: 'no funds' } as const;

/** What can happen to a PayerMax payment and to no other: one more step of the payer, money given back after a review. */
export const PAYERMAX_ONLY_OUTCOMES: Outcomes<AccountStage> = {
  'succeeded-after-one-more-step': {
    shows: paid,
    async play(stage) {
      const id = await pending(stage, { outcome: 'pending', nextAction: STEP });
      await stage.rig.until(id, 'requires_action');
      stage.account(id).pay();
      await stage.rig.hint(id);
      return stage.ended(id);
    },
  },
  'succeeded-after-pending': {
    shows: paid,
    async play(stage) {
      const id = await pending(stage, { outcome: 'pending' });
      stage.account(id).pay();
      return stage.ended(id);
    },
  },
  'failed-after-one-more-step': {
    shows: failedWith('declined'),
    async play(stage) {
      const id = await pending(stage, { outcome: 'pending', nextAction: STEP });
      stage.account(id).finding = () => ({ state: 'ended', ...DECLINED });
      return stage.closed(id, 'failed');
    },
  },
  'pending-for-two-days-review': {
    shows: reviewed('outcome_unknown'),
    async play(stage) {
      const id = await pending(stage, { outcome: 'pending', nextAction: STEP });
      stage.account(id).next('read', notForHours, 1_000);
      await stage.rig.until(id, 'needs_review', 50 * HOUR, HOUR);
      return id;
    },
  },
  'declined-then-paid-review': {
    shows: { ...reviewed('paid_after_end'), amountReceived: 1250 },
    async play(stage) {
      const id = await pending(stage, { outcome: 'declined', ...DECLINED });
      await stage.rig.until(id, 'failed');
      stage.account(id).pay();
      await stage.rig.until(id, 'needs_review');
      return id;
    },
  },
  'unknown-proven-not-taken': {
    shows: expired,
    async play(stage) {
      const id = await pending(stage, lost(await stage.in(4 * MINUTE)));
      stage.account(id).finding = () => ({ state: 'absent' });
      return stage.closed(id, 'expired');
    },
  },
  'review-money-given-back': {
    shows: { ...failedWith('refunded_after_review'), amountRefunded: 9999 },
    async play(stage) {
      const id = await overpaid(stage);
      await stage.resolve(id, 'refund');
      return stage.ended(id);
    },
  },
  'review-money-given-back-found-by-look-up': {
    shows: { ...failedWith('refunded_after_review'), amountRefunded: 9999 },
    async play(stage) {
      const id = await overpaid(stage, { outcome: 'unknown', detail: 'connection reset' });
      await stage.resolve(id, 'refund');
      return stage.ended(id);
    },
  },
  'review-money-given-back-after-two-amounts': {
    shows: { ...failedWith('refunded_after_review'), amountRefunded: 1250 },
    async play(stage) {
      const id = await overpaid(stage);
      stage.account(id).pay();
      await expect(stage.resolve(id, 'refund')).rejects.toMatchObject({ cause: { type: 'not_refundable' } });
      await stage.resolve(id, 'refund');
      return stage.ended(id);
    },
  },
  'review-refund-declined-resolved-succeeded': {
    shows: { status: 'succeeded', amountReceived: 9999, amountRefunded: 0, review: null },
    async play(stage) {
      const id = await overpaid(stage, { outcome: 'declined', message: 'too late', providerCode: 'LATE' });
      await expect(stage.resolve(id, 'refund')).rejects.toMatchObject({ cause: { type: 'not_refundable' } });
      await stage.resolve(id, 'succeeded');
      return stage.ended(id);
    },
  },
};

async function pending(stage: AccountStage, answer: Taking): Promise<string> {
  const { id, fake } = await stage.opened();
  fake.next('take', () => answer);
  await stage.confirm(id);
  return id;
}

/** More was taken than was asked for; a refund of it is answered so. */
async function overpaid(stage: AccountStage, answer: Refunding = { outcome: 'succeeded' }): Promise<string> {
  const { id, fake } = await stage.opened();
  fake.next('take', (call) => ({ outcome: 'succeeded', ...moneyOf(call), amount: 9999 }));
  fake.next('refund', () => answer);
  await stage.confirm(id);
  await stage.rig.until(id, 'needs_review');
  return id;
}
