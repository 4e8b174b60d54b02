import { recheckUpdate } from '../../src/contract/workflow';
import type { ProviderEnd, ProviderMoney } from '../../src/domain/provider-answer';
import type { AccountStage } from './account-stage';
import {
  expired,
  failedWith,
  HOUR,
  notForHours,
  type Outcomes,
  outOfReach,
  paid,
  refusesCredentials,
  reviewed,
  unclear,
} from './outcome';

/** What can happen to a payment at every provider. */
export const EVERY_STORY_OUTCOMES: Outcomes<AccountStage> = {
  'not-started-invalid-request': {
    shows: { status: 'processing', currency: 'eur' },
    async play(stage) {
      const request = { ...(await stage.request()), currency: 'eur' };
      await stage.rig.start(request);
      await expect(stage.rig.end(request.id)).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
      return request.id;
    },
  },
  'failed-request-refused': {
    shows: failedWith('provider_refused_request'),
    async play(stage) {
      const end = { end: 'failed', code: 'provider_refused_request', message: 'no such shop' } as const;
      return stage.ended(
        await stage.unopened(() => ({ outcome: 'refused', ...end, providerCode: 'NO_SUCH_SHOP' })),
      );
    },
  },
  'failed-credentials-refused': {
    shows: failedWith('provider_refused_request'),
    play: async (stage) => stage.ended(await stage.unopened(refusesCredentials)),
  },
  'failed-at-provider': {
    shows: failedWith('declined'),
    play: (stage) => endedThere(stage, { end: 'failed', code: 'declined', message: 'no funds' }),
  },
  'expired-provider-out-of-reach': {
    shows: { ...expired, providerReference: null },
    play: async (stage) => stage.ended(await stage.unopened(outOfReach)),
  },
  'unknown-opening-resolved-failed': {
    shows: failedWith('resolved_as_failed'),
    async play(stage) {
      const id = await stage.unopened(() => ({ outcome: 'unknown', detail: 'no page for the payer' }));
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'failed');
      return stage.ended(id);
    },
  },
  'unknown-opening-resolved-succeeded': {
    shows: paid,
    async play(stage) {
      const id = await stage.unopened(() => ({ outcome: 'unknown', detail: 'no page for the payer' }));
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'succeeded');
      return stage.ended(id);
    },
  },
  'unknown-opening-paid-under-review': {
    shows: paid,
    async play(stage) {
      const providerReference = 'T1';
      const id = await stage.unopened(() => ({ outcome: 'unknown', detail: 'no page', providerReference }));
      await stage.rig.until(id, 'needs_review');
      stage.account(id).pay();
      await stage.rig.handle(id).executeUpdate(recheckUpdate);
      return stage.ended(id);
    },
  },
  'succeeded-by-look-up': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      await stage.rig.env.sleep(60_000);
      fake.pay();
      return stage.ended(id);
    },
  },
  'succeeded-with-repeated-and-early-webhooks': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      await stage.rig.hint(id, 'something happened', 'first');
      await stage.rig.hint(id, 'something happened', 'first');
      await stage.rig.env.sleep(60_000);
      fake.pay();
      await stage.rig.hint(id, 'something else happened');
      return stage.ended(id);
    },
  },
  'succeeded-after-provider-outage': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('read', outOfReach, 4).next('read', unclear);
      fake.pay();
      await stage.rig.hint(id);
      return stage.ended(id);
    },
  },
  'amount-mismatch-resolved-succeeded': {
    shows: { ...paid, amountReceived: 2500 },
    async play(stage) {
      const id = await paidOtherwise(stage, { amount: 2500 });
      await stage.resolve(id, 'succeeded');
      return stage.ended(id);
    },
  },
  'amount-mismatch-review': {
    shows: { ...reviewed('amount_mismatch'), amountReceived: 2500 },
    play: (stage) => paidOtherwise(stage, { amount: 2500 }),
  },
  'currency-mismatch-review': {
    shows: { ...reviewed('currency_mismatch'), amountReceived: 0 },
    play: (stage) => paidOtherwise(stage, { currency: 'USD' }),
  },
  'reference-mismatch-review': {
    shows: reviewed('reference_mismatch'),
    play: (stage) => paidOtherwise(stage, { reference: 'payofsomebodyelse' }),
  },
};

/** Stories whose payment cannot be ended by our own word: the provider has to say what became of it. */
export const ASKED_TO_STOP_OUTCOMES: Outcomes<AccountStage> = {
  'succeeded-though-cancelled-in-temporal': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('read', outOfReach, 2).next('stop', outOfReach, 2);
      fake.pay();
      await stage.rig.hint(id);
      await stage.rig.handle(id).cancel();
      return stage.ended(id);
    },
  },
  'outcome-unknown-at-expiry-review': {
    shows: reviewed('outcome_unknown'),
    async play(stage) {
      const { id, fake } = await stage.opened();
      await stage.rig.env.sleep(60_000);
      fake.next('read', notForHours, 1_000);
      await stage.rig.until(id, 'needs_review', 50 * HOUR, HOUR);
      return id;
    },
  },
  'unexpected-answer-at-expiry-resolved-failed': {
    shows: failedWith('resolved_as_failed'),
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.finding = unclear;
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'failed');
      return stage.ended(id);
    },
  },
  'unexpected-answer-paid-under-review': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.finding = unclear;
      await stage.rig.until(id, 'needs_review');
      fake.pay();
      await stage.rig.hint(id);
      return stage.ended(id);
    },
  },
  'unexpected-answer-ended-under-review': {
    shows: failedWith('declined'),
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.finding = unclear;
      await stage.rig.until(id, 'needs_review');
      const end = { end: 'failed', code: 'declined', message: 'no funds' } as const;
      fake.finding = () => ({ state: 'ended', ...end });
      await stage.rig.hint(id);
      return stage.closed(id, 'failed');
    },
  },
  'succeeded-at-the-last-moment': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('read', outOfReach, 14);
      fake.pay();
      return stage.ended(id);
    },
  },
  'expired-unknown-to-the-provider': {
    shows: expired,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.finding = () => ({ state: 'absent' });
      return stage.closed(id, 'expired');
    },
  },
  'expired-then-paid-review': {
    shows: { ...reviewed('paid_after_end'), amountReceived: 1250 },
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.finding = () => ({ state: 'absent' });
      await stage.rig.until(id, 'expired');
      fake.pay();
      await stage.rig.until(id, 'needs_review');
      return id;
    },
  },
};

/** Where the provider itself says that time is up. */
export const EXPIRED_AT_PROVIDER: Outcomes<AccountStage> = {
  'expired-at-provider': {
    shows: expired,
    play: (stage) =>
      endedThere(stage, { end: 'expired', code: 'authorization_ended', message: 'out of time' }),
  },
};

export async function endedThere(stage: AccountStage, end: ProviderEnd): Promise<string> {
  const { id, fake } = await stage.opened();
  fake.finding = () => ({ state: 'ended', ...end });
  await stage.rig.hint(id);
  return stage.closed(id, end.end);
}

/** Something else was paid than was asked for. */
async function paidOtherwise(stage: AccountStage, difference: Partial<ProviderMoney>): Promise<string> {
  const { id, fake } = await stage.opened();
  fake.pay(difference);
  await stage.rig.hint(id);
  await stage.rig.until(id, 'needs_review');
  return id;
}
