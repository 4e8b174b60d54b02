import type { ConfirmInput } from '../../contract/workflow';
import type { Finding } from '../../domain/provider-answer';
import { lookUp, nextTurn } from './look-ups';
import type { PaymentState } from './state';
import { stop } from './stopping';
import { compareProofs, endStory, judge, ownProofs } from './verdicts';

/**
 * Waits for: the payer's agreement, told by a callback, found by a look-up, or asked about when time is up.
 * Ends the payment: whatever the provider says of its end, a cancellation, the expiry.
 */
export async function untilAuthorized(state: PaymentState): Promise<void> {
  state.stage = 'awaiting_payer';
  while ((await nextFinding(state))?.state !== 'authorized');
  const detail = 'the payer agreed, the provider confirms it';
  state.record.note({ from: 'payer', type: 'authorized', detail });
}

/** Waits for: the backend's word. Ends the payment: as above. */
export async function untilConfirmed(state: PaymentState): Promise<ConfirmInput> {
  const { record, inbox } = state;
  state.stage = 'awaiting_backend';
  while (!inbox.confirmation) await nextFinding(state);
  record.note({ from: 'backend', type: 'confirmed', detail: 'the backend confirmed' });
  return inbox.confirmation;
}

/** Waits for: the end of the payment, at the provider on whose page the payer pays. */
export async function untilPaid(state: PaymentState): Promise<never> {
  state.stage = 'awaiting_payer';
  for (;;) weighProofs(state, await nextFinding(state));
}

/** Whatever comes next while the payer or the backend has to act; at the deadline the payment is stopped. */
async function nextFinding(state: PaymentState): Promise<Finding | null> {
  const turn = await nextTurn(state, state.expiresAt);
  if (turn === 'cancel') return stop(state, 'cancelled');
  if (turn === 'deadline') return stop(state, 'expired');
  if (turn === 'confirmed') return null;
  return judge(state, await lookUp(state));
}

/** A signed failure ends the payment when the provider, asked, shows no success. It is watched all the same. */
function weighProofs(state: PaymentState, finding: Finding | null): void {
  compareProofs(state);
  const { endedProof } = state.inbox;
  const nothingPaid = finding?.state === 'open' || finding?.state === 'absent';
  if (endedProof && nothingPaid && ownProofs(state).length === 0) endStory(state, endedProof, false);
}
