import type { z } from 'zod';
import type { CallFacts } from '../call-facts';
import type { CallAnswer, CompanyCall, IncomingCall } from '../call-serving';
import type { Json } from '../exact-json';
import type { Account } from './accounts';
import { checkedAmount } from './amounts';
import { majorOf } from './currencies';
import { textAt } from './envelope';
import { accepted, PayerMaxRefusal, refused } from './errors';
import { gatewayCall, type GatewayServices } from './gateway-services';
import { newNumber } from './identifiers';
import type { Order, Refund, RefundStatus } from './order';
import { refundAnswerData, refundQueryAnswerData } from './order-wire';
import { checkedParams, refundQuerySchema, refundSchema } from './requests';
import type { Settings } from './settings';

const DAY_MS = 86_400_000;

/** In the currency's major units (docs/providers/payermax.md §11). */
const STEERING_AMOUNTS: Readonly<Record<string, RefundStatus>> = {
  10000: 'REFUND_FAILED',
  102: 'REFUND_FAILED',
  20000: 'REFUND_PENDING',
  202: 'REFUND_PENDING',
};

/** Refunds (docs/providers/payermax.md §3.5, §3.6). Their calls' `subject` is the merchant's refund number. */
export function refundCalls(services: GatewayServices): readonly CompanyCall[] {
  const { ledger } = services;
  const aboutRefund = (call: IncomingCall): CallFacts => {
    const outRefundNo = textAt(call, 'data', 'outRefundNo');
    const named =
      textAt(call, 'data', 'outTradeNo') ??
      ledger.getOrder(textAt(call, 'data', 'tradeToken') ?? '')?.outTradeNo;
    if (outRefundNo !== undefined && named !== undefined) ledger.rememberRefundNumber(outRefundNo, named);
    return { subject: outRefundNo, reference: named ?? ledger.referenceOfRefund(outRefundNo ?? '') };
  };
  const aboutQuery = (call: IncomingCall): CallFacts => {
    const refund = ledger.getRefund(textAt(call, 'data', 'refundTradeNo') ?? '');
    const outRefundNo = refund?.outRefundNo ?? textAt(call, 'data', 'outRefundNo');
    return {
      subject: outRefundNo,
      reference: refund?.order.outTradeNo ?? ledger.referenceOfRefund(outRefundNo ?? ''),
    };
  };
  return [
    gatewayCall(services, 'refund', aboutRefund, (account, data) => refund(services, account, data)),
    gatewayCall(services, 'refundQuery', aboutQuery, (account, data) => queryRefund(services, account, data)),
  ];
}

function refund(services: GatewayServices, account: Account, data: Json): CallAnswer {
  const request = checkedParams(data, refundSchema);
  const earlier = services.ledger.refundByNumber(account, request.outRefundNo);
  if (earlier !== undefined) return repeatAnswer(services, earlier);
  const order = wantedOrder(services, account, request);
  const settings = services.settings.of(account.appId);
  const amountMinor = refundableAmount(services, order, request, settings);
  const createdMs = services.clock.now();
  const made = services.ledger.putRefund({
    refundTradeNo: newNumber('R', createdMs),
    outRefundNo: request.outRefundNo,
    order,
    amountMinor,
    status: 'REFUND_PENDING',
    createdMs,
    finishedMs: undefined,
    notifyUrl: request.refundNotifyUrl,
  });
  return services.ledger.keepFirstAnswer(made.refundTradeNo, played(services, made, settings));
}

function wantedOrder(
  services: GatewayServices,
  account: Account,
  { outTradeNo, tradeToken }: z.infer<typeof refundSchema>,
): Order {
  const order =
    outTradeNo === undefined
      ? services.ledger.getOrder(tradeToken ?? '')
      : services.ledger.orderByNumber(account, outTradeNo);
  const isOther = tradeToken !== undefined && order?.tradeToken !== tradeToken;
  if (order === undefined || order.account !== account || isOther) {
    throw new PayerMaxRefusal('ORDER_NOT_EXIST', 'The order does not exist.');
  }
  return order;
}

