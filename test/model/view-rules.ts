import { isSurplus } from './money-rules';
import { mayBeSeenLater, PAYMENT_STATUSES } from './payment-statuses';
import type { RecordedPayment, SeenPayment } from './recorded-run';
import { type View, viewsOf } from './views';
import { type Violation, violation } from './violation';

const REVIEW_REASONS = [
  'outcome_unknown',
  'amount_mismatch',
  'currency_mismatch',
  'reference_mismatch',
  'paid_after_end',
  'unexpected_answer',
];

/** What every single view of the payment must fulfil, wherever it was shown. */
export function judgeViews(recorded: RecordedPayment): Violation[] {
  const found = viewsOf(recorded).flatMap(({ view, where }) => [
    ...wrongPayment(recorded, view).map((what) =>
      violation('answers_are_of_this_payment', recorded.key, `${where}: ${what}`),
    ),
    ...inconsistent(view).map((what) => violation('view_is_consistent', recorded.key, `${where}: ${what}`)),
  ]);
  return found;
}

function wrongPayment({ id, provider, asked }: RecordedPayment, view: SeenPayment): string[] {
  const found: string[] = [];
  if (id !== null && view.id !== id) found.push(`id is ${view.id}, it was ${id}`);
  if (view.provider !== provider) found.push(`provider is ${view.provider}, asked for ${provider}`);
  if (view.amount !== asked.amount) found.push(`amount is ${view.amount}, asked for ${asked.amount}`);
  if (view.currency !== asked.currency)
    found.push(`currency is ${view.currency}, asked for ${asked.currency}`);
  return found;
}

function inconsistent(view: SeenPayment): string[] {
  const { status, failure, review, amountReceived, amountRefunded, updatedAt } = view;
  const found: string[] = [];
  if (!PAYMENT_STATUSES.includes(status)) found.push(`${status} is no status`);
  if ((status === 'failed') !== (failure !== null))
    found.push(failure ? `${status} with failure ${failure.code}` : 'failed, and no failure says why');
  if ((status === 'needs_review' || isSurplus(view)) !== (review !== null))
    found.push(review ? `${status} with review ${review.reason}` : 'needs_review, and no reason says why');
  if (review && !REVIEW_REASONS.includes(review.reason)) found.push(`${review.reason} is no reason`);
  if (!isMoney(amountReceived) || !isMoney(amountRefunded))
    found.push(`amountReceived ${amountReceived}, amountRefunded ${amountRefunded} are no minor units`);
  if (amountRefunded > amountReceived)
    found.push(`amountRefunded ${amountRefunded} is more than amountReceived ${amountReceived}`);
  if (Number.isNaN(Date.parse(updatedAt))) found.push(`updatedAt ${updatedAt} is no time`);
  return found;
}

function isMoney(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount >= 0;
}

/** Statuses only move forward: over all views, in the order of the payment's own `updatedAt`. */
export function judgeForward(recorded: RecordedPayment): Violation[] {
  const views = viewsOf(recorded).sort((a, b) => timeOf(a.view) - timeOf(b.view));
  for (const [index, later] of views.entries()) {
    const earlier = views.slice(0, index).find((before) => !inOrder(before, later));
    if (!earlier) continue;
    const sentence =
      `${earlier.where} says ${earlier.view.status} at ${earlier.view.updatedAt}, ` +
      `${later.where} says ${later.view.status} at ${later.view.updatedAt}`;
    return [violation('statuses_move_forward', recorded.key, sentence)];
  }
  return [];
}

/** Of two views of the same millisecond nobody knows which came first. */
function inOrder(before: View, later: View): boolean {
  const [from, to] = [before.view.status, later.view.status];
  const forward = mayBeSeenLater(from, to);
  return timeOf(before.view) < timeOf(later.view) ? forward : forward || mayBeSeenLater(to, from);
}

/**
 * Concurrent answers may overtake each other. An answer whose request was sent after another answer, or an event, had arrived
 * may not be older than that one. A create answers as it did the first time, so it may be as old as it likes.
 */
export function judgeFreshness(recorded: RecordedPayment): Violation[] {
  const arrived = [
    ...recorded.answers.flatMap(({ payment, answeredAt, call }) =>
      payment ? [{ view: payment, at: answeredAt, where: `the answer to ${call}` }] : [],
    ),
    ...recorded.deliveries.flatMap(({ payment, at, type }) =>
      payment ? [{ view: payment, at, where: `the event ${type}` }] : [],
    ),
  ];
  for (const { call, payment, sentAt } of recorded.answers) {
    if (call === 'create' || !payment) continue;
    const newer = arrived.find(
      ({ view, at }) =>
        at < sentAt && (timeOf(view) > timeOf(payment) || !mayBeSeenLater(view.status, payment.status)),
    );
    if (!newer) continue;
    const sentence =
      `${newer.where} said ${newer.view.status} (updated ${newer.view.updatedAt}); a ${call} that was sent ` +
      `afterwards was answered ${payment.status} (updated ${payment.updatedAt})`;
    return [violation('answers_are_not_older', recorded.key, sentence)];
  }
  return [];
}

function timeOf({ updatedAt }: SeenPayment): number {
  return Date.parse(updatedAt);
}
