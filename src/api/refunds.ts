import type { Payment } from '../domain/payment';
import { type Refund, refundableAmount, type RefundRequest } from '../domain/refund';
import { isEnd } from '../domain/status';
import { type ApiConnections, providerOf } from '../providers/index';
import { REFUND_ID } from './idempotency';
import { notFound, Problem } from './problem';
import type { StoredPayment } from './stored-payment';

/**
 * Refuses what is already known to be refused, before a workflow is started for it. A refund that exists is let through: it
 * gets its first answer again.
 * @throws Problem not_refundable or refund_too_large
 */
export function checkRefundable(
  { payment, refunds }: StoredPayment,
  { id, amount }: RefundRequest,
  connections: ApiConnections,
): void {
  const problem = refundsNotOffered(payment, connections) ?? nothingToRefund(payment);
  if (problem !== null) throw new Problem('not_refundable', problem);
  if (refunds.some((refund) => refund.id === id)) return;
  const { refund: rule } = providerOf(payment.provider).capabilities;
  const refundable = refundableAmount(payment.amountReceived, refunds, rule, amount);
  if ('code' in refundable) throw new Problem(refundable.code, refundable.message);
}

function refundsNotOffered({ provider, connection }: Payment, connections: ApiConnections): string | null {
  return providerOf(provider).refundsNotOffered?.(connections[provider][connection]) ?? null;
}

function nothingToRefund({ status, amountReceived, failure }: Payment): string | null {
  if (failure?.code === 'refunded_after_review') return 'everything was refunded, after a review';
  if (status === 'needs_review') return 'the payment is under review: end the review by POST …/resolve first';
  if (!isEnd(status)) return `the payment is ${status}: nothing can be refunded yet`;
  return amountReceived > 0 ? null : `nothing was received (${status})`;
}

/** @throws Problem not_found */
export function refundOf({ refunds }: StoredPayment, id: string): Refund {
  const refund = REFUND_ID.test(id) ? refunds.find((one) => one.id === id) : undefined;
  if (!refund) throw notFound();
  return refund;
}
