import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
} from '@temporalio/workflow';
import { COLLECT_GRACE_MS, gapBeforeLookUp, WATCH_WINDOW_MS } from '../domain/look-up-schedule';
import {
  type Payment,
  type PaymentRequest,
  problemOfRequest,
  referenceAtProvider,
  type ReviewReason,
} from '../domain/payment';
import type {
  Finding,
  Opening,
  ProviderCall,
  ProviderEnd,
  ProviderMoney,
  Taking,
} from '../domain/provider-answer';
import { isEnd } from '../domain/status';
import { mismatch, provesNothingTaken } from '../domain/verdict';
import { PaymentInbox } from './payment-inbox';
import { type Fact, PaymentRecord } from './payment-record';

/** How the kit asks one provider. */
export interface ProviderPort {
  /** Asks what the provider knows of the payment. */
  lookUp: (call: ProviderCall) => Promise<Finding>;
  /** Tells the provider to stop, and says what it knows afterwards. */
  stop: (call: ProviderCall) => Promise<Finding>;
  /**
   * How long after a taking call of unknown end the provider could still carry it out, when the call itself could not
   * say: milliseconds.
   */
  settlesWithinMs: number;
}

/** When it matters, this many answers in a row that mean nothing to us are a case for a person. */
const UNCLEAR_ANSWERS_FOR_REVIEW = 5;

/** Leaves the story: the payment has ended, or a person has to decide. */
class StoryEnd extends Error {
  override name = 'StoryEnd';
}

/**
 * Runs one payment: the story says what the provider wants in which order; everything that keeps money safe is here.
 * Returns when the payment's end is certain.
 * @throws ApplicationFailure `invalid_request` when it was started with something that is no payment
 */
export async function runPayment(
  request: PaymentRequest,
  port: ProviderPort,
  story: (payment: PaymentProcess) => Promise<void>,
): Promise<Payment> {
  const problem = problemOfRequest(request);
  if (problem) throw ApplicationFailure.nonRetryable(problem, 'invalid_request');
  const process = new PaymentProcess(request, port);
  CancellationScope.current().cancelRequested.catch(() => process.cancelByOperator());
  return CancellationScope.nonCancellable(async () => {
    try {
      await story(process);
    } catch (error) {
      if (!(error instanceof StoryEnd)) throw error;
    }
    return process.settle();
  });
}

/** One payment on its way. */
export class PaymentProcess {
  private readonly record: PaymentRecord;
  private readonly inbox: PaymentInbox;
  private readonly createdAt: number;
  private readonly expiresAt: number;
  /** Look-ups of the current wait: sets the gap to the next one. */
  private lookUps = 0;
  /** Whether a call that takes money may have reached the provider. */
  private takingSent = false;
  /** Until then (epoch ms) the provider may still carry out a call of unknown end, whatever it says now. */
  private unsettledUntil = 0;
  /** Whether nothing that the provider could still say would change the end. */
  private endIsCertain = false;
  /** Whether the payer has agreed and the money is being taken. */
  private collecting = false;
  private unclearAnswers = 0;

  constructor(
    private readonly request: PaymentRequest,
    private readonly port: ProviderPort,
  ) {
    this.record = new PaymentRecord(request);
    this.createdAt = Date.parse(request.createdAt);
    this.expiresAt = Date.parse(request.expiresAt);
    this.inbox = new PaymentInbox(request, this.record, () => this.mayCancel());
  }

  /** A cancellation from the Temporal UI means the same as one from the backend, and is refused as silently as it came. */
  cancelByOperator(): void {
    this.record.note({ from: 'operator', type: 'cancel_requested', detail: 'asked to cancel in Temporal' });
    if (this.mayCancel()) this.inbox.askToCancel();
  }

  /** Makes the payment known to the provider and shows the payer the next step. */
  async open(create: (call: ProviderCall, request: PaymentRequest) => Promise<Opening>): Promise<void> {
    const opening = await this.untilOpened(create);
    if (opening.outcome === 'refused') this.end(opening, true);
    if (opening.outcome === 'unknown') {
      this.record.update({ providerReference: opening.providerReference ?? null });
      this.review('outcome_unknown', opening.detail);
    }
    const { providerReference, nextAction, callbackSecrets } = opening;
    if (callbackSecrets) this.record.keepSecrets(callbackSecrets);
    this.record.become(
      nextAction.type === 'confirm' ? 'requires_confirmation' : 'requires_action',
      { from: 'provider', type: 'opened', detail: `known to the provider as ${providerReference}` },
      { providerReference, nextAction },
    );
    this.startLookingUp();
  }

