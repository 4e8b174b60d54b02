import { WATCH_WINDOW_MS } from '../../domain/look-up-schedule';
import type { Finding, ProviderEnd, StopReason } from '../../domain/provider-answer';
import type { Fact } from '../../domain/timeline';
import { ask, lookUp, nextTurn } from './look-ups';
import type { ProviderPort } from './provider-port';
import type { PaymentState } from './state';
import { endStory, judge, ownProofs, review } from './verdicts';

const EXPIRING: Fact = { from: 'timer', type: 'expiring', detail: 'time is up: asking the provider' };
const CANCELLING: Fact = { from: 'backend', type: 'cancelling', detail: 'asking the provider to stop' };
const NEVER_CONFIRMED = 'the provider never confirmed that the payment was stopped';
const STILL_RESERVED = 'the provider never confirmed that what the payer had reserved was released';

/**
 * Stops the payment: by our own word, or by telling the provider and asking until it says what became of it.
 * Waits for: the provider's word that nothing was taken and nothing is reserved. Ends the payment: with that word, or for a
 * person after two days without it.
 *
 * @returns what was found, when the payer agreed in time after all: then the story goes on
 */
export async function stop(state: PaymentState, why: StopReason): Promise<Finding> {
  const { record, port, lookUps } = state;
  const before = state.stage;
  state.stage = 'stopping';
  record.become('processing', why === 'expired' ? EXPIRING : CANCELLING);
  if (port.stop === 'our_word') endStory(state, endedBy(why), true);
  const giveUpAt = Date.now() + WATCH_WINDOW_MS;
  lookUps.startAnew();
  for (;;) {
    const finding = await askToStop(state, why);
    if (finding?.state === 'authorized' && mayStillCapture(state, why)) {
      state.stage = before;
      return finding;
    }
    if (finding && isStopped(finding, port)) endStory(state, endedBy(why), false);
    const turn = await nextTurn(state, giveUpAt);
    if (turn === 'cancel') why = 'cancelled';
    if (turn === 'deadline') {
      if (state.mayHold) review(state, 'unexpected_answer', STILL_RESERVED);
      review(state, 'outcome_unknown', NEVER_CONFIRMED);
    }
  }
}

/** A payer who agreed in time is charged: the provider is told to stop only when nobody has, or when it is too late to charge. */
async function askToStop(state: PaymentState, why: StopReason): Promise<Finding | null> {
  if (why === 'expired') {
    const before = judge(state, await lookUp(state), why);
    weighProofsAtTheEnd(state, before);
    const tooLate = before?.state === 'authorized' && !mayStillCapture(state, why);
    if (before?.state !== 'open' && !tooLate) return before;
    if (typeof state.port.stop !== 'function') return before;
  }
  return judge(state, await tellToStop(state, why), why);
}

/** Tells the provider to stop, where it can be told; asks it how the payment stands where not. */
export function tellToStop(state: PaymentState, why: StopReason): Promise<Finding | null> {
  const { stop: tell } = state.port;
  return typeof tell === 'function' ? ask(state, (call) => tell({ ...call, why })) : lookUp(state);
}

function mayStillCapture({ captureUntil }: PaymentState, why: StopReason): boolean {
  return why === 'expired' && Date.now() <= captureUntil;
}

/**
 * Whether nobody can pay any more and nothing of the payer's is held. An agreement that reserves nothing counts as stopped:
 * without our charge it takes nothing.
 */
function isStopped({ state: found }: Finding, { stop: tell, reserves }: ProviderPort): boolean {
  if (found === 'authorized') return !reserves;
  return found === 'absent' || (found === 'open' && tell === 'impossible');
}

/** The provider signed that it was paid and shows no payment: that is for a person, not for the clock. */
function weighProofsAtTheEnd(state: PaymentState, finding: Finding | null): void {
  if (ownProofs(state).length > 0 && (finding?.state === 'open' || finding?.state === 'absent')) {
    review(state, 'unexpected_answer', 'the provider signed a success that its look-up does not show');
  }
}

function endedBy(why: StopReason): ProviderEnd {
  return { end: why, code: 'authorization_ended', message: `${why} before the money was taken` };
}
