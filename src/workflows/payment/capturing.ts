import { ActivityFailure } from '@temporalio/workflow';
import { WATCH_WINDOW_MS } from '../../domain/look-up-schedule';
import type { ProviderCall, ProviderEnd, Taking } from '../../domain/provider-answer';
import type { Fact } from '../../domain/timeline';
import { provesNothingTaken } from '../../domain/verdict';
import { lookUp, nextTurn } from './look-ups';
import { NO_WORKER_FREE, wasNeverStarted } from './provider-calls';
import { callOf, type PaymentState } from './state';
import { stop } from './stopping';
import { endStory, judge, review, succeed } from './verdicts';

/** The one call that takes the money. */
export type Capture = (call: ProviderCall) => Promise<Taking>;

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

/**
 * Takes the money, exactly once. Waits for: the provider's word on what became of the call.
 * Ends the payment: money taken or refused, nobody can know for two days, too late to be sent.
 */
export async function capture(state: PaymentState, take: Capture): Promise<never> {
  const { record, inbox, port, lookUps } = state;
  state.stage = 'capturing';
  lookUps.restartGaps();
  record.become('processing', { from: 'holdfast', type: 'collecting', detail: 'taking the money' });
  for (;;) {
    if (inbox.takeCancellation()) await stop(state, 'cancelled');
    const taking = await send(state, take);
    if (taking.outcome === 'succeeded') succeed(state, taking);
    if (taking.outcome === 'declined') endStory(state, taking, port.endsAreFinal);
    if (taking.outcome === 'not_sent') {
      state.captureSent = false;
      record.note({ from: 'holdfast', type: 'not_sent', detail: taking.detail });
      await untilCapturable(state, taking.retryAfterMs);
    } else {
      await untilNothingTaken(state, taking);
      state.captureSent = false;
      if (!port.takesAgain) endStory(state, NEVER_TAKEN, false);
      if (Date.now() > state.captureUntil) await stop(state, 'expired');
    }
  }
}

async function send(state: PaymentState, take: Capture): Promise<Taking> {
  state.captureSent = true;
  state.inbox.lookUpStarts();
  state.record.update({ nextAction: null });
  state.record.publish();
  try {
    return await take(callOf(state));
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    if (wasNeverStarted(error)) return { outcome: 'not_sent', detail: NO_WORKER_FREE };
    return {
      outcome: 'unknown',
      detail: 'the worker that was taking the money did not report back',
      settledAfter: new Date(Date.now() + state.port.settlesWithinMs).toISOString(),
    };
  }
}

/** Between two tries of a call that never reached the provider: waits until it can be made. Still cancellable. */
async function untilCapturable(state: PaymentState, waitAtLeastMs = 0): Promise<void> {
  state.lookUps.plan(waitAtLeastMs);
  for (;;) {
    const turn = await nextTurn(state, state.captureUntil);
    if (turn === 'cancel') await stop(state, 'cancelled');
    if (turn === 'deadline') await stop(state, 'expired');
    const finding = judge(state, await lookUp(state));
    if (finding && finding.state !== 'unclear') return;
  }
}

/** After a call of unknown end: looks up until the money is found, or is proven never to have moved. */
async function untilNothingTaken(
  state: PaymentState,
  taking: Extract<Taking, { outcome: 'pending' | 'unknown' }>,
): Promise<void> {
  const { record, lookUps } = state;
  const giveUpAt = Date.now() + WATCH_WINDOW_MS;
  const unknown = taking.outcome === 'unknown';
  state.unsettledUntil = unknown ? Date.parse(taking.settledAfter) : 0;
  if (unknown) record.note({ from: 'holdfast', type: 'outcome_unknown', detail: taking.detail });
  else if (taking.nextAction) {
    record.become('requires_action', ONE_MORE_STEP, { nextAction: taking.nextAction });
  }
  lookUps.startAnew();
  for (;;) {
    if ((await nextTurn(state, giveUpAt)) === 'deadline') {
      review(state, 'outcome_unknown', 'the last look-up passed without the provider telling the outcome');
    }
    const askedAt = Date.now();
    const finding = await lookUp(state);
    // Until then the provider may still carry out the lost call, even if it shows an end now.
    if (finding?.state === 'ended' && askedAt <= state.unsettledUntil) continue;
    judge(state, finding);
    if (unknown && finding && provesNothingTaken(finding, state.unsettledUntil, askedAt)) {
      const detail = 'the provider shows that nothing was taken';
      record.note({ from: 'provider', type: 'not_taken', detail });
      return;
    }
  }
}
