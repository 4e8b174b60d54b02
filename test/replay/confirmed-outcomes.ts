import type { ProviderMoney, Taking } from '../../src/domain/provider-answer';
import type { AccountStage } from './account-stage';
import {
  ASKED_TO_STOP_OUTCOMES,
  endedThere,
  EVERY_STORY_OUTCOMES,
  EXPIRED_AT_PROVIDER,
} from './every-story-outcomes';
import { moneyOf } from './fake-accounts';
import {
  cancelled,
  expired,
  failedWith,
  HOUR,
  LONG_AGO,
  lost,
  MINUTE,
  NEVER,
  notForHours,
  notSent,
  notSentForLong,
  type Outcomes,
  outOfReach,
  paid,
  reviewed,
  unclear,
} from './outcome';
import { PAYERMAX_ONLY_OUTCOMES } from './payermax-outcomes';

/** What can happen to a payment whose money is taken when the backend confirms. */
const CONFIRMED_OUTCOMES: Outcomes<AccountStage> = {
  ...EVERY_STORY_OUTCOMES,
  ...EXPIRED_AT_PROVIDER,
  'succeeded-when-confirmed': {
    shows: paid,
    async play(stage) {
      const { id } = await stage.opened();
      await stage.confirm(id);
      return stage.ended(id);
    },
  },
  'failed-declined': {
    shows: failedWith('declined'),
    play: async (stage) =>
      stage.closed(
        await taken(stage, { outcome: 'declined', end: 'failed', code: 'declined', message: 'no funds' }),
        'failed',
      ),
  },
  'expired-before-taken': {
    shows: expired,
    play: async (stage) =>
      stage.closed(
        await taken(stage, {
          outcome: 'declined',
          end: 'expired',
          code: 'authorization_ended',
          message: 'late',
        }),
        'expired',
      ),
  },
  'expired-nobody-confirmed': {
    shows: expired,
    play: async (stage) => stage.ended((await stage.opened()).id),
  },
  'cancelled-before-open': {
    shows: { ...cancelled, providerReference: null },
    async play(stage) {
      let asked = (): void => undefined;
      const beingOpened = new Promise<void>((resolve) => (asked = resolve));
      const id = await stage.unopened(() => {
        asked();
        return outOfReach();
      });
      await beingOpened;
      await stage.cancel(id);
      return stage.ended(id);
    },
  },
  'cancelled-before-confirmed': {
    shows: cancelled,
    async play(stage) {
      const { id } = await stage.opened();
      await stage.cancel(id);
      return stage.ended(id);
    },
  },
  'cancelled-in-temporal': {
    shows: cancelled,
    async play(stage) {
      const { id } = await stage.opened();
      await stage.rig.handle(id).cancel();
      return stage.ended(id);
    },
  },
  'cancelled-while-not-sent': {
    shows: cancelled,
    async play(stage) {
      const id = await taken(stage, notSent);
      await stage.rig.env.sleep(MINUTE);
      await stage.cancel(id);
      return stage.ended(id);
    },
  },
  'not-sent-retried': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('take', () => notSent, 4);
      await stage.confirm(id);
      return stage.ended(id);
    },
  },
  'expired-not-sent-in-time': {
    shows: expired,
    play: async (stage) => stage.closed(await taken(stage, notSentForLong, MINUTE), 'expired'),
  },
  'unknown-found-by-look-up': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      const settledAfter = await stage.in(4 * MINUTE);
      fake.next('take', () => {
        fake.pay();
        return lost(settledAfter);
      });
      await stage.confirm(id);
      return stage.ended(id);
    },
  },
  'unknown-worker-died': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('take', () => {
        fake.pay();
        throw new Error('the worker died');
      });
      await stage.confirm(id);
      return stage.ended(id);
    },
  },
  'unknown-ended-at-provider': {
    shows: failedWith('declined'),
    async play(stage) {
      const { id, fake } = await stage.opened();
      const settledAfter = await stage.in(4 * MINUTE);
      fake.next('take', () => {
        const end = { end: 'failed', code: 'declined', message: 'no funds' } as const;
        fake.finding = () => ({ state: 'ended', ...end });
        return lost(settledAfter);
      });
      await stage.confirm(id);
      return stage.closed(id, 'failed');
    },
  },
  'unknown-for-two-days-then-paid': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await reviewedAsUnknown(stage);
      fake.heal();
      fake.pay();
      await stage.rig.hint(id);
      return stage.ended(id);
    },
  },
  'unknown-for-two-days-review': {
    shows: reviewed('outcome_unknown'),
    play: async (stage) => (await reviewedAsUnknown(stage)).id,
  },
  'unknown-found-of-another-amount-resolved-failed': {
    shows: { ...failedWith('resolved_as_failed'), amountReceived: 0 },
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('take', () => {
        fake.pay({ amount: 9999 });
        return lost(LONG_AGO);
      });
      await stage.confirm(id);
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'failed');
      return stage.ended(id);
    },
  },
  'unexpected-answers-after-taking-resolved-succeeded': {
    shows: { ...paid, failure: null },
    async play(stage) {
      const id = await taken(stage, lost(LONG_AGO));
      stage.account(id).finding = unclear;
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'succeeded');
      return stage.ended(id);
    },
  },
  'taken-of-another-amount-review': {
    shows: { ...reviewed('amount_mismatch'), amountReceived: 9999 },
    play: (stage) => takenOtherwise(stage, { amount: 9999 }),
  },
  'taken-in-another-currency-review': {
    shows: { ...reviewed('currency_mismatch'), amountReceived: 0 },
    play: (stage) => takenOtherwise(stage, { currency: 'USD' }),
  },
  'taken-under-another-reference-review': {
    shows: { ...reviewed('reference_mismatch'), amountReceived: 1250 },
    play: (stage) => takenOtherwise(stage, { reference: 'payofsomebodyelse' }),
  },
};