  /** Waits until the payer has agreed: told by a callback, found by a look-up, or asked about when time is up. */
  async untilAuthorized(): Promise<void> {
    for (;;) {
      const turn = await this.turn(this.expiresAt);
      const finding =
        turn === 'cancel'
          ? await this.stop('cancelled')
          : turn === 'deadline'
            ? await this.stop('expired')
            : this.judge(await this.lookUp());
      if (finding?.state !== 'authorized') continue;
      this.record.note({
        from: 'payer',
        type: 'authorized',
        detail: 'the payer agreed, the provider confirms it',
      });
      return;
    }
  }

  /** Takes the money, exactly once, and leaves when that is known to have happened or not. */
  async collect(take: (call: ProviderCall) => Promise<Taking>): Promise<void> {
    this.collecting = true;
    this.lookUps = 0;
    this.record.become('processing', { from: 'holdfast', type: 'collecting', detail: 'taking the money' });
    for (;;) {
      if (this.inbox.takeCancellation()) await this.stop('cancelled');
      const taking = await this.attempt(take);
      if (taking.outcome === 'succeeded') this.succeed(taking);
      if (taking.outcome === 'declined') this.end(taking, true);
      if (taking.outcome === 'not_sent') {
        this.takingSent = false;
        this.record.note({ from: 'holdfast', type: 'not_sent', detail: taking.detail });
        await this.untilCollectable(taking.retryAfterMs);
      } else {
        await this.untilNothingTaken(taking);
        this.takingSent = false;
      }
    }
  }

  /** Waits for what can still happen after the end: late truth, a person's decision. Then the payment is closed. */
  async settle(): Promise<Payment> {
    const watchUntil = Date.now() + WATCH_WINDOW_MS;
    while (this.record.status === 'needs_review' || !this.endIsCertain) {
      const turn = await this.turn(this.record.status === 'needs_review' ? Infinity : watchUntil);
      if (turn === 'resolved' || turn === 'deadline') this.endIsCertain = true;
      if (turn === 'look_up') this.judgeLate(await this.lookUp());
    }
    this.record.publish();
    this.inbox.close();
    await condition(allHandlersFinished);
    return this.record.payment;
  }

  private async untilOpened(
    create: (call: ProviderCall, request: PaymentRequest) => Promise<Opening>,
  ): Promise<Opening> {
    for (;;) {
      this.inbox.lookUpStarts();
      this.record.publish();
      try {
        return await create(this.call(), this.request);
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        if (isFinal(error)) return { outcome: 'refused', ...PROVIDER_REFUSED, message: reasonOf(error) };
        this.noteNoAnswer(error);
      }
      this.planLookUp();
      const turn = await this.turn(this.expiresAt);
      // Nobody has seen a link, so nothing can have been paid.
      if (turn === 'cancel') return { outcome: 'refused', ...endedUnopened('cancelled') };
      if (turn === 'deadline') return { outcome: 'refused', ...endedUnopened('expired') };
    }
  }

  private async attempt(take: (call: ProviderCall) => Promise<Taking>): Promise<Taking> {
    this.takingSent = true;
    this.inbox.lookUpStarts();
    this.record.update({ nextAction: null });
    this.record.publish();
    try {
      return await take(this.call());
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return {
        outcome: 'unknown',
        detail: 'the worker that was taking the money did not report back',
        settledAfter: new Date(Date.now() + this.port.settlesWithinMs).toISOString(),
      };
    }
  }

  /** Between two tries of a call that never reached the provider: waits until it can be made. Still cancellable. */
  private async untilCollectable(waitAtLeastMs = 0): Promise<void> {
    this.planLookUp(waitAtLeastMs);
    for (;;) {
      const turn = await this.turn(this.collectUntil);
      if (turn === 'cancel') await this.stop('cancelled');
      if (turn === 'deadline') await this.stop('expired');
      const finding = this.judge(await this.lookUp());
      if (finding?.state === 'authorized') return;
    }
  }

