import type { SandboxClock } from '../clock';
import type { Notification } from '../webhook-delivery';
import { orderNotification, refundNotification } from './callbacks';
import { newNumber } from './identifiers';
import type { Ledger } from './ledger';
import type { Order, OrderStatus, Refund } from './order';
import type { SettingsBook } from './settings';

interface DeskServices {
  readonly clock: SandboxClock;
  readonly ledger: Ledger;
  readonly settings: SettingsBook;
  /** Sends what no call is answered with: what the clock, the payer or control brought. */
  readonly notify: (notification: Notification) => void;
}

export type Failure = NonNullable<Order['failure']>;

const NOT_IN_TIME: Failure = { code: 'PAYMENT_FAILED', msg: 'Payment was not completed in time.' };

/** Moves orders and refunds through their lives; every change goes through here, into the ledger. */
export class OrderDesk {
  constructor(private readonly services: DeskServices) {}

  /** Stores a new PENDING order, which the clock closes unless it ends before. */
  open(order: Order): Order {
    this.services.ledger.putOrder(order);
    this.services.clock.schedule(order.closesMs, () => {
      const current = this.services.ledger.getOrder(order.tradeToken);
      if (current?.status === 'PENDING') this.endAndTell(current, 'CLOSED', NOT_IN_TIME);
    });
    return order;
  }

  /** Ends an order; SUCCESS takes the money, in the same step. Says nothing to anybody. */
  end(order: Order, status: Exclude<OrderStatus, 'PENDING'>, failure?: Failure): Order {
    const { clock, ledger } = this.services;
    const completedMs = clock.now();
    if (status === 'SUCCESS') {
      ledger.addCharge({
        id: newNumber('C', completedMs),
        tradeToken: order.tradeToken,
        reference: order.outTradeNo,
        amountMinor: order.amountMinor,
        currency: order.currency,
        at: new Date(completedMs).toISOString(),
      });
    }
    return ledger.putOrder({ ...order, status, failure, completedMs });
  }

  /** Ends an order and sends the callback. */
  endAndTell(order: Order, status: Exclude<OrderStatus, 'PENDING'>, failure?: Failure): Order {
    const ended = this.end(order, status, failure);
    this.services.notify(this.orderNotification(ended));
    return ended;
  }

  /** Closes what was not paid in time, now. */
  expire(order: Order): Order {
    return this.endAndTell(order, 'CLOSED', NOT_IN_TIME);
  }

  /** Ends an order `delayMs` from now, unless it ended before. */
  endLater(order: Order, delayMs: number, status: 'SUCCESS' | 'FAILED', failure?: Failure): void {
    this.services.clock.schedule(this.services.clock.now() + delayMs, () => {
      const current = this.services.ledger.getOrder(order.tradeToken);
      if (current?.status === 'PENDING') this.endAndTell(current, status, failure);
    });
  }

  endRefund(refund: Refund, status: 'REFUND_SUCCESS' | 'REFUND_FAILED'): Refund {
    return this.services.ledger.putRefund({ ...refund, status, finishedMs: this.services.clock.now() });
  }

  endRefundAndTell(refund: Refund, status: 'REFUND_SUCCESS' | 'REFUND_FAILED'): Refund {
    const ended = this.endRefund(refund, status);
    this.services.notify(this.refundNotification(ended));
    return ended;
  }

  endRefundLater(refund: Refund, delayMs: number, status: 'REFUND_SUCCESS' | 'REFUND_FAILED'): void {
    this.services.clock.schedule(this.services.clock.now() + delayMs, () => {
      const current = this.services.ledger.getRefund(refund.refundTradeNo);
      if (current?.status === 'REFUND_PENDING') this.endRefundAndTell(current, status);
    });
  }

  orderNotification(order: Order): Notification {
    return orderNotification(this.services, order);
  }

  refundNotification(refund: Refund): Notification {
    return refundNotification(this.services, refund);
  }
}
