import { log, metricMeter } from '@temporalio/workflow';
import { PAID_TWICE } from '../../contract/metrics';
import type { ReviewReason } from '../../domain/payment';
import type { Finding, ProviderMoney } from '../../domain/provider-answer';
import type { PaymentState } from './state';
import { differenceOf, ownProofs, recordEnd, recordPaid, recordReview } from './verdicts';

/**
 * What an answer means for a payment that has ended or is under review.
 * @returns whether the provider's word has just ended a review that was only for want of it: then it is watched anew
 */
export function judgeLate(state: PaymentState, finding: Finding | null): boolean {
  const { record, port } = state;
  if (finding?.state === 'paid') judgeLatePayment(state, finding);
  if (finding?.state !== 'ended' || Date.now() <= state.unsettledUntil) return false;
  const endsReview = record.status === 'needs_review' && truthIsMissing(state);
  if (endsReview) {
    recordEnd(state, { ...finding, end: 'failed' });
    state.lookUps.startAnew();
  }
  if (record.status !== 'needs_review' && port.endsAreFinal) state.endIsCertain = true;
  return endsReview;
}

function judgeLatePayment(state: PaymentState, money: ProviderMoney): void {
  const { record } = state;
  const { status, failure } = record.payment;
  state.seenRefunds = money.refunds;
  if (status === 'succeeded') recordSurplus(state, money);
  if (status === 'succeeded' || failure?.code === 'refunded_after_review') {
    state.endIsCertain = true;
    return;
  }
  // A person was told of two amounts and has to decide. The provider is asked again when that is done.
  if (status === 'needs_review' && record.private.refundContradicted) return;
  const difference = differenceOf(state, money);
  if (status !== 'needs_review') {
    recordReview(state, 'paid_after_end', `the provider says it was paid, after it was ${status}`, money);
  } else if (difference) {
    if (isNews(state, difference, money)) {
      recordReview(state, difference.reason, difference.detail, money);
    }
  } else if (truthIsMissing(state)) {
    recordPaid(state, money);
  }
}

/** A success stays one, but the payer paid more than once: a person gives the rest back. */
function recordSurplus(state: PaymentState, { amount, currency }: ProviderMoney): void {
  const { request, record } = state;
  if (currency !== request.currency || amount <= record.payment.amountReceived) return;
  const detail = `${amount} ${currency} (minor units) were received in all, ${request.amount} were asked for`;
  tellSurplus(state, 'amount_mismatch', detail, amount);
}

/** The provider signed another charge that its look-up does not show (yet): a person looks whether it is there. */
export function tellSignedSurplus(state: PaymentState): void {
  const { status, review, amountReceived } = state.record.payment;
  if (status !== 'succeeded' || review !== null || !anotherChargeIsSigned(state)) return;
  const detail = 'the provider signed a second charge that its look-up does not show';
  tellSurplus(state, 'unexpected_answer', detail, amountReceived);
}

function tellSurplus(
  { request, record }: PaymentState,
  reason: ReviewReason,
  detail: string,
  amountReceived: number,
): void {
  const review = { reason, detail, since: new Date().toISOString() };
  const fact = { from: 'provider', type: 'received_more', detail } as const;
  record.tell('payment.needs_review', fact, { amountReceived, review });
  log.warn('a payer paid more than once', { paymentId: request.id });
  metricMeter.createCounter(PAID_TWICE).add(1);
}

/** Whether the provider signed a charge that is none of those known. */
export function anotherChargeIsSigned(state: PaymentState): boolean {
  const { chargeReference: known } = state.record.private;
  if (known === undefined) return false;
  return ownProofs(state).some(({ chargeReference = known }) => !known.split(', ').includes(chargeReference));
}

/** Whether the backend was not told this already: it must not be told again by every callback about a payment under review. */
function isNews(
  { request, record }: PaymentState,
  { reason, detail }: { reason: ReviewReason; detail: string },
  money: ProviderMoney,
): boolean {
  const { review, amountReceived } = record.payment;
  const sameAmount = money.currency !== request.currency || money.amount === amountReceived;
  return !sameAmount || review?.reason !== reason || review.detail !== detail;
}

/** Whether the review is only for want of the provider's word: that word then ends it. */
function truthIsMissing({ record }: PaymentState): boolean {
  const reason = record.payment.review?.reason;
  return reason === 'outcome_unknown' || reason === 'unexpected_answer';
}
