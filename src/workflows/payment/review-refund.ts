import { referenceAtProvider } from '../../domain/payment';
import type { ProviderMoney, RefundCall } from '../../domain/provider-answer';
import { sendRefund } from '../refunds/send-refund';
import { isAnswer, lookUp } from './look-ups';
import type { PaymentState } from './state';
import { differenceOf, recordReview } from './verdicts';

const NOT_ASKED = 'nothing was sent: the provider could not be asked what it received; decide again';

/**
 * A person decided to give the money back. Waits for: what the provider says it received, then its word on the refund.
 * Ends the payment as failed when that is done; sends it once, and not at all when the provider says something new.
 */
export async function refundAfterReview(state: PaymentState): Promise<void> {
  const { record, inbox, port } = state;
  const { payment, private: hidden } = record;
  if (port.refunds === undefined || payment.providerReference === null) {
    return inbox.refundEnded('the provider has no refunds, or does not know the payment');
  }
  const times = (hidden.reviewRefunds ?? 0) + 1;
  state.stage = 'refunding';
  record.keepPrivate({ refundInDoubt: true, reviewRefunds: times });
  record.note({ from: 'operator', type: 'refunding', detail: 'giving the money back' });
  record.publish();
  const other = await otherMoneyReceived(state);
  if (other === 'unknown') return notGivenBack(state, { status: 'failed', detail: NOT_ASKED });
  const amount = other ? smallerOf(state, other) : payment.amountReceived;
  const isNews = amount < payment.amountReceived || !hidden.refundContradicted;
  if (other && isNews) return decideAgain(state, other, amount);
  if (other) {
    const detail = `the provider now says that ${other.amount} ${other.currency} (minor units) were received`;
    record.note({ from: 'provider', type: 'received_other', detail });
  }
  const webhookUrl = state.request.urls.webhook;
  const call = { ...callOfRefund(state, times, payment.providerReference, amount), webhookUrl };
  const end = await sendRefund(port.refunds, call);
  if (end.status === 'succeeded') givenBack(state, amount);
  else notGivenBack(state, end);
}

function callOfRefund(
  { record: { payment, private: hidden } }: PaymentState,
  times: number,
  providerReference: string,
  amount: number,
): RefundCall {
  return {
    paymentId: payment.id,
    // A refund that failed keeps its reference at the provider: a second one under the same could not be told from it.
    refundReference: `${referenceAtProvider(payment.id)}review${times > 1 ? times : ''}`,
    connection: payment.connection,
    providerReference,
    chargeReference: hidden.chargeReference ?? null,
    amount,
    currency: payment.currency,
    reason: null,
    providerRefundReference: null,
  };
}

function givenBack(state: PaymentState, amount: number): void {
  refundIsOver(state, 'certain');
  state.record.become(
    'failed',
    { from: 'operator', type: 'refunded', detail: 'the money was given back after a review' },
    {
      amountReceived: amount,
      amountRefunded: amount,
      review: null,
      failure: { code: 'refunded_after_review', message: 'the money was given back after a review' },
    },
  );
  state.endIsCertain = true;
  state.inbox.refundEnded(null);
}

/** From now on a person may decide again; but not to give money back, while nobody knows what became of this refund. */
function refundIsOver(state: PaymentState, how: 'certain' | 'in doubt'): void {
  state.stage = 'watching';
  if (how === 'certain') state.record.keepPrivate({ refundInDoubt: false });
}

/** The person who decided may no longer wait for the answer, so the backend is told. */
function notGivenBack(
  state: PaymentState,
  { status, detail }: { status: 'failed' | 'unknown'; detail: string },
): void {
  const doubt = status === 'unknown';
  refundIsOver(state, doubt ? 'in doubt' : 'certain');
  const inDoubt = `the money may have been given back, look into the provider's books: ${detail}`;
  const fact = {
    from: 'provider',
    type: doubt ? 'refund_in_doubt' : 'refund_failed',
    detail: doubt ? inDoubt : detail,
  } as const;
  state.record.tell('payment.needs_review', fact, {});
  state.inbox.refundEnded(fact.detail);
}

/** What the provider now says it received; null when the decision was about the same. One of its two answers may be wrong. */
async function otherMoneyReceived(state: PaymentState): Promise<ProviderMoney | 'unknown' | null> {
  const { amountReceived, currency } = state.record.payment;
  const finding = await lookUp(state);
  if (!isAnswer(finding)) return 'unknown';
  if (finding.state !== 'paid') return null;
  return finding.currency === currency && finding.amount === amountReceived ? null : finding;
}

/** Of two amounts the smaller one is given back: what we give back too much, nobody returns to us. */
function smallerOf({ record: { payment } }: PaymentState, { amount, currency }: ProviderMoney): number {
  const comparable = currency === payment.currency && amount > 0;
  return comparable ? Math.min(payment.amountReceived, amount) : payment.amountReceived;
}

/** Nothing was sent: whoever decided is told what the provider says now, and so is the backend. */
function decideAgain(state: PaymentState, money: ProviderMoney, amount: number): void {
  const { amountReceived, currency, review } = state.record.payment;
  const detail =
    `${amountReceived} ${currency} were to be given back, and the provider now says that ${money.amount} ${money.currency} ` +
    `were received (minor units): decide again, about ${amount} ${currency}`;
  refundIsOver(state, 'certain');
  state.record.keepPrivate({ refundContradicted: true });
  const reason = differenceOf(state, money)?.reason ?? review?.reason ?? 'amount_mismatch';
  recordReview(state, reason, detail, { ...money, amount, currency });
  state.inbox.refundEnded(detail);
}
