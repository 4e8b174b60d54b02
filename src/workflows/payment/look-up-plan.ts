import type { ActivityFailure } from '@temporalio/workflow';
import { gapBeforeLookUp, gapInSilence, isAskedAgainUnderReview } from '../../domain/look-up-schedule';
import type { PaymentInbox } from './inbox';
import type { PaymentRecord } from './record';

/** When the provider is asked again: soon after something happened, then at widening gaps. */
export class LookUpPlan {
  /** Look-ups of the current wait: sets the gap to the next one. */
  private made = 0;
  /** Questions in a row that the provider did not answer. */
  private unanswered = 0;

  constructor(
    private readonly record: PaymentRecord,
    private readonly inbox: PaymentInbox,
    private readonly createdAt: number,
    private readonly expiresAt: number,
  ) {}

  /** A new wait: the first look-up comes soon, further ones at widening gaps. */
  startAnew(): void {
    this.restartGaps();
    this.plan();
  }

  restartGaps(): void {
    this.made = this.unanswered = 0;
  }

  /** A payment under review is looked up only when a callback or a person asks for it, until there is an answer. */
  plan(waitAtLeastMs = 0): void {
    const underReview = this.record.status === 'needs_review';
    if (underReview && !isAskedAgainUnderReview(this.unanswered)) return;
    const now = Date.now();
    const gap = underReview
      ? gapInSilence(this.unanswered, 0)
      : Math.max(
          gapBeforeLookUp(this.made, now - this.createdAt),
          gapInSilence(this.unanswered, this.expiresAt - now),
        );
    const at = now + Math.max(gap, waitAtLeastMs);
    this.made += 1;
    this.inbox.planLookUp(at);
    if (this.record.status === 'processing') {
      this.record.update({ nextAction: { type: 'wait', nextCheckAt: new Date(at).toISOString() } });
    }
  }

  answered(): void {
    this.unanswered = 0;
  }

  notAnswered(error: ActivityFailure): void {
    this.unanswered += 1;
    const detail = `the provider could not be asked: ${reasonOf(error)}`;
    this.record.note({ from: 'holdfast', type: 'no_answer', detail });
  }
}

export function reasonOf({ cause }: ActivityFailure): string {
  return cause instanceof Error ? cause.message : 'no reason given';
}
