import type { Finding, RefundFinding, Taking } from '../../../src/domain/provider-answer';
import type { ActivityEnd } from '../activity-calls';
import {
  type Activity,
  type Call,
  callOf,
  Company,
  type PayerAct,
  referenceOf,
  refundCallOf,
  REFUSED,
} from './company';

interface Order {
  reference: string;
  amount: number;
  currency: string;
  status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'CLOSED';
  /** Not shown before (epoch ms). */
  shownFrom: number;
}

interface Refund {
  amount: number;
  currency: string;
  status: 'pending' | 'succeeded' | 'failed';
}

/** docs/providers/payermax.md §8: two minutes to arrive; the shortest life of an order. */
const ARRIVES_WITHIN_MS = 120_000;
const ORDER_LIFE_MS = 1_800_000;
const SETTLE_MARGIN_MS = 600_000;
/** A refund to a card may take days. */
const SLOW_REFUND_MS = 3 * 86_400_000;

/** Drop-in: a session, then one order under our own number, which is paid at once, later, or after 3-D Secure. */
export class PayerMax extends Company {
  private readonly orders: Order[] = [];
  private readonly refunds = new Map<string, Refund[]>();

  readonly activities: Readonly<Record<string, Activity>> = {
    payerMaxApplySession: { kind: 'open', run: (call) => this.open(call) },
    payerMaxOrderQuery: {
      kind: 'read',
      run: (call) => this.reply(call.fault, () => this.findingOf(this.shownOrder)),
    },
    payerMaxOrderAndPay: { kind: 'take', run: (call) => this.take(call) },
    payerMaxRefund: { kind: 'refund', run: (call) => this.refund(call) },
    payerMaxRefundQuery: {
      kind: 'read_refund',
      run: (call) => this.reply(call.fault, () => this.refundFinding(call)),
    },
  };

  payer(act: PayerAct): void {
    const order = this.orders[0];
    // A failure may still turn into a success (§2: unknown).
    if (act === 'approve' && order && order.status !== 'SUCCESS') this.end(order, 'SUCCESS');
    if (act === 'decline' && order?.status === 'PENDING') this.end(order, 'FAILED');
  }

  private get shownOrder(): Order | undefined {
    return this.orders.find(({ shownFrom }) => shownFrom <= this.now);
  }

  private open(call: Call): Promise<ActivityEnd> {
    const fault = call.fault === 'unclear' || call.fault === 'lying_amount' ? 'refused' : call.fault;
    const opened = {
      outcome: 'opened',
      providerReference: referenceOf(callOf(call)),
      nextAction: { type: 'dropin', sessionKey: 'sk', clientKey: 'ck', environment: 'uat' },
    };
    return this.reply(fault, () => (fault === 'refused' ? REFUSED : opened));
  }

  private take(call: Call): Promise<ActivityEnd> {
    const { amount, currency } = callOf(call);
    if (call.fault === 'refused') return this.reply('ok', () => DECLINED);
    const sentAt = this.now;
    const order = () => this.place({ reference: referenceOf(callOf(call)), amount, currency });
    return this.write(call.fault, order, {
      notSent: { outcome: 'not_sent', detail: 'out of reach' },
      missing: () => ({
        outcome: 'unknown',
        detail: 'no answer',
        settledAfter: new Date(sentAt + ARRIVES_WITHIN_MS + ORDER_LIFE_MS + SETTLE_MARGIN_MS).toISOString(),
      }),
      latestMs: ARRIVES_WITHIN_MS,
    });
  }

  /** A repeated number is turned away or, at its worst, is one more order. */
  private place(facts: { reference: string; amount: number; currency: string }): Taking {
    const [earlier] = this.orders;
    if (earlier && this.world.schedule.guardsRepeats) return this.takingOf(earlier);
    const { bank } = this.world.schedule;
    const shownFrom = this.now + this.world.dice.roll(8_000);
    const order: Order = { ...facts, status: 'PENDING', shownFrom };
    this.orders.push(order);
    this.world.later(ORDER_LIFE_MS, () => {
      if (order.status === 'PENDING') this.end(order, 'CLOSED');
    });
    if (bank === 'at_once') this.end(order, 'SUCCESS');
    if (bank === 'declines') this.end(order, 'FAILED');
    if (bank === 'slowly') {
      this.world.later(this.world.dice.roll(ORDER_LIFE_MS), () => {
        if (order.status === 'PENDING') this.end(order, 'SUCCESS');
      });
    }
    return this.takingOf(order);
  }

