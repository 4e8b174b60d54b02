import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { PaymentRequest } from '../../domain/payment';
import type { Finding, ProviderCall } from '../../domain/provider-answer';
import type { Turn } from './inbox';
import { callOf, type PaymentState } from './state';

type Question = (call: ProviderCall, request: PaymentRequest) => Promise<Finding>;

/** Waits for whatever comes first: a request, the next look-up, the deadline (epoch ms). */
export async function nextTurn(
  { record, inbox, longHistory }: PaymentState,
  deadline: number,
): Promise<Turn> {
  record.publish();
  longHistory.check();
  return inbox.next(deadline);
}

/** Asks the provider how the payment stands; null when it could not be asked. */
export function lookUp(state: PaymentState): Promise<Finding | null> {
  return ask(state, state.port.lookUp);
}

/** Puts a question to the provider; null when it could not be asked: that is no news about the payment. */
export async function ask(state: PaymentState, question: Question): Promise<Finding | null> {
  const { record, inbox, lookUps } = state;
  inbox.lookUpStarts();
  record.publish();
  try {
    const finding = await question(callOf(state), state.request);
    lookUps.answered();
    heedHold(state, finding);
    if (finding.state === 'unclear')
      record.note({ from: 'provider', type: 'unclear', detail: finding.detail });
    lookUps.plan();
    return finding;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    lookUps.notAnswered(error);
    lookUps.plan(retryAfterMs(error));
    return null;
  }
}

/** Whether the provider has said how the payment stands. */
export function isAnswer(finding: Finding | null): finding is Exclude<Finding, { state: 'unclear' }> {
  return finding !== null && finding.state !== 'unclear';
}

/** What was reserved is held until the provider says that it is taken, released, or not there. */
function heedHold(state: PaymentState, { state: found }: Finding): void {
  if (found === 'authorized' && state.port.reserves) state.mayHold = true;
  if (found === 'paid' || found === 'ended' || found === 'absent') state.mayHold = false;
}

/** The provider's own "not before", when it gave one. */
function retryAfterMs({ cause }: ActivityFailure): number {
  const details =
    cause instanceof ApplicationFailure ? (cause.details?.[0] as { retryAfterMs?: number }) : undefined;
  return details?.retryAfterMs ?? 0;
}
