import { allHandlersFinished, condition, proxyActivities } from '@temporalio/workflow';
import type { RefundActivities } from '../activities/refunds';
import type { ClosedPayment } from '../contract/workflow';
import { WATCH_WINDOW_MS } from '../domain/look-up-schedule';
import type { Payment } from '../domain/payment';
import type { Finding, ProviderMoney } from '../domain/provider-answer';
import { PaymentCore } from './payment-core';
import { giveBack } from './refunding';

const { handOverRefunds } = proxyActivities<RefundActivities>({
  summary: 'hand over refunds seen',
  startToCloseTimeout: 20_000,
});

/** What can still happen after the end: late truth, a person's decision. */
export class PaymentAftermath extends PaymentCore {
  private watchForMs = WATCH_WINDOW_MS;

  /** Asks once more about a payment that has closed; it is then watched for a while only. */
  async lookAgain(watchForMs: number): Promise<void> {
    this.watchForMs = watchForMs;
    this.judgeLate(await this.lookUp());
  }

  /** Waits until the end is certain. Then the payment is closed. */
  async settle(): Promise<Payment> {
    const watchUntil = Date.now() + this.watchForMs;
    while (this.record.status === 'needs_review' || !this.endIsCertain) {
      const turn = await this.turn(this.record.status === 'needs_review' ? Infinity : watchUntil);
      if (turn === 'resolved' || turn === 'deadline') this.endIsCertain = true;
      if (turn === 'look_up') this.judgeLate(await this.lookUp());
      if (turn === 'refund') await this.refundAfterReview();
    }
    this.record.publish();
    this.inbox.close();
    if (this.seenRefunds.length > 0) await handOverRefunds(this.closed(), this.seenRefunds);
    await this.record.flushed();
    await condition(allHandlersFinished);
    return this.record.payment;
  }

  /** A person decided to give the money back: the payment ends as failed when that is done. */
  private async refundAfterReview(): Promise<void> {
    const { refunds } = this.port;
    const { payment, private: hidden } = this.record;
    if (refunds.rule === 'none' || payment.providerReference === null) return;
    this.record.note({ from: 'operator', type: 'refunding', detail: 'giving the money back' });
    this.record.publish();
    const end = await giveBack(refunds, {
      paymentId: payment.id,
      refundReference: `${payment.id.replace('_', '')}review`,
      connection: payment.connection,
      providerReference: payment.providerReference,
      chargeReference: hidden.chargeReference ?? null,
      amount: payment.amountReceived,
      currency: payment.currency,
      reason: null,
      providerRefundReference: null,
      webhookUrl: this.request.urls.webhook,
    });
    if (end.status !== 'succeeded') {
      this.record.note({ from: 'provider', type: 'refund_failed', detail: end.detail });
      this.inbox.refundEnded(end.detail);
      return;
    }
    this.record.become(
      'failed',
      { from: 'operator', type: 'refunded', detail: 'the money was given back after a review' },
      {
        amountRefunded: payment.amountReceived,
        review: null,
        failure: { code: 'refunded_after_review', message: 'the money was given back after a review' },
      },
    );
    this.endIsCertain = true;
    this.inbox.refundEnded(null);
  }

  private closed(): ClosedPayment {
    return { request: this.request, payment: this.record.payment, private: this.record.private };
  }

  private judgeLate(finding: Finding | null): void {
    if (finding?.state === 'paid') this.judgeLatePayment(finding);
    if (finding?.state !== 'ended' || Date.now() <= this.unsettledUntil) return;
    if (this.record.status === 'needs_review') {
      if (this.truthIsMissing()) this.recordEnd({ ...finding, end: 'failed' });
    }
    if (this.record.status !== 'needs_review' && this.port.endsAreFinal) this.endIsCertain = true;
  }

  private judgeLatePayment(money: ProviderMoney): void {
    const { status } = this.record;
    this.seenRefunds = money.refunds ?? [];
    if (status === 'succeeded') {
      this.endIsCertain = true;
      return;
    }
    const difference = this.differs(money);
    if (status !== 'needs_review') {
      this.recordReview('paid_after_end', `the provider says it was paid, after it was ${status}`, money);
    } else if (difference) {
      this.recordReview(difference.reason, difference.detail, money);
    } else if (this.truthIsMissing()) {
      this.recordPaid(money);
    }
  }

  /** Whether the review is only for want of the provider's word: that word then ends it. */
  private truthIsMissing(): boolean {
    const reason = this.record.payment.review?.reason;
    return reason === 'outcome_unknown' || reason === 'unexpected_answer';
  }
}