/** The preconditions of §3.5. Which code answers which is assumed, but for the balance. */
function refundableAmount(
  services: GatewayServices,
  order: Order,
  request: z.infer<typeof refundSchema>,
  settings: Settings,
): number {
  if (order.status !== 'SUCCESS') throw new PayerMaxRefusal('REFUND_FAILED', 'The order is not paid.');
  if (request.refundCurrency !== order.currency) {
    throw new PayerMaxRefusal('CURRENCY_INVALID', 'The order is in another currency');
  }
  const amountMinor = checkedAmount(request.refundAmount, order.currency);
  const others = services.ledger.refundsOf(order).filter(({ status }) => status !== 'REFUND_FAILED');
  if (others.some(({ status }) => status === 'REFUND_PENDING')) {
    throw new PayerMaxRefusal('REFUND_FAILED', 'Another refund of the order is in progress.');
  }
  const leftMinor = others.reduce((left, other) => left - other.amountMinor, order.amountMinor);
  if (amountMinor > leftMinor) {
    throw new PayerMaxRefusal('AMOUNT_INVALID', 'The amount is above what is still refundable.');
  }
  const paidMs = order.completedMs ?? order.createdMs;
  if (services.clock.now() > paidMs + settings.refundWindowDays * DAY_MS) {
    throw new PayerMaxRefusal('REFUND_FAILED', 'The time for refunds of this order is over.');
  }
  if (!settings.refundBalanceCovers) {
    throw new PayerMaxRefusal('REFUND_INSUFFICIENT_BALANCE', 'The balance does not cover the refund.');
  }
  return amountMinor;
}

/** The answer says REFUND_PENDING, or REFUND_FAILED, and never more; the callback says the end (§2). */
function played(services: GatewayServices, made: Refund, settings: Settings): CallAnswer {
  const outcome = outcomeOf(made, settings);
  const pending = accepted(refundAnswerData(made));
  if (outcome === 'REFUND_PENDING') return pending;
  if (outcome === 'REFUND_FAILED' && settings.refundFailsAtOnce) {
    const failed = services.desk.endRefund(made, outcome);
    return withCallback(services, accepted(refundAnswerData(failed)), failed);
  }
  if (settings.refundSettleDelayMs > 0) {
    services.desk.endRefundLater(made, settings.refundSettleDelayMs, outcome);
    return pending;
  }
  return withCallback(services, pending, services.desk.endRefund(made, outcome));
}

function outcomeOf(made: Refund, settings: Settings): RefundStatus {
  if (settings.refundOutcome !== 'by_amount') return settings.refundOutcome;
  const major = majorOf(made.amountMinor, made.order.currency).text.replace(/\.0+$/, '');
  return STEERING_AMOUNTS[major] ?? 'REFUND_SUCCESS';
}

function withCallback(services: GatewayServices, answer: CallAnswer, ended: Refund): CallAnswer {
  return { ...answer, notifications: [services.desk.refundNotification(ended)] };
}

/** Never refunds again (§12 no. 5). */
function repeatAnswer(services: GatewayServices, earlier: Refund): CallAnswer {
  switch (services.settings.of(earlier.order.account.appId).repeatAnswer) {
    case 'order_repeat':
      return refused('ORDER_REPEAT', 'The refund already exists.', refundAnswerData(earlier));
    case 'order_repeat_without_data':
      return refused('ORDER_REPEAT', 'The refund already exists.');
    case 'first_answer': {
      const { notifications: _told, ...first } =
        services.ledger.firstAnswer(earlier.refundTradeNo) ?? accepted(refundAnswerData(earlier));
      return first;
    }
  }
}

function queryRefund(services: GatewayServices, account: Account, data: Json): CallAnswer {
  const { outRefundNo, refundTradeNo } = checkedParams(data, refundQuerySchema);
  const found =
    refundTradeNo === undefined
      ? services.ledger.refundByNumber(account, outRefundNo ?? '')
      : services.ledger.getRefund(refundTradeNo);
  const settings = services.settings.of(account.appId);
  if (found === undefined || found.order.account !== account) {
    throw new PayerMaxRefusal(settings.unknownRefundCode, 'The refund does not exist.');
  }
  return accepted(refundQueryAnswerData(found, settings.refundQueryOddities));
}
