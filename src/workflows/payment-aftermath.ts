import { allHandlersFinished, condition, log, metricMeter, proxyActivities } from '@temporalio/workflow';
import type { RefundActivities } from '../activities/refunds';
import { PAID_TWICE } from '../contract/metrics';
import type { ClosedPayment } from '../contract/workflow';
import { capabilitiesOf } from '../domain/capabilities';
import { WATCH_WINDOW_MS } from '../domain/look-up-schedule';
import { type Payment, referenceAtProvider, type ReviewReason } from '../domain/payment';
import type { Finding, ProviderMoney } from '../domain/provider-answer';
import { isPatched } from './patches';
import { PaymentCore } from './payment-core';
import { giveBack } from './refunding';

const { handOverRefunds } = proxyActivities<RefundActivities>({
  summary: 'hand over refunds seen',
  startToCloseTimeout: 20_000,
});

const NOT_ASKED = 'nothing was sent: the provider could not be asked what it received; decide again';

/** What can still happen after the end: late truth, a person's decision. */
export class PaymentAftermath extends PaymentCore {
  private watchForMs = WATCH_WINDOW_MS;
  private watchUntil = Infinity;
  /** When the watch ends though the provider has not answered. */
  private giveUpAt = Infinity;
  /** Whether only an answer of the provider is still waited for. */
  private overtime = false;
  private late = false;
  private handedOver = false;

  /** Asks once more about a payment that has closed; it is then watched for a while only. */
  async lookAgain(watchForMs: number): Promise<void> {
    this.late = true;
    this.watchForMs = watchForMs;
    this.judgeLate(await this.lookUp());
  }

  /** Waits until the end is certain. Then the payment is closed. */
  async settle(): Promise<Payment> {
    for (;;) {
      await this.untilCertain();
      this.record.publish();
      this.inbox.close();
      if (this.seenRefunds && (this.seenRefunds.length > 0 || this.late || this.mayHaveGone())) {
        this.handedOver = true;
        await handOverRefunds(this.closed(), this.seenRefunds);
      }
      await this.record.flushed();
      await condition(allHandlersFinished);
      // A callback that came in the meantime was acknowledged, so it must not be lost.
      if (!this.mayHaveNews()) return this.record.payment;
      const finding = await this.lookUp();
      this.judgeLate(finding);
      this.tellSignedSurplus();
      if (!finding) this.watchAgain();
    }
  }

  /** Whether refunds were handed over that the provider no longer shows. */
  private mayHaveGone(): boolean {
    return this.handedOver && isPatched('news-of-refunds-is-told');
  }

  /** After a success only another charge is news, and refunds where look-ups show them. */
  private mayHaveNews(): boolean {
    const { status, provider, review } = this.record.payment;
    if (status !== 'succeeded') return this.inbox.lookUpAsked;
    if (review === null && this.anotherChargeIsSigned()) return true;
    return this.inbox.lookUpAsked && capabilitiesOf(provider).seesRefunds;
  }

  private watchAgain(): void {
    this.endIsCertain = false;
    this.startLookingUp();
  }

  private async untilCertain(): Promise<void> {
    this.startWatch();
    while (this.record.status === 'needs_review' || !this.endIsCertain) {
      const turn = await this.turn(this.record.status === 'needs_review' ? Infinity : this.watchUntil);
      if (turn === 'resolved') this.endByPerson();
      if (turn === 'deadline') await this.watchIsOver();
      if (turn === 'look_up') await this.lookOn();
      if (turn === 'refund') await this.refundAfterReview();
    }
  }

  /** What was signed before has been weighed by whoever decided. */
  private endByPerson(): void {
    this.endIsCertain = true;
    this.inbox.paidProofs.length = 0;
  }

  private startWatch(): void {
    this.watchUntil = Date.now() + this.watchForMs;
    this.giveUpAt = this.watchUntil + this.watchForMs;
    this.overtime = false;
  }

  private async lookOn(): Promise<void> {
    const finding = await this.lookUp();
    // Whoever decided meanwhile did not know this answer. What gives money back begins with a question of its own.
    if (this.inbox.refundDecided && isPatched('decisions-stand')) return;
    this.judgeLate(finding);
    const open = this.record.status !== 'needs_review' && !this.endIsCertain;
    if (this.overtime && open && isAnswer(finding)) this.endWatch();
  }

  /** A watch ends with an answer: what was missed while nobody could ask is found now. */
  private async watchIsOver(): Promise<void> {
    if (Date.now() >= this.giveUpAt || !isPatched('a-watch-ends-with-an-answer')) return this.endWatch();
    this.overtime = true;
    this.watchUntil = this.giveUpAt;
    await this.lookOn();
  }

