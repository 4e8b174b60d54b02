import { ActivityFailure, ApplicationFailure, log, metricMeter, workflowInfo } from '@temporalio/workflow';
import { LONG_HISTORIES } from '../contract/metrics';
import type { ConfirmInput, PaymentPrivate } from '../contract/workflow';
import {
  COLLECT_GRACE_MS,
  gapBeforeLookUp,
  gapInSilence,
  isAskedAgainUnderReview,
} from '../domain/look-up-schedule';
import { type Payment, type PaymentRequest, referenceAtProvider, type ReviewReason } from '../domain/payment';
import type {
  Finding,
  ProviderCall,
  ProviderEnd,
  ProviderMoney,
  SeenRefund,
} from '../domain/provider-answer';
import { isEnd } from '../domain/status';
import { mismatch } from '../domain/verdict';
import { isPatched } from './patches';
import { GIVING_BACK, PaymentInbox } from './payment-inbox';
import { PaymentRecord } from './payment-record';
import type { ProviderPort } from './provider-port';

/** When it matters, this many answers in a row that mean nothing to us are a case for a person. */
const UNCLEAR_ANSWERS_FOR_REVIEW = 5;

/** Temporal ends a workflow at 51,200 events; a payment of two days with a look-up every 9 minutes has about 3,000. */
const LONG_HISTORY_EVENTS = 20_000;

/** Leaves the story: the payment has ended, or a person has to decide. */
export class StoryEnd extends Error {
  override name = 'StoryEnd';
}

/** What is known of the payment before this workflow began. */
export interface Known {
  payment: Payment;
  private: PaymentPrivate;
}

/** What every stage of a payment needs: asking the provider, judging its answers, ending or handing over to a person. */
export class PaymentCore {
  protected readonly record: PaymentRecord;
  protected readonly inbox: PaymentInbox;
  protected readonly expiresAt: number;
  /** Whether a call that takes money may have reached the provider. */
  protected takingSent = false;
  /** Whether a call that was to make the payment known, and may have taken the money, never reported back. */
  protected openingLost = false;
  /** Until then (epoch ms) the provider may still carry out a call of unknown end, whatever it says now. */
  protected unsettledUntil = 0;
  /** Whether nothing that the provider could still say would change the end. */
  protected endIsCertain = false;
  /** Whether the payer has agreed and the money is being taken. */
  protected collecting = false;
  /** Whether the backend's word is waited for. */
  protected confirmable = false;
  /** Refunds that the provider's dashboard made. */
  protected seenRefunds: SeenRefund[] | undefined;
  /** Whether money is being given back after a review. */
  protected refunding = false;
  private readonly createdAt: number;
  /** Look-ups of the current wait: sets the gap to the next one. */
  private lookUps = 0;
  private unclearAnswers = 0;
  /** Questions in a row that the provider did not answer. */
  private unanswered = 0;
  private toldOfLongHistory = false;

  constructor(
    protected readonly request: PaymentRequest,
    protected readonly port: ProviderPort,
    known?: Known,
  ) {
    this.record = new PaymentRecord(request, known);
    this.createdAt = Date.parse(request.createdAt);
    this.expiresAt = Date.parse(request.expiresAt);
    this.inbox = new PaymentInbox(request, this.record, {
      whyNotCancellable: () => this.whyNotCancellable(),
      mayConfirm: () => this.confirmable && !isEnd(this.record.status),
      canRefund: () => this.canRefund(),
      whyNotResolvable: () => (this.refunding ? GIVING_BACK : null),
    });
  }

  protected get confirmation(): ConfirmInput | undefined {
    return this.inbox.confirmation;
  }

  /** Beyond this (epoch ms) a payer who agreed in time is no longer charged: the backend has given the order up. */
  protected get collectUntil(): number {
    return this.expiresAt + COLLECT_GRACE_MS;
  }

  /** Waits for whatever comes first: a request, the next look-up, the deadline. */
  protected async turn(deadline: number) {
    this.record.publish();
    this.tellOfLongHistory();
    return this.inbox.next(deadline);
  }

