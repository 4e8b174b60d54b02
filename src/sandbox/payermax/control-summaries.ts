import type { Charge, Order, Refund } from './order';
import { returnAddress } from './order-acts';
import { threeDsUrl } from './order-wire';

/** An order as control and the ledger show it; `amountMinor` is in ISO 4217 minor units. */
export function orderSummary(order: Order, publicUrl: string) {
  return {
    id: order.tradeToken,
    reference: order.outTradeNo,
    clientId: order.account.appId,
    status: order.status,
    failureCode: order.failure?.code ?? null,
    amountMinor: order.amountMinor,
    currency: order.currency,
    country: order.country,
    userId: order.userId,
    subject: order.subject,
    card: order.card.masked,
    threeDsPage: order.threeDs ? threeDsUrl(order, publicUrl) : null,
    returnUrl: returnAddress(order) ?? null,
    createdAt: isoTime(order.createdMs),
    closesAt: isoTime(order.closesMs),
    completedAt: order.completedMs === undefined ? null : isoTime(order.completedMs),
  };
}

export function chargeSummary({ id, tradeToken, reference, amountMinor, currency, at }: Charge) {
  return { id, paymentId: tradeToken, reference, amountMinor, currency, at };
}

export function refundSummary(refund: Refund) {
  return {
    id: refund.refundTradeNo,
    refundReference: refund.outRefundNo,
    paymentId: refund.order.tradeToken,
    reference: refund.order.outTradeNo,
    amountMinor: refund.amountMinor,
    currency: refund.order.currency,
    status: refund.status,
    at: isoTime(refund.createdMs),
  };
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
