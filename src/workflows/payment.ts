import { ActivityFailure, ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { ConfirmInput } from '../contract/workflow';
import { WATCH_WINDOW_MS } from '../domain/look-up-schedule';
import { type NextAction, type Payment, type PaymentRequest, problemOfRequest } from '../domain/payment';
import type { Finding, Opening, ProviderCall, ProviderEnd, Taking } from '../domain/provider-answer';
import type { Fact } from '../domain/timeline';
import { provesNothingTaken } from '../domain/verdict';
import { PaymentAftermath } from './payment-aftermath';
import { isFinalFailure, type Known, reasonOf, StoryEnd } from './payment-core';
import { mayHaveBeenMade, NO_WORKER_FREE, wasNeverStarted } from './provider-calls';
import type { ProviderPort } from './provider-port';

/**
 * Runs one payment: the story says what the provider wants in which order; everything that keeps money safe is here.
 * Returns when the payment's end is certain.
 * @throws ApplicationFailure `invalid_request` when it was started with something that is no payment
 */
export async function runPayment(
  request: PaymentRequest,
  port: ProviderPort,
  story: (payment: PaymentProcess) => Promise<unknown>,
  known?: Known,
): Promise<Payment> {
  const problem = problemOfRequest(request);
  if (problem) throw ApplicationFailure.nonRetryable(problem, 'invalid_request');
  const process = new PaymentProcess(request, port, known);
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

/** One payment on its way: the verbs that stories are made of. */
export class PaymentProcess extends PaymentAftermath {
  /** A cancellation from the Temporal UI means the same as one from the backend, and is refused as silently as it came. */
  cancelByOperator(): void {
    this.record.note({ from: 'operator', type: 'cancel_requested', detail: 'asked to cancel in Temporal' });
    if (!this.whyNotCancellable()) this.inbox.askToCancel();
  }

  /** Makes the payment known to the provider and shows the payer (or the backend) the next step. */
  async open(create: (call: ProviderCall, request: PaymentRequest) => Promise<Opening>): Promise<NextAction> {
    const opening = await this.untilOpened(create);
    if (opening.outcome === 'refused') this.end(opening, true);
    if (opening.outcome === 'unknown') {
      this.record.update({ providerReference: opening.providerReference ?? null });
      this.review('outcome_unknown', opening.detail);
    }
    const { providerReference, nextAction, callbackSecrets } = opening;
    if (callbackSecrets) this.record.keepPrivate({ callbackSecrets });
    this.record.become(
      nextAction.type === 'confirm' ? 'requires_confirmation' : 'requires_action',
      { from: 'provider', type: 'opened', detail: `known to the provider as ${providerReference}` },
      { providerReference, nextAction },
    );
    this.startLookingUp();
    return nextAction;
  }

  /** Waits until the payer has agreed: told by a callback, found by a look-up, or asked about when time is up. */
  async untilAuthorized(): Promise<void> {
    for (;;) {
      const finding = await this.nextFinding();
      if (finding?.state !== 'authorized') continue;
      this.record.note({
        from: 'payer',
        type: 'authorized',
        detail: 'the payer agreed, the provider confirms it',
      });
      return;
    }
  }

  /** Waits for the backend's word. */
  async untilConfirmed(): Promise<ConfirmInput> {
    this.confirmable = true;
    while (!this.confirmation) await this.nextFinding();
    this.confirmable = false;
    this.record.note({ from: 'backend', type: 'confirmed', detail: 'the backend confirmed' });
    return this.confirmation;
  }

  /** Waits until the provider, on whose page the payer pays, says how it ended. */
  async untilPaid(): Promise<never> {
    for (;;) this.weighProof(await this.nextFinding());
  }

  /** Takes the money, exactly once, and leaves when that is known to have happened or not. */
  async collect(take: (call: ProviderCall) => Promise<Taking>): Promise<never> {
    this.collecting = true;
    this.restartGaps();
    this.record.become('processing', { from: 'holdfast', type: 'collecting', detail: 'taking the money' });
    for (;;) {
      if (this.inbox.takeCancellation()) await this.stop('cancelled');
      const taking = await this.attempt(take);
      if (taking.outcome === 'succeeded') this.succeed(taking);
      if (taking.outcome === 'declined') this.end(taking, this.port.endsAreFinal);
      if (taking.outcome === 'not_sent') {
        this.takingSent = false;
        this.record.note({ from: 'holdfast', type: 'not_sent', detail: taking.detail });
        await this.untilCollectable(taking.retryAfterMs);
      } else {
        await this.untilNothingTaken(taking);
        this.takingSent = false;
        if (!this.port.takesAgain) this.end(NEVER_TAKEN, false);
        if (Date.now() > this.collectUntil) await this.stop('expired');
      }
    }
  }

  /** Whatever comes next while the payer or the backend has to act; at the deadline the payment is stopped. */
  private async nextFinding(): Promise<Finding | null> {
    const turn = await this.turn(this.expiresAt);
    if (turn === 'cancel') return this.stop('cancelled');
    if (turn === 'deadline') return this.stop('expired');
    if (turn === 'confirmed') return null;
    return this.judge(await this.lookUp());
  }

  /** A signed failure ends the payment when the provider, asked, shows no success. It is watched all the same. */
  private weighProof(finding: Finding | null): void {
    this.compareProofs();
    const { endedProof } = this.inbox;
    const nothingPaid = finding?.state === 'open' || finding?.state === 'absent';
    if (endedProof && nothingPaid && this.ownProofs().length === 0) this.end(endedProof, false);
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
        this.openingLost ||= this.port.openingMayTake === true && mayHaveBeenMade(error);
        if (isFinalFailure(error)) return this.unopened({ ...PROVIDER_REFUSED, message: reasonOf(error) });
        this.noteNoAnswer(error);
      }
      this.planLookUp();
      const turn = await this.turn(this.expiresAt);
      if (turn === 'cancel') return this.unopened(endedUnopened('cancelled'));
      if (turn === 'deadline') return this.unopened(endedUnopened('expired'));
    }
  }

  /** Nobody has seen a link, so nothing can have been paid; unless opening it takes the money, and a call for that was lost. */
  private async unopened(end: ProviderEnd): Promise<Opening> {
    if (!this.openingLost) return { outcome: 'refused', ...end };
    const finding = await this.lookUp();
    return finding?.state === 'absent' ? { outcome: 'refused', ...end } : OPENING_LOST;
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
      if (wasNeverStarted(error)) return { outcome: 'not_sent', detail: NO_WORKER_FREE };
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
      if (finding && finding.state !== 'unclear') return;
    }
  }

  /** After a write of unknown end: looks up until the money is found, or is proven never to have moved. */
  private async untilNothingTaken(taking: Taking & { outcome: 'pending' | 'unknown' }): Promise<void> {
    const giveUpAt = Date.now() + WATCH_WINDOW_MS;
    const unknown = taking.outcome === 'unknown';
    this.unsettledUntil = unknown ? Date.parse(taking.settledAfter) : 0;
    if (unknown) this.record.note({ from: 'holdfast', type: 'outcome_unknown', detail: taking.detail });
    else if (taking.nextAction)
      this.record.become('requires_action', ONE_MORE_STEP, { nextAction: taking.nextAction });
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

  /** Stops the payment: by our own word, or by telling the provider and asking until it says what became of it. */
  private async stop(why: 'cancelled' | 'expired'): Promise<Finding | null> {
    this.record.become('processing', why === 'expired' ? EXPIRING : CANCELLING);
    const ended = {
      end: why,
      code: 'authorization_ended',
      message: `${why} before the money was taken`,
    } as const;
    if (this.port.stop === 'our_word') this.end(ended, true);
    const giveUpAt = Date.now() + WATCH_WINDOW_MS;
    this.startLookingUp();
    for (;;) {
      const finding = await this.askToStop(why);
      if (finding?.state === 'authorized' && why === 'expired' && Date.now() <= this.collectUntil)
        return finding;
      const nobodyCanPay = finding?.state === 'authorized' || finding?.state === 'absent';
      if (nobodyCanPay || (finding?.state === 'open' && this.port.stop === 'impossible'))
        this.end(ended, false);
      const turn = await this.turn(giveUpAt);
      if (turn === 'cancel') why = 'cancelled';
      if (turn === 'deadline') {
        this.review('outcome_unknown', 'the provider never confirmed that the payment was stopped');
      }
    }
  }

  /** A payer who agreed in time is charged: the provider is told to stop only after it says that nobody has. */
  private async askToStop(why: 'cancelled' | 'expired'): Promise<Finding | null> {
    const { stop } = this.port;
    if (why === 'expired') {
      const before = this.judge(await this.lookUp(), why);
      this.weighProofAtTheEnd(before);
      if (before?.state !== 'open') return before;
      if (typeof stop !== 'function') return before;
    }
    return typeof stop === 'function'
      ? this.judge(await this.ask(stop), why)
      : this.judge(await this.lookUp(), why);
  }

  /** The provider signed that it was paid and shows no payment: that is for a person, not for the clock. */
  private weighProofAtTheEnd(finding: Finding | null): void {
    if (this.ownProofs().length > 0 && (finding?.state === 'open' || finding?.state === 'absent')) {
      this.review('unexpected_answer', 'the provider signed a success that its look-up does not show');
    }
  }
}

const EXPIRING: Fact = { from: 'timer', type: 'expiring', detail: 'time is up: asking the provider' };
const CANCELLING: Fact = { from: 'backend', type: 'cancelling', detail: 'asking the provider to stop' };
const ONE_MORE_STEP: Fact = {
  from: 'provider',
  type: 'step_required',
  detail: 'the payer has one more step to take',
};
const NEVER_TAKEN: ProviderEnd = {
  end: 'expired',
  code: 'authorization_ended',
  message: 'the provider shows that nothing was taken, and can no longer take it',
};
const OPENING_LOST: Opening = {
  outcome: 'unknown',
  detail:
    'the worker that was making the payment known did not report back, and the money may have been taken',
};
const PROVIDER_REFUSED = { end: 'failed', code: 'provider_refused_request' } as const;

function endedUnopened(end: 'cancelled' | 'expired'): ProviderEnd {
  return { end, code: 'authorization_ended', message: `${end} before the provider knew of it` };
}
