import type { JsonObject } from '../exact-json';
import { majorOf } from './currencies';
import type { Order, Refund } from './order';

/** `data` of the answer to orderAndPay (docs/providers/payermax.md §3.3). */
export function payAnswerData(order: Order, publicUrl: string): JsonObject {
  const mustRedirect = order.threeDs && order.status === 'PENDING';
  return {
    outTradeNo: order.outTradeNo,
    tradeToken: order.tradeToken,
    status: order.status,
    redirectUrl: mustRedirect ? threeDsUrl(order, publicUrl) : undefined,
  };
}

/** Where the payer proves who they are. */
export function threeDsUrl(order: Order, publicUrl: string): string {
  return `${publicUrl}/3ds/${order.tradeToken}`;
}

/** `data` of the answer to orderQuery (§3.4). */
export function queryAnswerData(order: Order): JsonObject {
  return {
    ...orderFacts(order),
    resultCode: order.failure?.code,
    resultMsg: order.failure?.msg,
    channelNo: 'SANDBOXCHANNEL1',
    createTime: timestamp(order.createdMs),
    completeTime: timestampOrAbsent(order.completedMs),
  };
}

/** The payment callback (§5.1): `code` is the failure's when the order is not paid. */
export function orderCallback(order: Order, nowMs: number): JsonObject {
  return {
    code: order.failure?.code ?? 'APPLY_SUCCESS',
    msg: order.failure?.msg ?? 'Success.',
    ...callbackHead(order, nowMs),
    notifyType: 'PAYMENT',
    // The documented CLOSED example has no completeTime.
    data: {
      ...orderFacts(order),
      completeTime: order.status === 'CLOSED' ? undefined : timestampOrAbsent(order.completedMs),
    },
  };
}

/** `data` of the answer to refund (§3.5). */
export function refundAnswerData(refund: Refund): JsonObject {
  return {
    outRefundNo: refund.outRefundNo,
    tradeOrderNo: refund.order.tradeToken,
    refundTradeNo: refund.refundTradeNo,
    status: refund.status,
  };
}

/** `data` of the answer to refundQuery (§3.6), with the two oddities of the OpenAPI text when asked for. */
export function refundQueryAnswerData(refund: Refund, oddities: boolean): JsonObject {
  const { refundAmount, ...facts } = refundFacts(refund);
  const isPending = refund.status === 'REFUND_PENDING';
  return {
    ...facts,
    ...(oddities ? { totalAmount: refundAmount } : { refundAmount }),
    status: oddities && isPending ? `${refund.status}\t` : refund.status,
    resultMsg: refund.status === 'REFUND_FAILED' ? 'Refund failed.' : undefined,
  };
}

/** The refund callback (§5.2). */
export function refundCallback(refund: Refund, nowMs: number): JsonObject {
  return {
    code: 'APPLY_SUCCESS',
    msg: 'Success.',
    ...callbackHead(refund.order, nowMs),
    notifyType: 'REFUND',
    data: refundFacts(refund),
  };
}

function callbackHead({ account }: Pick<Order, 'account'>, nowMs: number): JsonObject {
  return {
    keyVersion: '1',
    appId: account.appId,
    merchantNo: account.merchantNo,
    notifyTime: timestamp(nowMs),
  };
}

function orderFacts(order: Order): JsonObject {
  const amount = majorOf(order.amountMinor, order.currency);
  const { card } = order;
  return {
    outTradeNo: order.outTradeNo,
    tradeToken: order.tradeToken,
    totalAmount: amount,
    currency: order.currency,
    country: order.country,
    status: order.status,
    reference: order.merchantReference,
    paymentDetails:
      order.status !== 'SUCCESS'
        ? []
        : [
            {
              paymentMethodType: 'CARD',
              targetOrg: card.org,
              payAmount: amount,
              payCurrency: order.currency,
              cardInfo: {
                cardOrg: card.org,
                cardType: 'CREDIT',
                cardBinNo: card.bin,
                cardLast4: card.last4,
                cardIdentifierNo: card.masked,
                cardExpirationMonth: card.expirationMonth,
                cardExpirationYear: card.expirationYear,
              },
            },
          ],
  };
}

function refundFacts(refund: Refund): JsonObject {
  return {
    outRefundNo: refund.outRefundNo,
    refundTradeNo: refund.refundTradeNo,
    outTradeNo: refund.order.outTradeNo,
    refundAmount: majorOf(refund.amountMinor, refund.order.currency),
    refundCurrency: refund.order.currency,
    status: refund.status,
    refundFinishTime: timestampOrAbsent(refund.finishedMs),
  };
}

function timestamp(atMs: number): string {
  return new Date(atMs).toISOString();
}

function timestampOrAbsent(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : timestamp(atMs);
}
