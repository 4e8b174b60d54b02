import { recheckUpdate } from '../../src/contract/workflow';
import type { Finding } from '../../src/domain/provider-answer';
import type { Stage } from './droppay-pos-stage';
import {
  failedWith,
  HOUR,
  LONG_AGO,
  lost,
  NEVER,
  notForHours,
  outOfReach,
  type Outcomes,
  paid,
  reviewed,
  unclear,
} from './outcome';

async function underReview(stage: Stage) {
  const { id, fake } = await stage.opened();
  fake.next('read', (call) => fake.finding(call));
  fake.next('charge', () => lost(LONG_AGO));
  fake.next('read', unclear, 5);
  await stage.grant(id);
  await stage.rig.until(id, 'needs_review');
  return { id, fake };
}

/** The ways of a payment of which it was in doubt, for a while or for ever, what happened. */
export const DOUBTFUL_OUTCOMES: Outcomes<Stage> = {
  'unknown-charge-then-authorization-lapsed': {
    shows: { status: 'expired', amountReceived: 0 },
    async play(stage) {
      const { id, fake } = await stage.opened();
      const settledAfter = await stage.chargeSettlesAt();
      fake.next('charge', () => {
        fake.state = 'expired';
        return lost(settledAfter);
      });
      await stage.grant(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'amount-mismatch-found-under-review': {
    shows: { ...reviewed('amount_mismatch'), amountReceived: 2500 },
    async play(stage) {
      const { id, fake } = await underReview(stage);
      fake.charges = 1;
      fake.amount = 2500;
      await stage.rig.handle(id).executeUpdate(recheckUpdate);
      return id;
    },
  },
  'asked-about-under-review-until-answered': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await underReview(stage);
      fake.charges = 1;
      fake.next('read', outOfReach, 20);
      await stage.rig.hint(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'paid-after-end-resolved-succeeded': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.state = 'granted';
      await stage.cancel(id);
      fake.charges = 1;
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'succeeded');
      await stage.rig.end(id);
      return id;
    },
  },
  'unknown-charge-found-by-look-up': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      const settledAfter = await stage.chargeSettlesAt();
      fake.next('charge', (call) => {
        fake.charge(call);
        return lost(settledAfter);
      });
      await stage.grant(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'unknown-charge-proven-not-taken-charged-again': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      const settledAfter = await stage.chargeSettlesAt();
      fake.next('charge', () => lost(settledAfter));
      await stage.grant(id);
      await stage.rig.end(id);
      return id;
    },
  },
  'unknown-charge-worker-died': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('charge', (call) => {
        fake.charge(call);
        throw new Error('the worker died');
      });
      await stage.grant(id);
      await stage.rig.end(id);
      return id;
    },
  },
  // Silent until the last automatic look-up, two days later.
  'unknown-charge-late-truth-under-review': {
    shows: paid,
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('charge', () => lost(NEVER));
      fake.next('read', (call) => fake.finding(call));
      fake.next('read', notForHours, 1_000);
      await stage.grant(id);
      await stage.rig.until(id, 'needs_review', 50 * HOUR, HOUR);
      fake.heal();
      fake.charges = 1;
      await stage.rig.handle(id).executeUpdate(recheckUpdate);
      await stage.rig.end(id);
      return id;
    },
  },
  'unknown-opening-resolved-failed': {
    shows: failedWith('resolved_as_failed'),
    async play(stage) {
      const id = await stage.unopened(() => ({ outcome: 'unknown', detail: 'no link for the payer' }));
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'failed');
      await stage.rig.end(id);
      return id;
    },
  },
  'unexpected-answer-review-resolved-succeeded': {
    shows: { ...paid, failure: null },
    async play(stage) {
      const { id, fake } = await stage.opened();
      fake.next('charge', (call) => {
        fake.charge(call);
        return lost(LONG_AGO);
      });
      fake.next('read', (call) => ({ ...fake.finding(call), state: 'authorized' }) as Finding);
      fake.next('read', unclear, 5);
      fake.state = 'granted';
      await stage.rig.until(id, 'needs_review');
      await stage.resolve(id, 'succeeded');
      await stage.rig.end(id);
      return id;
    },
  },
  'amount-mismatch-review': {
    shows: reviewed('amount_mismatch'),
    play: (stage) => grantedOtherwise(stage, { amount: 9999 }),
  },
  'currency-mismatch-review': {
    shows: reviewed('currency_mismatch'),
    play: (stage) => grantedOtherwise(stage, { currency: 'USD' }),
  },
  'reference-mismatch-review': {
    shows: reviewed('reference_mismatch'),
    play: (stage) => grantedOtherwise(stage, { reference: 'payofsomebodyelse' }),
  },
  'amount-mismatch-after-charge-resolved-failed': {
    shows: { ...failedWith('resolved_as_failed'), amountReceived: 0 },
    async play(stage) {
      const id = await chargedTooMuch(stage);
      await stage.resolve(id, 'failed');
      await stage.rig.end(id);
      return id;
    },
  },
  'charged-too-much-money-given-back': {
    shows: { ...failedWith('refunded_after_review'), amountRefunded: 9999 },
    async play(stage) {
      const id = await chargedTooMuch(stage);
      await stage.resolve(id, 'refund');
      await stage.rig.end(id);
      return id;
    },
  },
  'charged-too-much-refund-unknown-resolved-succeeded': {
    shows: { status: 'succeeded', amountReceived: 9999, amountRefunded: 0, review: null },
    async play(stage) {
      const id = await chargedTooMuch(stage);
      stage.nextRefund(id, () => ({ outcome: 'unknown', detail: 'connection reset' }));
      await expect(stage.resolve(id, 'refund')).rejects.toMatchObject({ cause: { type: 'not_refundable' } });
      await stage.resolve(id, 'succeeded');
      await stage.rig.end(id);
      return id;
    },
  },
};

async function chargedTooMuch(stage: Stage): Promise<string> {
  const { id, fake } = await stage.opened();
  fake.next('charge', () => {
    fake.charges = 1;
    fake.amount = 9999;
    return { outcome: 'succeeded', amount: 9999, currency: 'EUR', reference: null };
  });
  await stage.grant(id);
  await stage.rig.until(id, 'needs_review');
  return id;
}

/** The payer agrees to something else than was asked for. */
async function grantedOtherwise(stage: Stage, difference: object): Promise<string> {
  const { id, fake } = await stage.opened();
  fake.next('read', (call) => ({ ...fake.finding(call), ...difference }));
  await stage.grant(id);
  await stage.rig.until(id, 'needs_review');
  return id;
}