  private tellOfLongHistory(): void {
    const { historyLength } = workflowInfo();
    if (this.toldOfLongHistory || historyLength < LONG_HISTORY_EVENTS) return;
    this.toldOfLongHistory = true;
    log.warn('the history of this payment grows long', { events: historyLength });
    metricMeter.createCounter(LONG_HISTORIES).add(1);
  }

  protected lookUp(): Promise<Finding | null> {
    return this.ask(this.port.lookUp);
  }

  /** Asks the provider; null when it could not be asked: that is no news about the payment. */
  protected async ask(question: ProviderPort['lookUp']): Promise<Finding | null> {
    this.inbox.lookUpStarts();
    this.record.publish();
    try {
      const finding = await question(this.call(), this.request);
      this.unanswered = 0;
      if (finding.state === 'unclear') {
        this.record.note({ from: 'provider', type: 'unclear', detail: finding.detail });
      }
      this.planLookUp();
      return finding;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.noteNoAnswer(error);
      this.planLookUp(retryAfterMs(error));
      return null;
    }
  }

  /** What any answer means, wherever the story stands. Leaves the story when the answer ends it. */
  protected judge(finding: Finding | null, stopping?: 'cancelled' | 'expired'): Finding | null {
    if (!finding) return null;
    if (finding.state !== 'unclear') this.unclearAnswers = 0;
    else if ((stopping || this.collecting) && ++this.unclearAnswers >= UNCLEAR_ANSWERS_FOR_REVIEW) {
      this.review('unexpected_answer', finding.detail);
    }
    if (finding.state === 'paid') this.succeed(finding);
    if (finding.state === 'authorized') this.compare(finding);
    if (finding.state === 'ended') {
      const end = stopping && finding.end === 'cancelled' ? { ...finding, end: stopping } : finding;
      this.end(end, this.port.endsAreFinal);
    }
    return finding;
  }

  protected succeed(money: ProviderMoney): never {
    this.compare(money, money);
    this.compareProofs(money);
    this.recordPaid(money);
    throw new StoryEnd();
  }

  protected end(end: ProviderEnd, certain: boolean): never {
    this.recordEnd(end);
    this.endIsCertain = certain;
    this.startLookingUp();
    throw new StoryEnd();
  }

  protected review(reason: ReviewReason, detail: string, money?: ProviderMoney): never {
    this.recordReview(reason, detail, money);
    throw new StoryEnd();
  }

  /** A person decides about an answer that is not what was asked for; `taken` is what the provider says it took. */
  protected compare(answer: ProviderMoney, taken?: ProviderMoney): void {
    const difference = this.differs(answer);
    if (difference) this.review(difference.reason, difference.detail, taken);
  }

  /** What the provider has signed must fit too. A signature for another payment says nothing about this one. */
  protected compareProofs(taken?: ProviderMoney): void {
    for (const proof of this.ownProofs()) this.compare(proof, taken ?? proof);
  }

  protected ownProofs(): ProviderMoney[] {
    const reference = referenceAtProvider(this.request.id);
    return this.inbox.paidProofs.filter((proof) => proof.reference === null || proof.reference === reference);
  }

  private canRefund(): boolean {
    const { amountReceived, amountRefunded, providerReference } = this.record.payment;
    const inDoubt = this.record.private.refundInDoubt === true;
    return (
      this.port.refunds.rule !== 'none' &&
      providerReference !== null &&
      amountReceived > amountRefunded &&
      !inDoubt
    );
  }

  protected differs(money: ProviderMoney) {
    const { id, amount, currency } = this.request;
    return mismatch({ amount, currency, reference: referenceAtProvider(id) }, money);
  }

  protected recordPaid(money: ProviderMoney): void {
    this.endIsCertain = true;
    this.seenRefunds = money.refunds;
    if (money.chargeReference) this.record.keepPrivate({ chargeReference: money.chargeReference });
    this.record.become(
      'succeeded',
      { from: 'provider', type: 'succeeded', detail: 'the money was taken' },
      { amountReceived: money.amount, failure: null, review: null },
    );
  }

