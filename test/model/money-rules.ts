import { decided } from './decisions';
import { isAtRest } from './payment-statuses';
import type { RecordedPayment, SeenPayment } from './recorded-run';
import { viewsOf } from './views';
import { type Violation, violation } from './violation';

/** What the books and the payment's end must say of each other. */
export function judgeMoney(payment: RecordedPayment): Violation[] {
  return [
    ...judgeCharges(payment),
    ...judgeExistence(payment),
    ...judgeEnd(payment),
    ...judgeReceived(payment),
    ...judgeReserved(payment),
  ];
}

function judgeCharges({ key, ledger, final }: RecordedPayment): Violation[] {
  const found: Violation[] = [];
  const [first] = ledger.charges;
  if (ledger.charges.length > 1) {
    const amounts = ledger.charges.map(({ amount, currency }) => `${amount} ${currency}`).join(', ');
    found.push(violation('charged_at_most_once', key, `the payer was charged ${amounts}`));
  }
  if (first && !final) {
    const sentence = `the payer was charged ${first.amount} ${first.currency}, and the API knows no such payment`;
    found.push(violation('charge_is_known', key, sentence));
  }
  return found;
}

function judgeExistence({ key, answers, final }: RecordedPayment): Violation[] {
  const acknowledged = answers.some(({ call, status }) => call === 'create' && status === 201);
  if (acknowledged && !final)
    return [violation('acknowledged_payment_is_kept', key, 'its create was answered 201, and it is gone')];
  if (final && !isAtRest(final.payment.status)) {
    return [violation('payment_ends', key, `everything is quiet, and it is ${final.payment.status}`)];
  }
  return [];
}

function judgeEnd(recorded: RecordedPayment): Violation[] {
  const { final } = recorded;
  if (!final) return [];
  if (final.payment.status === 'succeeded') return judgeSuccess(recorded, final.payment);
  if (final.payment.status === 'failed' && final.payment.failure?.code === 'refunded_after_review')
    return judgeReviewRefund(recorded, final.payment);
  if (['failed', 'expired', 'cancelled'].includes(final.payment.status))
    return judgeEndWithoutMoney(recorded, final.payment);
  return [];
}

/** A person who decided `succeeded` may know better than the books. */
function judgeSuccess(recorded: RecordedPayment, payment: SeenPayment): Violation[] {
  const { amountReceived, currency } = payment;
  const { key, asked, ledger } = recorded;
  const [charge] = ledger.charges;
  if (decided(recorded, 'succeeded')) {
    return amountReceived > 0
      ? []
      : [violation('success_is_of_the_amount_asked', key, `it succeeded with ${amountReceived} received`)];
  }
  if (!charge) return [violation('success_has_its_charge', key, 'it succeeded, and nobody was charged')];
  const agree =
    charge.amount === asked.amount &&
    charge.currency === asked.currency &&
    currency === asked.currency &&
    (isSurplus(payment) ? amountReceived > asked.amount : amountReceived === asked.amount);
  const sentence =
    `it succeeded: asked ${asked.amount} ${asked.currency}, charged ${charge.amount} ${charge.currency}, ` +
    `amountReceived ${amountReceived} ${currency}`;
  return agree ? [] : [violation('success_is_of_the_amount_asked', key, sentence)];
}

/** The provider showed, after the success, that the payer paid more than once: a person gives the rest back. */
export function isSurplus({ status, review }: SeenPayment): boolean {
  return status === 'succeeded' && review?.reason === 'amount_mismatch';
}

function judgeEndWithoutMoney(recorded: RecordedPayment, payment: SeenPayment): Violation[] {
  const { key, ledger } = recorded;
  const byPerson = payment.failure?.code === 'resolved_as_failed';
  if (byPerson && !decided(recorded, 'failed'))
    return [violation('decision_was_taken', key, 'it says that a person decided `failed`, and nobody did')];
  const found: Violation[] = [];
  const [charge] = ledger.charges;
  if (charge && !byPerson) {
    const sentence = `it is ${payment.status}, and the payer was charged ${charge.amount} ${charge.currency}`;
    found.push(violation('end_without_money_has_no_charge', key, sentence));
  }
  if (payment.amountReceived !== 0) {
    const sentence = `it is ${payment.status} with amountReceived ${payment.amountReceived}`;
    found.push(violation('view_is_consistent', key, sentence));
  }
  return found;
}

/** Everything that was charged is given back, unless the provider had told another amount than it took. */
function judgeReviewRefund(recorded: RecordedPayment, payment: SeenPayment): Violation[] {
  const { key, ledger } = recorded;
  if (!decided(recorded, 'refund'))
    return [violation('decision_was_taken', key, 'it says that a person decided `refund`, and nobody did')];
  const back = sumOf(ledger.refunds);
  const charged = sumOf(ledger.charges);
  const misled = viewsOf(recorded).some(({ view }) => view.review?.reason === 'amount_mismatch');
  const agree =
    back > 0 &&
    back === payment.amountRefunded &&
    back === payment.amountReceived &&
    (back === charged || misled);
  const sentence =
    `it was refunded after a review: charged ${charged}, given back ${back}, ` +
    `amountReceived ${payment.amountReceived}, amountRefunded ${payment.amountRefunded}`;
  return agree ? [] : [violation('review_refund_gave_everything_back', key, sentence)];
}

/** What the payer has reserved and we do not take is released, or somebody is told that it is not. */
function judgeReserved(recorded: RecordedPayment): Violation[] {
  const { key, ledger, final } = recorded;
  const held = ledger.reserved?.find(({ over }) => over === undefined);
  if (!held || !final || final.payment.status === 'needs_review') return [];
  const told = viewsOf(recorded).some(({ view }) => view.review?.reason === 'unexpected_answer');
  if (told) return [];
  const sentence = `it is ${final.payment.status}, and ${held.amount} ${held.currency} of the payer's are still reserved`;
  return [violation('reserved_money_is_released', key, sentence)];
}

/** Nothing that was ever shown may have been received without a charge. */
function judgeReceived(recorded: RecordedPayment): Violation[] {
  const { key, ledger } = recorded;
  if (ledger.charges.length > 0 || decided(recorded, 'succeeded')) return [];
  const liar = viewsOf(recorded).find(
    ({ view }) =>
      view.amountReceived > 0 || view.status === 'succeeded' || view.review?.reason === 'paid_after_end',
  );
  if (!liar) return [];
  const { view, where } = liar;
  const sentence = `${where} says ${view.status} with amountReceived ${view.amountReceived}, and nobody was charged`;
  return [violation('received_money_was_taken', key, sentence)];
}

export function sumOf(entries: readonly { amount: number }[]): number {
  return entries.reduce((sum, { amount }) => sum + amount, 0);
}