  /** After a write of unknown end: looks up until the money is found, or is proven never to have moved. */
  private async untilNothingTaken(taking: Taking & { outcome: 'pending' | 'unknown' }): Promise<void> {
    const giveUpAt = Date.now() + WATCH_WINDOW_MS;
    const unknown = taking.outcome === 'unknown';
    this.unsettledUntil = unknown ? Date.parse(taking.settledAfter) : 0;
    if (unknown) this.record.note({ from: 'holdfast', type: 'outcome_unknown', detail: taking.detail });
    this.startLookingUp();
    for (;;) {
      const turn = await this.turn(giveUpAt);
      if (turn === 'deadline') {
        this.review('outcome_unknown', 'the last look-up passed without the provider telling the outcome');
      }
      const askedAt = Date.now();
      const finding = await this.lookUp();
      if (finding?.state === 'ended' && askedAt <= this.unsettledUntil) continue;
      this.judge(finding);
      if (unknown && finding && provesNothingTaken(finding, this.unsettledUntil, askedAt)) {
        this.record.note({
          from: 'provider',
          type: 'not_taken',
          detail: 'the provider shows that nothing was taken',
        });
        return;
      }
    }
  }

  /** Tells the provider to stop and keeps asking until it says what became of the payment. */
  private async stop(why: 'cancelled' | 'expired'): Promise<Finding> {
    this.record.become('processing', why === 'expired' ? EXPIRING : CANCELLING);
    const giveUpAt = Date.now() + WATCH_WINDOW_MS;
    this.startLookingUp();
    for (;;) {
      // A payer who agreed in time is charged: the provider is told to stop only after it says that nobody has.
      const before = why === 'expired' ? this.judge(await this.lookUp(), why) : null;
      const finding =
        why === 'cancelled' || before?.state === 'open'
          ? this.judge(await this.ask(this.port.stop), why)
          : before;
      if (finding?.state === 'authorized' && why === 'expired' && Date.now() <= this.collectUntil)
        return finding;
      if (finding?.state === 'authorized' || finding?.state === 'absent') {
        this.end(
          { end: why, code: 'authorization_ended', message: `${why} before the money was taken` },
          false,
        );
      }
      const turn = await this.turn(giveUpAt);
      if (turn === 'cancel') why = 'cancelled';
      if (turn === 'deadline')
        this.review('outcome_unknown', 'the provider never confirmed that the payment was stopped');
    }
  }

  /** What any answer means, wherever the story stands. Leaves the story when the answer ends it. */
  private judge(finding: Finding | null, stopping?: 'cancelled' | 'expired'): Finding | null {
    if (!finding) return null;
    if (finding.state !== 'unclear') this.unclearAnswers = 0;
    else if ((stopping || this.collecting) && ++this.unclearAnswers >= UNCLEAR_ANSWERS_FOR_REVIEW) {
      this.review('unexpected_answer', finding.detail);
    }
    if (finding.state === 'paid') this.succeed(finding);
    if (finding.state === 'authorized') this.compare(finding);
    if (finding.state === 'ended') {
      this.end(stopping && finding.end === 'cancelled' ? { ...finding, end: stopping } : finding, true);
    }
    return finding;
  }

  /** What an answer means after the end. */
  private judgeLate(finding: Finding | null): void {
    if (finding?.state === 'paid') this.judgeLatePayment(finding);
    if (finding?.state !== 'ended' || Date.now() <= this.unsettledUntil) return;
    if (this.record.status === 'needs_review') {
      if (this.truthIsMissing()) this.recordEnd({ ...finding, end: 'failed' });
    }
    if (this.record.status !== 'needs_review') this.endIsCertain = true;
  }

