import type {
  Finding,
  Opening,
  ProviderEnd,
  ProviderMoney,
  RefundCall,
  RefundFinding,
} from '../../domain/provider-answer';
import { refused, unclear } from '../answers';
import { readAmount } from './amounts';
import { ACCEPTED } from './codes';
import type { Order, Refund, Session } from './schemas';

/** The bounds that PayerMax sets to an order's life, in seconds (docs/providers/payermax.md §8). */
const MIN_EXPIRE_TIME = 1_800;
const MAX_EXPIRE_TIME = 86_400;
/** How far a request's time may be from PayerMax's clock, in milliseconds (§3.0). */
const REQUEST_TIME_WINDOW_MS = 120_000;

/** The card form for the payer, unless none of the ways to pay that were asked for is offered. */
export function openingOf(
  { sessionKey, clientKey, notSupported }: Session,
  {
    outTradeNo,
    componentList = [],
    environment,
  }: { outTradeNo: string; componentList?: readonly string[]; environment: string },
): Opening {
  if (componentList.length > 0 && componentList.every((component) => notSupported.includes(component))) {
    return refused(`PayerMax offers none of ${componentList.join(', ')} to this account`);
  }
  return {
    outcome: 'opened',
    providerReference: outTradeNo,
    nextAction: { type: 'dropin', sessionKey, clientKey, environment },
  };
}

/** What an order that was read means for the payment (docs/providers/payermax.md §2). */
export function findingOfOrder(order: Order, outTradeNo: string): Finding {
  if (order.outTradeNo !== outTradeNo)
    return unclear(`asked for order ${outTradeNo}, PayerMax answered with another`);
  if (order.status === 'PENDING') return { state: 'open' };
  if (order.status === 'SUCCESS') {
    const money = moneyOf(order);
    return money
      ? { state: 'paid', ...money }
      : unclear('PayerMax says paid, but no amount that can be read');
  }
  const end = endOf(order.status, order.resultCode);
  return end ? { state: 'ended', ...end } : unclear('PayerMax gives a status that is not documented');
}

/** The money of an order that was paid; null when it cannot be read exactly. */
function moneyOf({ outTradeNo, tradeToken, totalAmount, currency }: Order): ProviderMoney | null {
  const amount = readAmount(totalAmount, currency);
  if (amount === null || currency === null) return null;
  return { amount, currency, reference: outTradeNo, ...(tradeToken && { chargeReference: tradeToken }) };
}

/** How an order with this status ended without money; null for every other status. */
export function endOf(status: string, code: string | null): ProviderEnd | null {
  const providerCode = code !== null && code !== ACCEPTED ? code : status;
  if (status === 'FAILED') {
    return {
      end: 'failed',
      code: 'declined',
      message: 'PayerMax says that the payment failed',
      providerCode,
    };
  }
  if (status !== 'CLOSED') return null;
  const message = 'PayerMax closed the order unpaid';
  return { end: 'expired', code: 'authorization_ended', message, providerCode };
}

/** What a refund that was read means (docs/providers/payermax.md §3.6). */
export function findingOfRefund(
  refund: Refund,
  { refundReference, providerReference }: RefundCall,
): RefundFinding {
  const ours =
    refund.outRefundNo === refundReference && [null, providerReference].includes(refund.outTradeNo);
  if (!ours) return unclear(`asked for refund ${refundReference}, PayerMax answered with another`);
  switch (refund.status) {
    case 'REFUND_PENDING':
      return { state: 'pending' };
    case 'REFUND_FAILED':
      return {
        state: 'failed',
        message: 'PayerMax says that the refund failed',
        providerCode: refund.status,
      };
    case 'REFUND_SUCCESS': {
      const amount = readAmount(refund.amount, refund.currency);
      if (amount !== null && refund.currency !== null)
        return { state: 'succeeded', amount, currency: refund.currency };
      return unclear('PayerMax says refunded, but no amount that can be read');
    }
    default:
      return unclear('PayerMax gives a refund status that is not documented');
  }
}

/** An order's life as PayerMax will have it, in whole seconds: they raise and cut it silently (§8). */
export function expireTimeOf(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), MIN_EXPIRE_TIME), MAX_EXPIRE_TIME);
}

/**
 * When an order that is sent now can no longer appear or be paid (RFC 3339): it may be accepted until its
 * `requestTime` is two minutes old, then lives for its expiry time, and a margin (§7.4). Before that,
 * ORDER_NOT_EXIST proves nothing.
 */
export function settledAfter(
  expireTimeSeconds: number,
  { settleMarginMs }: { settleMarginMs: number },
  nowMs: number,
): string {
  const closes = nowMs + REQUEST_TIME_WINDOW_MS + expireTimeOf(expireTimeSeconds) * 1_000;
  return new Date(closes + settleMarginMs).toISOString();
}