  protected recordEnd({ end, code, message, providerCode }: ProviderEnd): void {
    this.record.become(
      end,
      { from: 'provider', type: end, detail: message },
      {
        review: null,
        failure: end === 'failed' ? { code, message, ...(providerCode && { providerCode }) } : null,
      },
    );
  }

  protected recordReview(reason: ReviewReason, detail: string, taken?: ProviderMoney): void {
    const amountReceived = taken?.currency === this.request.currency ? taken.amount : 0;
    if (taken?.chargeReference) this.record.keepPrivate({ chargeReference: taken.chargeReference });
    this.record.become(
      'needs_review',
      { from: 'holdfast', type: 'needs_review', detail },
      { review: { reason, detail, since: new Date().toISOString() }, amountReceived, failure: null },
    );
    this.inbox.forgetPlannedLookUp();
    this.restartGaps();
  }

  protected whyNotCancellable(): string | null {
    const { status } = this.record;
    if (isEnd(status)) return `the payment has ended (${status})`;
    if (this.takingSent || status === 'needs_review') return 'money was or may have been taken';
    if (this.port.stop === 'impossible') {
      return `this provider cannot be told to stop: the payment ends at ${this.request.expiresAt}`;
    }
    return null;
  }

  protected call(): ProviderCall {
    const { id, connection, amount, currency, description } = this.request;
    const { providerReference } = this.record.payment;
    const { takingSent, openingLost } = this;
    return {
      paymentId: id,
      connection,
      providerReference,
      amount,
      currency,
      description,
      attempt: 1,
      takingSent,
      ...(openingLost && { openingLost }),
    };
  }

  /** Starts a new wait: the first look-up comes soon, further ones at widening gaps. */
  protected startLookingUp(): void {
    this.restartGaps();
    this.planLookUp();
  }

  protected restartGaps(): void {
    this.lookUps = this.unanswered = 0;
  }

  /** A payment under review is looked up only when a callback or a person asks for it, until there is an answer. */
  protected planLookUp(waitAtLeastMs = 0): void {
    const underReview = this.record.status === 'needs_review';
    if (underReview && !this.owesAnAnswer()) return;
    const now = Date.now();
    const gap = underReview
      ? gapInSilence(this.unanswered, 0)
      : gapBeforeLookUp(this.lookUps, now - this.createdAt);
    const silence = gapInSilence(this.unanswered, this.expiresAt - now);
    const patient = silence > gap && isPatched('silent-providers-are-asked-less');
    const at = now + Math.max(patient ? silence : gap, waitAtLeastMs);
    this.lookUps += 1;
    this.inbox.planLookUp(at);
    if (this.record.status === 'processing') {
      this.record.update({ nextAction: { type: 'wait', nextCheckAt: new Date(at).toISOString() } });
    }
  }

  private owesAnAnswer(): boolean {
    return isAskedAgainUnderReview(this.unanswered) && isPatched('reviews-are-asked-about-until-answered');
  }

  protected noteNoAnswer(error: ActivityFailure): void {
    this.unanswered += 1;
    const detail = `the provider could not be asked: ${reasonOf(error)}`;
    this.record.note({ from: 'holdfast', type: 'no_answer', detail });
  }
}

/** Whether trying again would not help: the request or the configuration is wrong. */
export function isFinalFailure({ cause }: ActivityFailure): boolean {
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

export function reasonOf({ cause }: ActivityFailure): string {
  return cause instanceof Error ? cause.message : 'no reason given';
}

/** The provider's own "not before", when it gave one. */
function retryAfterMs({ cause }: ActivityFailure): number {
  const details =
    cause instanceof ApplicationFailure ? (cause.details?.[0] as { retryAfterMs?: number }) : undefined;
  return details?.retryAfterMs ?? 0;
}
