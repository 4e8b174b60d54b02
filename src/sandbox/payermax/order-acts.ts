import type { Order, Refund } from './order';
import type { OrderDesk } from './order-desk';

/**
 * What the payer, the bank or time can do to an order. `pay-late` pays one that already FAILED or was CLOSED:
 * whether that can happen is unknown (docs/providers/payermax.md §12 no. 9).
 */
export const ORDER_ACTS = ['approve', 'decline', 'expire', 'pay-late'] as const;
export type OrderAct = (typeof ORDER_ACTS)[number];

export const REFUND_ACTS = ['succeed', 'fail'] as const;
export type RefundAct = (typeof REFUND_ACTS)[number];

/** Does it and sends the callback; undefined when the order's status does not allow it. */
export function actOnOrder(desk: OrderDesk, order: Order, act: OrderAct): Order | undefined {
  if (act === 'pay-late') {
    const ended = order.status === 'FAILED' || order.status === 'CLOSED';
    return ended ? desk.endAndTell(order, 'SUCCESS') : undefined;
  }
  if (order.status !== 'PENDING') return undefined;
  switch (act) {
    case 'approve':
      return desk.endAndTell(order, 'SUCCESS');
    case 'decline':
      return order.threeDs
        ? desk.endAndTell(order, 'FAILED', { code: 'AUTH_FAILED', msg: 'The payer was not authenticated.' })
        : desk.endAndTell(order, 'FAILED', { code: 'PAYMENT_FAILED', msg: 'The payment failed.' });
    case 'expire':
      return desk.expire(order);
  }
}

/** Ends a pending refund and sends the callback; undefined when it has ended before. */
export function actOnRefund(desk: OrderDesk, refund: Refund, act: RefundAct): Refund | undefined {
  if (refund.status !== 'REFUND_PENDING') return undefined;
  return desk.endRefundAndTell(refund, act === 'succeed' ? 'REFUND_SUCCESS' : 'REFUND_FAILED');
}

/** Where the payer is led back to: with `status`, the one documented parameter (§5.4). */
export function returnAddress(order: Order): string | undefined {
  if (order.frontCallbackUrl === undefined) return undefined;
  const address = new URL(order.frontCallbackUrl);
  address.searchParams.append('status', order.status);
  return address.href;
}