  private judgeLatePayment(money: ProviderMoney): void {
    const { status } = this.record;
    const difference = this.differs(money);
    if (status === 'succeeded') return;
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

  private succeed(money: ProviderMoney): never {
    this.compare(money, money);
    this.recordPaid(money);
    throw new StoryEnd();
  }

  private end(end: ProviderEnd, certain: boolean): never {
    this.recordEnd(end);
    this.endIsCertain = certain;
    this.startLookingUp();
    throw new StoryEnd();
  }

  private review(reason: ReviewReason, detail: string, money?: ProviderMoney): never {
    this.recordReview(reason, detail, money);
    throw new StoryEnd();
  }

  /** A person decides about an answer that is not what was asked for; `taken` is what the provider says it took. */
  private compare(answer: ProviderMoney, taken?: ProviderMoney): void {
    const difference = this.differs(answer);
    if (difference) this.review(difference.reason, difference.detail, taken);
  }

  private differs(money: ProviderMoney) {
    const { id, amount, currency } = this.request;
    return mismatch({ amount, currency, reference: referenceAtProvider(id) }, money);
  }

  private recordPaid(money: ProviderMoney): void {
    this.endIsCertain = true;
    this.record.become(
      'succeeded',
      { from: 'provider', type: 'succeeded', detail: 'the money was taken' },
      { amountReceived: money.amount, failure: null, review: null },
    );
  }

  private recordEnd({ end, code, message, providerCode }: ProviderEnd): void {
    this.record.become(
      end,
      { from: 'provider', type: end, detail: message },
      {
        review: null,
        failure: end === 'failed' ? { code, message, ...(providerCode && { providerCode }) } : null,
      },
    );
  }

  private recordReview(reason: ReviewReason, detail: string, taken?: ProviderMoney): void {
    const amountReceived = taken?.currency === this.request.currency ? taken.amount : 0;
    this.record.become(
      'needs_review',
      { from: 'holdfast', type: 'needs_review', detail },
      { review: { reason, detail, since: new Date().toISOString() }, amountReceived },
    );
    this.inbox.forgetPlannedLookUp();
  }

  private mayCancel(): boolean {
    const { status } = this.record;
    return !this.takingSent && !isEnd(status) && status !== 'needs_review';
  }

  /** Beyond this (epoch ms) a payer who agreed in time is no longer charged: the backend has given the order up. */
  private get collectUntil(): number {
    return this.expiresAt + COLLECT_GRACE_MS;
  }

  private call(): ProviderCall {
    const { id, connection, amount, currency, description } = this.request;
    const { providerReference } = this.record.payment;
    const { takingSent } = this;
    return {
      paymentId: id,
      connection,
      providerReference,
      amount,
      currency,
      description,
      attempt: 1,
      takingSent,
    };
  }

  /** Starts a new wait: the first look-up comes soon, further ones at widening gaps. */
  private startLookingUp(): void {
    this.lookUps = 0;
    this.planLookUp();
  }

  /** A payment under review is looked up only when a callback or a person asks for it. */
  private planLookUp(waitAtLeastMs = 0): void {
    if (this.record.status === 'needs_review') return;
    const now = Date.now();
    const at = now + Math.max(gapBeforeLookUp(this.lookUps, now - this.createdAt), waitAtLeastMs);
    this.lookUps += 1;
    this.inbox.planLookUp(at);
    if (this.record.status === 'processing') {
      this.record.update({ nextAction: { type: 'wait', nextCheckAt: new Date(at).toISOString() } });
    }
  }

  /** Waits for whatever comes first: a request, the next look-up, the deadline. */
  private async turn(deadline: number) {
    this.record.publish();
    return this.inbox.next(deadline);
  }

  private lookUp(): Promise<Finding | null> {
    return this.ask(this.port.lookUp);
  }

  /** Asks the provider; null when it could not be asked: that is no news about the payment. */
  private async ask(question: (call: ProviderCall) => Promise<Finding>): Promise<Finding | null> {
    this.inbox.lookUpStarts();
    this.record.publish();
    try {
      const finding = await question(this.call());
      if (finding.state === 'unclear')
        this.record.note({ from: 'provider', type: 'unclear', detail: finding.detail });
      this.planLookUp();
      return finding;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.noteNoAnswer(error);
      this.planLookUp(retryAfterMs(error));
      return null;
    }
  }

  private noteNoAnswer(error: ActivityFailure): void {
    const detail = `the provider could not be asked: ${reasonOf(error)}`;
    this.record.note({ from: 'holdfast', type: 'no_answer', detail });
  }
}

const EXPIRING: Fact = { from: 'timer', type: 'expiring', detail: 'time is up: asking the provider' };
const CANCELLING: Fact = { from: 'backend', type: 'cancelling', detail: 'asking the provider to stop' };
const PROVIDER_REFUSED = { end: 'failed', code: 'provider_refused_request' } as const;

function endedUnopened(end: 'cancelled' | 'expired'): ProviderEnd {
  return { end, code: 'authorization_ended', message: `${end} before the provider knew of it` };
}

/** Whether trying again would not help: the request or the configuration is wrong. */
function isFinal({ cause }: ActivityFailure): boolean {
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

function reasonOf({ cause }: ActivityFailure): string {
  return cause instanceof Error ? cause.message : 'no reason given';
}

/** The provider's own "not before", when it gave one. */
function retryAfterMs({ cause }: ActivityFailure): number {
  const details =
    cause instanceof ApplicationFailure ? (cause.details?.[0] as { retryAfterMs?: number }) : undefined;
  return details?.retryAfterMs ?? 0;
}
