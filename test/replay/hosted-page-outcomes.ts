import { recheckUpdate } from '../../src/contract/workflow';
import type { PaymentRequest } from '../../src/domain/payment';
import type { AccountStage } from './account-stage';
import {
  ASKED_TO_STOP_OUTCOMES,
  endedThere,
  EVERY_STORY_OUTCOMES,
  EXPIRED_AT_PROVIDER,
} from './every-story-outcomes';
import { moneyOf } from './fake-accounts';
import {
  expired,
  failedWith,
  HOUR,
  MINUTE,
  notForHours,
  type Outcomes,
  outOfReach,
  paid,
  reviewed,
} from './outcome';

/** What can happen to a payment on a provider's own page. */
const HOSTED_PAGE_OUTCOMES: Outcomes<AccountStage> = {
  ...EVERY_STORY_OUTCOMES,
  ...ASKED_TO_STOP_OUTCOMES,
  'succeeded-by-webhook': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.pay();
      await stage.rig.hint(id);
      return stage.ended(id);
    },
  },
  'succeeded-after-long-silence': {
    shows: paid,
    async play(stage) {
      const id = await stage.unopened(outOfReach, HOUR);
      await stage.rig.env.sleep(10 * MINUTE);
      stage.account(id).heal();
      await stage.rig.until(id, 'requires_action');
      stage.account(id).pay();
      return stage.ended(id);
    },
  },
  'succeeded-by-recheck': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      await stage.rig.handle(id).executeUpdate(recheckUpdate);
      fake.pay();
      await stage.rig.handle(id).executeUpdate(recheckUpdate);
      return stage.ended(id);
    },
  },
  'expired-nobody-paid': {
    shows: expired,
    play: async (stage) => stage.closed((await stage.opened()).id, 'expired'),
  },
  'expired-paid-unseen-until-the-watch-is-over-review': {
    shows: reviewed('paid_after_end'),
    async play(stage) {
      const { id, fake } = await stage.opened();
      await stage.rig.until(id, 'expired', 4 * HOUR, MINUTE);
      // Nobody can be asked until the two days are over.
      fake.next('read', notForHours, 4);
      fake.pay();
      await stage.rig.until(id, 'needs_review', 80 * HOUR, HOUR);
      return id;
    },
  },
  'failed-then-paid-resolved-succeeded': {
    shows: { ...paid, failure: null },
    async play(stage) {
      const { id, fake } = await stage.opened();
      const end = { end: 'failed', code: 'declined', message: 'no funds' } as const;
      fake.finding = () => ({ state: 'ended', ...end });
      await stage.rig.until(id, 'failed');
      fake.pay();
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'succeeded');
      return stage.ended(id);
    },
  },
};

/** Every way in which a Pomelo payment can go, by name. */
export const POMELO_OUTCOMES: Outcomes<AccountStage> = {
  ...HOSTED_PAGE_OUTCOMES,
  ...EXPIRED_AT_PROVIDER,
  'failed-payer-refused': {
    shows: failedWith('payer_refused'),
    play: (stage) => endedThere(stage, { end: 'failed', code: 'payer_refused', message: 'cancelled there' }),
  },
  'succeeded-and-refunded-at-the-dashboard': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.pay({ refunds: [{ providerReference: 'x', status: 'succeeded', amount: null }] });
      await stage.rig.hint(id);
      await stage.ended(id);
      expect(fake.refundsHandedOver).toBe(1);
      return id;
    },
  },
};

const DECLINED = { state: 'ended', end: 'failed', code: 'declined', message: 'error' } as const;

/** Every way in which an ETpay payment can go, by name. */
export const ETPAY_OUTCOMES: Outcomes<AccountStage> = {
  ...HOSTED_PAGE_OUTCOMES,
  'failed-as-signed': {
    shows: failedWith('declined'),
    async play(stage) {
      const { id } = await stage.opened();
      await stage.signed(id, DECLINED);
      return stage.closed(id, 'failed');
    },
  },
  'failed-as-signed-then-paid-review': {
    shows: reviewed('paid_after_end'),
    async play(stage) {
      const { id, fake } = await stage.opened();
      await stage.signed(id, DECLINED);
      await stage.rig.until(id, 'failed');
      fake.pay();
      await stage.rig.until(id, 'needs_review');
      return id;
    },
  },
  'succeeded-as-signed-and-shown': {
    shows: paid,
    async play(stage) {
      const { id, fake, request } = await stage.opened();
      await stage.signed(id, DECLINED);
      fake.pay();
      await stage.signed(id, paidFor(request));
      return stage.ended(id);
    },
  },
  'success-signed-never-shown-review': {
    shows: reviewed('unexpected_answer'),
    async play(stage) {
      const { id, request } = await stage.opened();
      await stage.signed(id, paidFor(request));
      await stage.rig.until(id, 'needs_review');
      return id;
    },
  },
  'success-signed-after-expiry-never-shown-review': {
    shows: reviewed('unexpected_answer'),
    async play(stage) {
      const { id, fake, request } = await stage.opened();
      await stage.rig.until(id, 'expired');
      fake.next('read', notForHours, 100);
      await stage.signed(id, paidFor(request));
      await stage.rig.until(id, 'needs_review', 100 * HOUR, HOUR);
      return id;
    },
  },
  'success-signed-of-another-amount-review': {
    shows: { ...reviewed('amount_mismatch'), amountReceived: 1 },
    async play(stage) {
      const { id, request } = await stage.opened();
      await stage.signed(id, { ...paidFor(request), amount: 1 });
      await stage.rig.until(id, 'needs_review');
      return id;
    },
  },
};

function paidFor({ id, amount, currency }: PaymentRequest) {
  return { state: 'paid', ...moneyOf({ paymentId: id, amount, currency }) } as const;
}