  /** The provider signed a success that no look-up has shown: that is for a person. */
  private endWatch(): void {
    this.endIsCertain = true;
    if (this.ownProofs().length > 0 && this.record.status !== 'succeeded') {
      this.recordReview('unexpected_answer', 'the provider signed a success that its look-ups do not show');
    }
  }

  /** A person decided to give the money back: the payment ends as failed when that is done. It is sent once. */
  private async refundAfterReview(): Promise<void> {
    const { refunds } = this.port;
    const { payment, private: hidden } = this.record;
    if (refunds.rule === 'none' || payment.providerReference === null) {
      return this.inbox.refundEnded('the provider has no refunds, or does not know the payment');
    }
    const times = (hidden.reviewRefunds ?? 0) + 1;
    const again = times > 1 && isPatched('a-refund-tried-again-has-its-own-reference') ? times : '';
    this.refunding = true;
    this.record.keepPrivate({ refundInDoubt: true, reviewRefunds: times });
    this.record.note({ from: 'operator', type: 'refunding', detail: 'giving the money back' });
    this.record.publish();
    const other = await this.otherMoneyReceived();
    if (other === 'unknown') return this.notGivenBack({ status: 'failed', detail: NOT_ASKED });
    const amount = other ? this.smallerOf(other) : payment.amountReceived;
    const isNews = amount < payment.amountReceived || !hidden.refundContradicted;
    if (other && isNews && isPatched('other-money-is-decided-about-again'))
      return this.decideAgain(other, amount);
    if (other) {
      const detail = `the provider now says that ${other.amount} ${other.currency} (minor units) were received`;
      this.record.note({ from: 'provider', type: 'received_other', detail });
    }
    const end = await giveBack(refunds, {
      paymentId: payment.id,
      // One that failed keeps its reference at the provider: another under it could not be told from it.
      refundReference: `${referenceAtProvider(payment.id)}review${again}`,
      connection: payment.connection,
      providerReference: payment.providerReference,
      chargeReference: hidden.chargeReference ?? null,
      amount,
      currency: payment.currency,
      reason: null,
      providerRefundReference: null,
      webhookUrl: this.request.urls.webhook,
    });
    if (end.status !== 'succeeded') return this.notGivenBack(end);
    this.refundIsOver('certain');
    this.record.become(
      'failed',
      { from: 'operator', type: 'refunded', detail: 'the money was given back after a review' },
      {
        amountReceived: amount,
        amountRefunded: amount,
        review: null,
        failure: { code: 'refunded_after_review', message: 'the money was given back after a review' },
      },
    );
    this.endIsCertain = true;
    this.inbox.refundEnded(null);
  }

  /** Another decision may be taken; while it is in doubt what became of this one, none that gives money back. */
  private refundIsOver(how: 'certain' | 'in doubt'): void {
    this.refunding = false;
    if (how === 'certain') this.record.keepPrivate({ refundInDoubt: false });
  }

  /** Whoever decided may have gone by now, so the backend is told. */
  private notGivenBack({ status, detail }: { status: 'failed' | 'unknown'; detail: string }): void {
    const doubt = status === 'unknown';
    this.refundIsOver(doubt ? 'in doubt' : 'certain');
    const fact = {
      from: 'provider',
      type: doubt ? 'refund_in_doubt' : 'refund_failed',
      detail: doubt
        ? `the money may have been given back, look into the provider's books: ${detail}`
        : detail,
    } as const;
    if (isPatched('news-of-refunds-is-told')) this.record.tell('payment.needs_review', fact, {});
    else this.record.note(fact);
    this.inbox.refundEnded(fact.detail);
  }

  /** What the provider now says it received, when that is not what the decision was about. One answer may have been wrong. */
  private async otherMoneyReceived(): Promise<ProviderMoney | 'unknown' | null> {
    const { amountReceived, currency } = this.record.payment;
    if (!isPatched('money-to-give-back-is-asked-for-again')) return null;
    const finding = await this.lookUp();
    if (!isAnswer(finding) && isPatched('other-money-is-decided-about-again')) return 'unknown';
    if (finding?.state !== 'paid') return null;
    return finding.currency === currency && finding.amount === amountReceived ? null : finding;
  }

  /** What is too much does not return. */
  private smallerOf({ amount, currency }: ProviderMoney): number {
    const { payment } = this.record;
    const comparable = currency === payment.currency && amount > 0;
    return comparable ? Math.min(payment.amountReceived, amount) : payment.amountReceived;
  }

