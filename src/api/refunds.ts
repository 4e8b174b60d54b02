import type { ApiConnections } from '../api-connections';
import { capabilitiesOf } from '../providers/capabilities';
import type { Payment } from '../domain/payment';
import { type Refund, refundableAmount, type RefundRequest } from '../domain/refund';
import { isEnd } from '../domain/status';
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
  const { refund: rule } = capabilitiesOf(payment.provider);
  const refundable = refundableAmount(payment.amountReceived, refunds, rule, amount);
  if ('code' in refundable) throw new Problem(refundable.code, refundable.message);
}

function refundsNotOffered({ provider, connection }: Payment, connections: ApiConnections): string | null {
  switch (provider) {
    case 'droppay-acquirer':
      return 'DropPay Acquirer has no refunds: give the money back at the terminal';
    case 'pomelo':
      return 'Pomelo refunds are made at its dashboard; they appear here once they are seen';
    case 'etpay':
      return 'ETpay has no refunds by API: give the money back by a transfer of your own';
    case 'droppay-pos':
      return connections['droppay-pos'][connection]?.refunds
        ? null
        : 'refunds at DropPay are offered only when DROPPAY_REFUND_PATH (refundPath of the connection) is set';
    case 'payermax':
      return null;
  }
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
