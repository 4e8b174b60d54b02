import { allHandlersFinished, condition, proxyActivities } from '@temporalio/workflow';
import type { RefundActivities } from '../../activities/refunds';
import type { ClosedPayment } from '../../contract/workflow';
import { capabilitiesOf } from '../../providers/capabilities';
import type { Payment } from '../../domain/payment';
import { anotherChargeIsSigned, judgeLate, tellSignedSurplus } from './late-truth';
import { isAnswer, lookUp, nextTurn } from './look-ups';
import { owesRelease, release } from './release';
import { refundAfterReview } from './review-refund';
import type { PaymentState } from './state';
import { ownProofs, recordReview } from './verdicts';

const { handOverRefunds } = proxyActivities<RefundActivities>({
  summary: 'hand over refunds seen',
  startToCloseTimeout: 20_000,
});

/** How long a payment that has ended is still asked about. Times in epoch ms. */
interface Watch {
  readonly forMs: number;
  until: number;
  /** When it ends though the provider has not answered. */
  giveUpAt: number;
  /** Whether only an answer of the provider is still waited for. */
  overtime: boolean;
}

/**
 * What comes after the end of the story. Waits for: late truth, a person's decision, the end of the watch.
 * Ends when the end of the payment is certain and nothing of the payer's is held: then the payment is closed.
 *
 * @param forMs how long it is watched
 * @param late whether the payment had closed before: then the workflow of refunds may know some that are gone now, and is told
 * even when none is seen
 */
export async function watchUntilCertain(state: PaymentState, forMs: number, late = false): Promise<Payment> {
  const { record, inbox, lookUps } = state;
  state.stage = 'watching';
  let tellRefundsGone = late;
  for (;;) {
    await untilCertain(state, forMs);
    record.publish();
    inbox.closed = true;
    const { seenRefunds } = state;
    if (seenRefunds && (seenRefunds.length > 0 || tellRefundsGone)) {
      tellRefundsGone = true;
      await handOverRefunds(closedBy(state), seenRefunds);
    }
    await record.flushed();
    await condition(allHandlersFinished);
    // A callback that came in the meantime was acknowledged, so it must not be lost.
    if (!mayHaveNews(state)) return record.payment;
    const finding = await lookUp(state);
    judgeLate(state, finding);
    tellSignedSurplus(state);
    if (!finding) {
      state.endIsCertain = false;
      lookUps.startAnew();
    }
  }
}

/** After a success only another charge is news, and refunds where look-ups show them. */
function mayHaveNews(state: PaymentState): boolean {
  const { record, inbox } = state;
  if (record.status !== 'succeeded') return inbox.lookUpAsked;
  if (record.payment.review === null && anotherChargeIsSigned(state)) return true;
  return inbox.lookUpAsked && capabilitiesOf(record.payment.provider).seesRefunds;
}

async function untilCertain(state: PaymentState, forMs: number): Promise<void> {
  const { record } = state;
  const watch = begin(forMs);
  for (;;) {
    if (owesRelease(state)) await release(state);
    const underReview = record.status === 'needs_review';
    if (!underReview && state.endIsCertain) return;
    const turn = await nextTurn(state, underReview ? Infinity : watch.until);
    if (turn === 'resolved') endByPerson(state);
    if (turn === 'deadline') await watchIsOver(state, watch);
    if (turn === 'look_up') await lookOn(state, watch);
    if (turn === 'refund') await refundAfterReview(state);
  }
}

function begin(forMs: number): Watch {
  const until = Date.now() + forMs;
  return { forMs, until, giveUpAt: until + forMs, overtime: false };
}

/** The person who decided knew what the provider had signed before: it is not weighed again. */
function endByPerson(state: PaymentState): void {
  state.endIsCertain = true;
  state.inbox.paidProofs.length = 0;
}

async function lookOn(state: PaymentState, watch: Watch): Promise<void> {
  const { record, inbox } = state;
  const finding = await lookUp(state);
  // A person decided to give the money back without knowing this answer. It is dropped: the refund begins by asking again.
  if (inbox.refundAsked) return;
  if (judgeLate(state, finding)) Object.assign(watch, begin(watch.forMs));
  const open = record.status !== 'needs_review' && !state.endIsCertain;
  if (watch.overtime && open && isAnswer(finding)) endWatch(state);
}

/** A watch ends with an answer: what was missed while nobody could ask is found now. */
async function watchIsOver(state: PaymentState, watch: Watch): Promise<void> {
  if (Date.now() >= watch.giveUpAt) return endWatch(state);
  watch.overtime = true;
  watch.until = watch.giveUpAt;
  await lookOn(state, watch);
}

/** The provider signed a success that no look-up has shown: that is for a person. */
function endWatch(state: PaymentState): void {
  state.endIsCertain = true;
  if (ownProofs(state).length > 0 && state.record.status !== 'succeeded') {
    const detail = 'the provider signed a success that its look-ups do not show';
    recordReview(state, 'unexpected_answer', detail);
  }
}

function closedBy({ request, record }: PaymentState): ClosedPayment {
  return { request, payment: record.payment, private: record.private };
}