  /** Nothing was sent: whoever decided is told what the provider says now, and so is the backend. */
  private decideAgain(money: ProviderMoney, amount: number): void {
    const { amountReceived, currency, review } = this.record.payment;
    const detail =
      `${amountReceived} ${currency} were to be given back, and the provider now says that ${money.amount} ${money.currency} ` +
      `were received (minor units): decide again, about ${amount} ${currency}`;
    this.refundIsOver('certain');
    this.record.keepPrivate({ refundContradicted: true });
    const reason = this.differs(money)?.reason ?? review?.reason ?? 'amount_mismatch';
    this.recordReview(reason, detail, { ...money, amount, currency });
    this.inbox.refundEnded(detail);
  }

  private closed(): ClosedPayment {
    return { request: this.request, payment: this.record.payment, private: this.record.private };
  }

  private judgeLate(finding: Finding | null): void {
    if (finding?.state === 'paid') this.judgeLatePayment(finding);
    if (finding?.state !== 'ended' || Date.now() <= this.unsettledUntil) return;
    if (this.record.status === 'needs_review') {
      if (!this.truthIsMissing()) return;
      this.recordEnd({ ...finding, end: 'failed' });
      this.startWatch();
      this.startLookingUp();
    }
    if (this.record.status !== 'needs_review' && this.port.endsAreFinal) this.endIsCertain = true;
  }

  private judgeLatePayment(money: ProviderMoney): void {
    const { status, failure } = this.record.payment;
    this.seenRefunds = money.refunds;
    if (status === 'succeeded') this.recordSurplus(money);
    if (status === 'succeeded' || failure?.code === 'refunded_after_review') {
      this.endIsCertain = true;
      return;
    }
    const difference = this.differs(money);
    // Somebody was told of two amounts, and decides; then the provider is asked again.
    if (status === 'needs_review' && this.record.private.refundContradicted) return;
    if (status !== 'needs_review') {
      this.recordReview('paid_after_end', `the provider says it was paid, after it was ${status}`, money);
    } else if (difference) {
      if (this.isNews(difference, money)) this.recordReview(difference.reason, difference.detail, money);
    } else if (this.truthIsMissing()) {
      this.recordPaid(money);
    }
  }

  /** A success stays one, but the payer paid more than once: a person gives the rest back. */
  private recordSurplus({ amount, currency }: ProviderMoney): void {
    const { amountReceived } = this.record.payment;
    if (currency !== this.request.currency || amount <= amountReceived) return;
    const detail = `${amount} ${currency} (minor units) were received in all, ${this.request.amount} were asked for`;
    this.tellSurplus('amount_mismatch', detail, amount);
  }

  /** The provider signed another charge that its look-up does not show (yet): a person looks whether it is there. */
  private tellSignedSurplus(): void {
    const { status, review, amountReceived } = this.record.payment;
    if (status !== 'succeeded' || review !== null || !this.anotherChargeIsSigned()) return;
    const detail = 'the provider signed a second charge that its look-up does not show';
    this.tellSurplus('unexpected_answer', detail, amountReceived);
  }

  private tellSurplus(reason: ReviewReason, detail: string, amountReceived: number): void {
    const review = { reason, detail, since: new Date().toISOString() };
    const fact = { from: 'provider', type: 'received_more', detail } as const;
    this.record.tell('payment.needs_review', fact, { amountReceived, review });
    log.warn('a payer paid more than once', { paymentId: this.request.id });
    metricMeter.createCounter(PAID_TWICE).add(1);
  }

  private anotherChargeIsSigned(): boolean {
    const { chargeReference: known } = this.record.private;
    if (known === undefined) return false;
    return this.ownProofs().some(
      ({ chargeReference = known }) => !known.split(', ').includes(chargeReference),
    );
  }

  /** Otherwise every callback about a payment under review would tell its backend, and lengthen its timeline. */
  private isNews(
    { reason, detail }: { reason: ReviewReason; detail: string },
    money: ProviderMoney,
  ): boolean {
    const { review, amountReceived } = this.record.payment;
    const sameAmount = money.currency !== this.request.currency || money.amount === amountReceived;
    return !sameAmount || review?.reason !== reason || review.detail !== detail;
  }

  /** Whether the review is only for want of the provider's word: that word then ends it. */
  private truthIsMissing(): boolean {
    const reason = this.record.payment.review?.reason;
    return reason === 'outcome_unknown' || reason === 'unexpected_answer';
  }
}

function isAnswer(finding: Finding | null): boolean {
  return finding !== null && finding.state !== 'unclear';
}
