import type { Account } from './accounts';
import type { Card } from './card';

export type OrderStatus = 'PENDING' | 'SUCCESS' | 'FAILED' | 'CLOSED';
export type RefundStatus = 'REFUND_PENDING' | 'REFUND_SUCCESS' | 'REFUND_FAILED';

/** A payment order; amounts are ISO 4217 minor units, instants epoch milliseconds. */
export interface Order {
  readonly tradeToken: string;
  readonly account: Account;
  readonly outTradeNo: string;
  readonly subject: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly country: string;
  readonly userId: string;
  readonly card: Card;
  readonly status: OrderStatus;
  /** Why it FAILED or was CLOSED. */
  readonly failure: { readonly code: string; readonly msg: string } | undefined;
  readonly createdMs: number;
  readonly closesMs: number;
  readonly completedMs: number | undefined;
  /** The payer must pass the 3DS page. */
  readonly threeDs: boolean;
  readonly merchantReference: string | undefined;
  readonly frontCallbackUrl: string | undefined;
  readonly notifyUrl: string | undefined;
}

/** A refund; the amount is in ISO 4217 minor units, instants epoch milliseconds. */
export interface Refund {
  readonly refundTradeNo: string;
  readonly outRefundNo: string;
  readonly order: Pick<Order, 'tradeToken' | 'outTradeNo' | 'account' | 'currency'>;
  readonly amountMinor: number;
  readonly status: RefundStatus;
  readonly createdMs: number;
  readonly finishedMs: number | undefined;
  readonly notifyUrl: string | undefined;
}

/** Money taken. */
export interface Charge {
  readonly id: string;
  readonly tradeToken: string;
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly at: string;
}