/** Every way in which a DropPay Acquirer payment can go, by name. */
export const DROPPAY_ACQUIRER_OUTCOMES: Outcomes<AccountStage> = {
  ...CONFIRMED_OUTCOMES,
  ...ASKED_TO_STOP_OUTCOMES,
  'failed-payer-refused': {
    shows: failedWith('payer_refused'),
    play: (stage) => endedThere(stage, { end: 'failed', code: 'payer_refused', message: 'refused' }),
  },
  'cancelled-at-provider': {
    shows: cancelled,
    play: (stage) =>
      endedThere(stage, { end: 'cancelled', code: 'authorization_ended', message: 'cancelled there' }),
  },
  'unknown-proven-not-taken-taken-again': { shows: paid, play: provenNotTaken },
  'unknown-proven-not-taken-too-late': {
    shows: expired,
    async play(stage) {
      const { id, fake } = await stage.opened(MINUTE);
      const settledAfter = await stage.in(4 * HOUR);
      fake.next('take', () => {
        fake.finding = (call) => ({ state: 'authorized', ...moneyOf(call) });
        fake.next('read', notForHours);
        return lost(settledAfter);
      });
      await stage.confirm(id);
      await stage.rig.env.sleep(21 * HOUR);
      return stage.closed(id, 'expired');
    },
  },
  'granted-at-creation': {
    shows: paid,
    async play(stage) {
      const request = await stage.request();
      const fake = stage.account(request.id);
      const nextAction = { type: 'wait', nextCheckAt: request.createdAt } as const;
      fake.next('open', () => ({ outcome: 'opened', providerReference: 'T1', nextAction }));
      fake.pay();
      await stage.rig.create(request);
      return stage.ended(request.id);
    },
  },
  'other-terms-than-asked-for-review': {
    shows: { ...reviewed('amount_mismatch'), amountReceived: 0 },
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.finding = (call) => ({ state: 'authorized', ...moneyOf(call), amount: 9999 });
      await stage.rig.until(id, 'needs_review');
      return id;
    },
  },
  'cancelled-then-paid-resolved-failed': {
    shows: failedWith('resolved_as_failed'),
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('stop', () => ({ state: 'absent' }));
      await stage.cancel(id);
      fake.pay();
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'failed');
      return stage.ended(id);
    },
  },
};

/** Every way in which a PayerMax payment can go, by name. */
export const PAYERMAX_OUTCOMES: Outcomes<AccountStage> = {
  ...CONFIRMED_OUTCOMES,
  ...PAYERMAX_ONLY_OUTCOMES,
  // The card form's token is spent or stale by then: PayerMax is not asked a second time.
  'unknown-proven-not-taken-taken-again': { shows: expired, play: provenNotTaken },
};

/** Confirmed; the call that takes the money is lost, and it is proven that it took nothing. */
async function provenNotTaken(stage: AccountStage): Promise<string> {
  const { id, fake } = await stage.opened();
  const settledAfter = await stage.in(4 * MINUTE);
  fake.next('take', () => {
    fake.finding = (call) => ({ state: 'authorized', ...moneyOf(call) });
    return lost(settledAfter);
  });
  await stage.confirm(id);
  return stage.ended(id);
}

/** Confirmed; whenever the money is taken, that is the answer. */
async function taken(stage: AccountStage, answer: Taking, expiresInMs?: number): Promise<string> {
  const { id, fake } = await stage.opened(expiresInMs);
  fake.next('take', () => answer, 1_000);
  await stage.confirm(id);
  return id;
}

async function takenOtherwise(stage: AccountStage, difference: Partial<ProviderMoney>): Promise<string> {
  const { id, fake } = await stage.opened();
  fake.next('take', (call) => ({ outcome: 'succeeded', ...moneyOf(call), ...difference }));
  await stage.confirm(id);
  await stage.rig.until(id, 'needs_review');
  return id;
}

/** Of the taking nobody ever learned more. */
async function reviewedAsUnknown(stage: AccountStage) {
  const { id, fake } = await stage.opened();
  fake.next('take', () => lost(NEVER)).next('read', notForHours, 1_000);
  await stage.confirm(id);
  await stage.rig.until(id, 'needs_review', 50 * HOUR, HOUR);
  return { id, fake };
}
