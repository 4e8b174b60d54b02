import { askedToGiveBack, decided, mayHaveHappened, refundDecided } from './decisions';
import { sumOf } from './money-rules';
import { refundMayBeSeenLater } from './payment-statuses';
import type { RecordedPayment, SeenPayment, SeenRefund } from './recorded-run';
import { viewsOf } from './views';
import { type Violation, violation } from './violation';

/** What the refunds, the payment and the books must say of each other. */
export function judgeRefunds(recorded: RecordedPayment): Violation[] {
  return [...judgeSums(recorded), ...judgeKept(recorded), ...judgeForward(recorded)];
}

function judgeSums(recorded: RecordedPayment): Violation[] {
  const { key, ledger, final } = recorded;
  const found: Violation[] = [];
  const [back, charged] = [sumOf(ledger.refunds), sumOf(ledger.charges)];
  // A person who decides `succeeded` vouches for the amount that the provider had told, even if that was a lie.
  const vouchedFor = decided(recorded, 'succeeded') ? (final?.payment.amountReceived ?? 0) : 0;
  if (back > Math.max(charged, vouchedFor))
    found.push(violation('refunds_within_charges', key, `charged ${charged}, given back ${back}`));
  if (!final) return found;
  const { payment, refunds } = final;
  const live = sumOf(refunds.filter(({ status }) => status !== 'failed'));
  if (live > payment.amountReceived) {
    const sentence = `received ${payment.amountReceived}, refunds that did not fail: ${live}`;
    found.push(violation('refunds_within_received', key, sentence));
  }
  const succeeded = sumOf(refunds.filter(({ status }) => status === 'succeeded'));
  const afterReview = payment.failure?.code === 'refunded_after_review';
  if (payment.amountRefunded !== (afterReview ? payment.amountReceived : succeeded)) {
    const sentence = `amountRefunded ${payment.amountRefunded}, refunds that succeeded: ${succeeded}`;
    found.push(violation('amount_refunded_is_the_sum', key, sentence));
  }
  if (!afterReview) found.push(...judgeBooks(recorded, final));
  return found;
}

/**
 * What succeeded is in the books, and nothing else is. Free are refunds under review or decided by a person, those that the
 * provider's dashboard made (they are seen some time later, or never), and one that a person tried after a review.
 */
function judgeBooks(
  recorded: RecordedPayment,
  { refunds }: { payment: SeenPayment; refunds: SeenRefund[] },
): Violation[] {
  const { key, ledger } = recorded;
  // All of what a lie had made of it was given back.
  const misled = viewsOf(recorded).some(({ view }) => view.review?.reason === 'amount_mismatch');
  if (misled && ledger.refunds.some((refund) => refund.byDashboard)) return [];
  const byDashboard = ledger.refunds.filter((refund) => refund.byDashboard);
  const ours = sumOf(ledger.refunds) - sumOf(byDashboard);
  const isFree = ({ id, status }: SeenRefund) =>
    status === 'needs_review' || status === 'processing' || refundDecided(recorded, id);
  const certain = sumOf(refunds.filter((refund) => refund.status === 'succeeded' && !isFree(refund)));
  const afterReview = askedToGiveBack(recorded)
    ? new Set(
        viewsOf(recorded).flatMap(({ view }) =>
          view.status === 'needs_review' ? [view.amountReceived] : [],
        ),
      )
    : [];
  const free = refunds.filter(isFree).map(({ amount }) => amount);
  const possible = sumsOf(certain, free);
  const withDashboard = sumsOf(
    ours,
    byDashboard.map(({ amount }) => amount),
  );
  const explained = [0, ...afterReview].some((more) =>
    [...withDashboard].some((sum) => possible.has(sum - more)),
  );
  if (explained) return [];
  const listed = refunds.map(({ id, amount, status }) => `${id} ${amount} ${status}`).join(', ') || 'none';
  const sentence = `the provider gave back ${ours} for us and ${sumOf(byDashboard)} by its dashboard; refunds: ${listed}`;
  return [violation('refunds_agree_with_the_books', key, sentence)];
}

/** Every sum that a base and some of the amounts make. */
function sumsOf(base: number, amounts: readonly number[]): Set<number> {
  return amounts.reduce(
    (sums, amount) => new Set([...sums].flatMap((sum) => [sum, sum + amount])),
    new Set([base]),
  );
}

/** Every refund that was promised, or told of, is there, of the amount that was asked for, and ends. */
function judgeKept({ key, answers, deliveries, final }: RecordedPayment): Violation[] {
  const found: Violation[] = [];
  const known = new Map(final?.refunds.map((refund) => [refund.id, refund]));
  for (const { refund, type } of deliveries) {
    if (!refund || known.has(refund.id)) continue;
    found.push(violation('refund_is_kept', key, `event ${type} tells of ${refund.id}, which nobody knows`));
  }
  const unseen = answers.find(
    ({ call, refund, answeredAt }) =>
      call === 'refund' &&
      refund &&
      answers.some(
        ({ refunds, sentAt }) =>
          refunds && sentAt > answeredAt && !refunds.some(({ id }) => id === refund.id),
      ),
  );
  if (unseen)
    found.push(
      violation(
        'refund_is_kept',
        key,
        `the refund under ${unseen.refundKey} was answered 201, and a later list lacks it`,
      ),
    );
  for (const { refund, refundKey, refundAmount, status } of answers.filter(({ call }) => call === 'refund')) {
    if (status !== 201 || !refund) continue;
    const kept = known.get(refund.id);
    if (!kept) {
      found.push(
        violation('refund_is_kept', key, `the refund under ${refundKey} was answered 201, and is gone`),
      );
      continue;
    }
    const asAsked = refundAmount === undefined || refundAmount === null || kept.amount === refundAmount;
    if (!asAsked || kept.amount !== refund.amount || kept.currency !== refund.currency) {
      const sentence =
        `the refund under ${refundKey} was asked for ${refundAmount ?? 'all that was left'}, ` +
        `answered ${refund.amount} ${refund.currency}, and is ${kept.amount} ${kept.currency}`;
      found.push(violation('refund_is_of_the_amount_asked', key, sentence));
    }
    if (kept.status === 'processing')
      found.push(
        violation('refund_ends', key, `everything is quiet, and the refund under ${refundKey} is processing`),
      );
  }
  return [...new Map(found.map((one) => [one.sentence, one])).values()];
}

/** Refunds as they were shown, in the order in which one was certainly later than the other. */
function judgeForward(recorded: RecordedPayment): Violation[] {
  const { key, answers, deliveries, final } = recorded;
  const shown = [
    ...answers
      .filter((answer) => mayHaveHappened(answer))
      .flatMap(({ call, refund, refunds, sentAt, answeredAt }) =>
        [...(refund ? [refund] : []), ...(refunds ?? [])].map((one) => ({
          one,
          // A repeated refund call answers as it did the first time.
          from: call === 'refund' ? -Infinity : sentAt,
          at: answeredAt,
        })),
      ),
    ...deliveries.flatMap(({ refund, at }) => (refund ? [{ one: refund, from: -Infinity, at }] : [])),
    ...(final?.refunds ?? []).map((one) => ({ one, from: Infinity, at: Infinity })),
  ];
  for (const { one, from } of shown) {
    const before = shown.find(
      (other) =>
        other.one.id === one.id && other.at < from && !refundMayBeSeenLater(other.one.status, one.status),
    );
    if (!before) continue;
    const sentence = `the refund ${one.id} was ${before.one.status}, and ${one.status} later`;
    return [violation('refund_statuses_move_forward', key, sentence)];
  }
  return [];
}
