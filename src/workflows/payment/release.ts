import { WATCH_WINDOW_MS } from '../../domain/look-up-schedule';
import { isEnd } from '../../domain/status';
import { judgeLate } from './late-truth';
import { nextTurn } from './look-ups';
import type { PaymentState } from './state';
import { tellToStop } from './stopping';
import { recordReview } from './verdicts';

const NOT_RELEASED =
  'the payment ended without money, and the provider never confirmed that what it may hold of the payer was released';

/** Whether the payment has ended without money and the provider may still hold something of the payer's. */
export function owesRelease({ record, port, mayHold }: PaymentState): boolean {
  const withoutMoney = isEnd(record.status) && record.status !== 'succeeded';
  return withoutMoney && mayHold && typeof port.stop === 'function';
}

/**
 * Has the provider release what the payer reserved, or withdraw what reached him, after a payment that ended without money.
 * Waits for: the provider's word that nothing is held. Ends: with that word, with late truth, or for a person after two days.
 */
export async function release(state: PaymentState): Promise<void> {
  const { record, lookUps } = state;
  const giveUpAt = Date.now() + WATCH_WINDOW_MS;
  const why = record.status === 'expired' ? 'expired' : 'cancelled';
  lookUps.startAnew();
  for (;;) {
    judgeLate(state, await tellToStop(state, why));
    if (record.status === 'needs_review') return;
    if (!state.mayHold) {
      record.note({ from: 'provider', type: 'released', detail: 'nothing of the payer is held any more' });
      return;
    }
    if ((await nextTurn(state, giveUpAt)) === 'deadline') {
      state.mayHold = false;
      return recordReview(state, 'unexpected_answer', NOT_RELEASED);
    }
  }
}
