import { ActivityFailure } from '@temporalio/workflow';
import type { NextAction, PaymentRequest } from '../../domain/payment';
import type { Opening, ProviderCall, ProviderEnd } from '../../domain/provider-answer';
import { reasonOf } from './look-up-plan';
import { lookUp, nextTurn } from './look-ups';
import { isFinalFailure, mayHaveBeenMade, wasNeverStarted } from './provider-calls';
import { callOf, type PaymentState } from './state';
import { endStory, review } from './verdicts';

/** Makes the payment known to a provider. Moves no money, unless the port says that it may. */
export type Create = (call: ProviderCall, request: PaymentRequest) => Promise<Opening>;

const PROVIDER_REFUSED = { end: 'failed', code: 'provider_refused_request' } as const;
const OPENING_LOST: Opening = {
  outcome: 'unknown',
  detail:
    'the worker that was making the payment known did not report back, and the money may have been taken',
};

/**
 * Makes the payment known to the provider and shows the payer (or the backend) the next step.
 * Waits for: the provider's answer. Ends the payment: a refusal, a cancellation, the expiry, an answer that cannot be used.
 */
export async function open(state: PaymentState, create: Create): Promise<NextAction> {
  const { record } = state;
  state.stage = 'opening';
  const opening = await untilOpened(state, create);
  if (opening.outcome === 'refused') endStory(state, opening, true);
  if (opening.outcome === 'unknown') {
    state.mayHold ||= state.port.openingReachesPayer === true;
    record.update({ providerReference: opening.providerReference ?? null });
    review(state, 'outcome_unknown', opening.detail);
  }
  const { providerReference, nextAction, callbackSecrets } = opening;
  if (callbackSecrets) record.keepPrivate({ callbackSecrets });
  record.become(
    nextAction.type === 'confirm' ? 'requires_confirmation' : 'requires_action',
    { from: 'provider', type: 'opened', detail: `known to the provider as ${providerReference}` },
    { providerReference, nextAction },
  );
  state.mayHold = false;
  state.lookUps.startAnew();
  return nextAction;
}

async function untilOpened(state: PaymentState, create: Create): Promise<Opening> {
  const { record, inbox, lookUps } = state;
  for (;;) {
    inbox.lookUpStarts();
    record.publish();
    try {
      return await create(callOf(state), state.request);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      heedLostOpening(state, error);
      if (isFinalFailure(error)) return unopened(state, { ...PROVIDER_REFUSED, message: reasonOf(error) });
      lookUps.notAnswered(error);
    }
    lookUps.plan();
    const turn = await nextTurn(state, state.expiresAt);
    if (turn === 'cancel') return unopened(state, endedUnopened('cancelled'));
    if (turn === 'deadline') return unopened(state, endedUnopened('expired'));
  }
}

/** What the company may have done though its answer is missing. */
function heedLostOpening(state: PaymentState, failure: ActivityFailure): void {
  if (state.port.openingMayTake && mayHaveBeenMade(failure)) state.openingLost = true;
  if (state.port.openingReachesPayer && !wasNeverStarted(failure)) state.mayHold = true;
}

/**
 * We showed the payer no link, so nothing can have been paid. The exception is a call that takes the money by opening and
 * whose answer was lost: then the provider is asked. What reached the payer by a push message is withdrawn after the end
 * (release.ts).
 */
async function unopened(state: PaymentState, end: ProviderEnd): Promise<Opening> {
  if (!state.openingLost) return { outcome: 'refused', ...end };
  const finding = await lookUp(state);
  return finding?.state === 'absent' ? { outcome: 'refused', ...end } : OPENING_LOST;
}

function endedUnopened(end: 'cancelled' | 'expired'): ProviderEnd {
  return { end, code: 'authorization_ended', message: `${end} before the provider knew of it` };
}
