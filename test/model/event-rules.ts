import { isDeepStrictEqual } from 'node:util';
import { isSurplus } from './money-rules';
import { isAtRest, mayFollow, refundMayBeSeenLater } from './payment-statuses';
import type { RecordedDelivery, RecordedPayment, SeenPayment } from './recorded-run';
import { viewsOf } from './views';
import { type Violation, violation } from './violation';

/** What the backend was told, against what happened. */
export function judgeEvents(recorded: RecordedPayment): Violation[] {
  if (recorded.events === 'none') return [];
  const firsts = firstTries(recorded.deliveries);
  const always = [
    ...judgeBodies(recorded),
    ...judgeTypes(recorded.key, firsts),
    ...judgePaymentOrder(recorded.key, firsts),
    ...judgeRefundOrder(recorded.key, firsts),
  ];
  if (recorded.events === 'gone') return always;
  return [
    ...always,
    ...judgeTaken(recorded),
    ...judgeEnds(recorded, firsts),
    ...judgeRefundEnds(recorded, firsts),
  ];
}

/** The first try of every event: a repeat may come after a later event. */
function firstTries(deliveries: readonly RecordedDelivery[]): RecordedDelivery[] {
  const seen = new Set<string>();
  return deliveries.filter(({ webhookId }) => !seen.has(webhookId) && seen.add(webhookId));
}

function judgeBodies({ key, deliveries }: RecordedPayment): Violation[] {
  const bodies = new Map<string, unknown>();
  for (const { webhookId, type, timestamp, payment, refund } of deliveries) {
    const body = { type, timestamp, payment, refund };
    const before = bodies.get(webhookId) ?? body;
    bodies.set(webhookId, before);
    if (isDeepStrictEqual(before, body)) continue;
    const sentence = `event ${webhookId} came as ${JSON.stringify(before)} and as ${JSON.stringify(body)}`;
    return [violation('same_event_same_body', key, sentence)];
  }
  return [];
}

function judgeTypes(key: string, firsts: readonly RecordedDelivery[]): Violation[] {
  const wrong = firsts.find(({ type, payment, refund }) => {
    const expected = payment
      ? `payment.${isSurplus(payment) ? 'needs_review' : payment.status}`
      : refund
        ? `refund.${refund.status}`
        : null;
    return type !== expected;
  });
  if (!wrong) return [];
  const { type, webhookId, payment, refund } = wrong;
  const sentence = `event ${webhookId} is ${type}, and its data says ${payment?.status ?? refund?.status ?? 'nothing'}`;
  return [violation('event_says_its_type', key, sentence)];
}

/**
 * Payment events tell every step. Two statuses have none of their own: `processing` as the first, and
 * `requires_confirmation`.
 */
function judgePaymentOrder(key: string, firsts: readonly RecordedDelivery[]): Violation[] {
  const events = firsts.filter(({ payment }) => payment);
  let before: { status: string; timestamp: string } = { status: 'processing', timestamp: '' };
  for (const { payment, type, timestamp, webhookId } of events) {
    const status = payment?.status ?? '';
    const unseen = before.status === 'processing' && status === 'processing';
    const again = before.status === 'needs_review' && status === 'needs_review';
    const surplus = before.status === 'succeeded' && payment !== undefined && isSurplus(payment);
    const backInTime = before.timestamp !== '' && Date.parse(timestamp) < Date.parse(before.timestamp);
    if (backInTime || !(mayFollow(before.status, status) || unseen || again || surplus)) {
      const sentence = `event ${type} (${webhookId}) of ${timestamp} came after ${before.status} of ${before.timestamp}`;
      return [violation('events_in_order', key, sentence)];
    }
    before = { status, timestamp };
  }
  return [];
}

function judgeRefundOrder(key: string, firsts: readonly RecordedDelivery[]): Violation[] {
  const success = firsts.findIndex(({ type }) => type === 'payment.succeeded');
  const early = firsts.find(({ refund }, index) => refund && index < success);
  if (early) {
    const sentence = `event ${early.type} of ${early.refund?.id} came before the payment's own payment.succeeded`;
    return [violation('events_in_order', key, sentence)];
  }
  const last = new Map<string, RecordedDelivery>();
  for (const delivery of firsts) {
    const { refund } = delivery;
    if (!refund) continue;
    const before = last.get(refund.id);
    last.set(refund.id, delivery);
    if (!before?.refund) continue;
    const forward =
      before.refund.status !== refund.status && refundMayBeSeenLater(before.refund.status, refund.status);
    if (forward && Date.parse(before.timestamp) <= Date.parse(delivery.timestamp)) continue;
    const sentence = `refund ${refund.id}: event ${delivery.type} came after ${before.type}`;
    return [violation('events_in_order', key, sentence)];
  }
  return [];
}

function judgeTaken({ key, deliveries }: RecordedPayment): Violation[] {
  const taken = new Set(deliveries.filter(({ taken }) => taken).map(({ webhookId }) => webhookId));
  const open = deliveries.find(({ webhookId }) => !taken.has(webhookId));
  if (!open) return [];
  const sentence = `event ${open.type} (${open.webhookId}) was tried and never taken, and is tried no more`;
  return [violation('every_event_is_taken', key, sentence)];
}

/** Every end and every review that somebody saw has its event, and the last event is how it ended. */
function judgeEnds(recorded: RecordedPayment, firsts: readonly RecordedDelivery[]): Violation[] {
  const { key, final } = recorded;
  const events = firsts.flatMap(({ payment }) => (payment ? [payment] : []));
  const untold = viewsOf(recorded).find(
    ({ view }) => isAtRest(view.status) && !events.some((told) => sameEnd(told, view)),
  );
  if (untold) {
    const { view, where } = untold;
    return [
      violation('every_end_has_its_event', key, `${where} says ${nameOf(view)}, and no event tells it`),
    ];
  }
  const last = events.at(-1);
  if (!final || (last && sameEnd(last, final.payment))) return [];
  const sentence = `it ended as ${nameOf(final.payment)}, and the last event is ${last ? nameOf(last) : 'none'}`;
  return [violation('every_end_has_its_event', key, sentence)];
}

/** Refunds are counted beside the end. */
function sameEnd(told: SeenPayment, seen: SeenPayment): boolean {
  return nameOf(told) === nameOf(seen) && told.amountReceived === seen.amountReceived;
}

function nameOf({ status, failure, review }: SeenPayment): string {
  const why = failure?.code ?? review?.reason;
  return why ? `${status} (${why})` : status;
}

function judgeRefundEnds({ key, final }: RecordedPayment, firsts: readonly RecordedDelivery[]): Violation[] {
  return (final?.refunds ?? [])
    .filter(({ status }) => status !== 'processing')
    .flatMap(({ id, status, amount }) => {
      const last = firsts.findLast(({ refund }) => refund?.id === id)?.refund;
      if (last?.status === status && last.amount === amount) return [];
      const sentence = `the refund ${id} is ${status}, and its last event is ${last?.status ?? 'none'}`;
      return [violation('every_refund_end_has_its_event', key, sentence)];
    });
}
