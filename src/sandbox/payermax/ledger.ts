import type { CallAnswer } from '../call-serving';
import type { Account } from './accounts';
import type { Charge, Order, Refund } from './order';

/** What really happened at the company: what tests compare payments with. */
export class Ledger {
  private readonly orders = new Map<string, Order>();
  private readonly orderOfNumber = new Map<string, string>();
  private readonly newestOfReference = new Map<string, string>();
  private readonly charges = new Map<string, Charge>();
  private readonly refunds = new Map<string, Refund>();
  private readonly refundOfNumber = new Map<string, string>();
  private readonly referenceOfRefundNumber = new Map<string, string>();
  private readonly firstAnswers = new Map<string, CallAnswer>();

  putOrder(order: Order): Order {
    this.orders.set(order.tradeToken, order);
    this.orderOfNumber.set(numberKey(order.account, order.outTradeNo), order.tradeToken);
    this.newestOfReference.set(order.outTradeNo, order.tradeToken);
    return order;
  }

  getOrder(tradeToken: string): Order | undefined {
    return this.orders.get(tradeToken);
  }

  /** An account's order by its outTradeNo, compared without case (docs/providers/payermax.md §3.3). */
  orderByNumber(account: Account, outTradeNo: string): Order | undefined {
    return this.getOrder(this.orderOfNumber.get(numberKey(account, outTradeNo)) ?? '');
  }

  /** By tradeToken, or else the newest with this outTradeNo in any account. */
  findOrder(key: string): Order | undefined {
    return this.getOrder(key) ?? this.getOrder(this.newestOfReference.get(key) ?? '');
  }

  addCharge(charge: Charge): void {
    this.charges.set(charge.id, charge);
  }

  putRefund(refund: Refund): Refund {
    this.refunds.set(refund.refundTradeNo, refund);
    this.refundOfNumber.set(numberKey(refund.order.account, refund.outRefundNo), refund.refundTradeNo);
    return refund;
  }

  getRefund(refundTradeNo: string): Refund | undefined {
    return this.refunds.get(refundTradeNo);
  }

  refundByNumber(account: Account, outRefundNo: string): Refund | undefined {
    return this.getRefund(this.refundOfNumber.get(numberKey(account, outRefundNo)) ?? '');
  }

  /** By refundTradeNo, or else the newest with this outRefundNo in any account. */
  findRefund(key: string): Refund | undefined {
    return (
      this.getRefund(key) ??
      [...this.refunds.values()].reverse().find(({ outRefundNo }) => outRefundNo === key)
    );
  }

  refundsOf(order: Order): readonly Refund[] {
    return [...this.refunds.values()].filter((refund) => refund.order.tradeToken === order.tradeToken);
  }

  /** Which payment a refund number was named with, so that its queries are known even if no refund came of it. */
  rememberRefundNumber(outRefundNo: string, reference: string): void {
    this.referenceOfRefundNumber.set(outRefundNo, reference);
  }

  referenceOfRefund(outRefundNo: string): string | undefined {
    return this.referenceOfRefundNumber.get(outRefundNo);
  }

  /** What the first call with an order's or refund's number was answered. */
  keepFirstAnswer(id: string, answer: CallAnswer): CallAnswer {
    this.firstAnswers.set(id, answer);
    return answer;
  }

  firstAnswer(id: string): CallAnswer | undefined {
    return this.firstAnswers.get(id);
  }

  /** Everything, or what belongs to one outTradeNo, oldest first. */
  entries(reference: string | undefined) {
    const wanted = (outTradeNo: string): boolean => reference === undefined || outTradeNo === reference;
    return {
      orders: [...this.orders.values()].filter((order) => wanted(order.outTradeNo)),
      charges: [...this.charges.values()].filter((charge) => wanted(charge.reference)),
      refunds: [...this.refunds.values()].filter((refund) => wanted(refund.order.outTradeNo)),
    };
  }

  reset(): void {
    for (const store of [this.orders, this.charges, this.refunds, this.firstAnswers]) store.clear();
    for (const index of [
      this.orderOfNumber,
      this.newestOfReference,
      this.refundOfNumber,
      this.referenceOfRefundNumber,
    ]) {
      index.clear();
    }
  }
}

function numberKey(account: Account, number: string): string {
  return `${account.appId} ${number.toLowerCase()}`;
}