  private takingOf(order: Order): Taking {
    const finding = this.findingOf(order);
    if (finding.state === 'paid') return { ...finding, outcome: 'succeeded' };
    if (finding.state === 'ended') return { ...finding, outcome: 'declined' };
    const asks = this.world.schedule.bank === 'asks_payer';
    return {
      outcome: 'pending',
      ...(asks && { nextAction: { type: 'redirect', url: 'https://3ds.example' } }),
    };
  }

  private end(order: Order, status: 'SUCCESS' | 'FAILED' | 'CLOSED'): void {
    order.status = status;
    if (status === 'SUCCESS') this.charge(order.amount, order.currency);
    const proven = this.findingOf(order);
    this.world.callBack({ id: `order-${status}`, statement: `order ${status}`, proven });
  }

  private findingOf(order: Order | undefined): Finding {
    if (!order) return { state: 'absent' };
    const { status, amount, currency, reference } = order;
    switch (status) {
      case 'PENDING':
        return { state: 'open' };
      case 'SUCCESS':
        return { state: 'paid', amount, currency, reference, chargeReference: 'T1' };
      case 'FAILED':
        return { state: 'ended', end: 'failed', code: 'declined', message: 'failed', providerCode: status };
      case 'CLOSED':
        return { state: 'ended', end: 'expired', code: 'authorization_ended', message: 'closed' };
    }
  }

  private refund(call: Call): Promise<ActivityEnd> {
    const { refundReference, amount, currency } = refundCallOf(call);
    if (call.fault === 'refused')
      return this.reply('ok', () => ({ outcome: 'declined', message: 'refused' }));
    const carryOut = () => {
      const earlier = this.refunds.get(refundReference) ?? [];
      if (earlier.length > 0 && this.world.schedule.guardsRepeats) return { outcome: 'pending' };
      const charged = this.ledger.charges.reduce((sum, one) => sum + one.amount, 0);
      if (amount > charged) return { outcome: 'declined', message: 'more than was paid' };
      const back = this.ledger.refunds.reduce((sum, one) => sum + one.amount, 0);
      if (this.world.schedule.guardsRepeats && back + amount > charged)
        return { outcome: 'declined', message: 'more than was paid' };
      const refund: Refund = { amount, currency, status: 'pending' };
      this.refunds.set(refundReference, [...earlier, refund]);
      this.settle(refund, refundReference);
      return { outcome: 'pending' };
    };
    return this.write(call.fault, carryOut, {
      notSent: { outcome: 'not_sent', detail: 'out of reach' },
      missing: () => ({ outcome: 'unknown', detail: 'no answer' }),
      latestMs: ARRIVES_WITHIN_MS,
    });
  }

  private settle(refund: Refund, refundReference: string): void {
    const { dice } = this.world;
    const fails = dice.roll(5) === 0;
    this.world.later(dice.roll(3) === 0 ? dice.roll(SLOW_REFUND_MS) : dice.roll(60_000), () => {
      refund.status = fails ? 'failed' : 'succeeded';
      if (!fails) this.giveBack(refund.amount, refund.currency);
      this.world.callBack({
        id: `${refundReference}-${refund.status}`,
        statement: 'refund',
        refundReference,
      });
    });
  }

  private refundFinding(call: Call): RefundFinding {
    const [refund] = this.refunds.get(refundCallOf(call).refundReference) ?? [];
    if (!refund) return { state: 'absent' };
    const { status, amount, currency } = refund;
    if (status === 'pending') return { state: 'pending' };
    return status === 'failed'
      ? { state: 'failed', message: 'failed' }
      : { state: 'succeeded', amount, currency };
  }
}

const DECLINED = {
  outcome: 'declined',
  end: 'failed',
  code: 'declined',
  message: 'the company declines',
} as const;
