import type { ReviewReason } from './payment';
import type { Finding, ProviderMoney } from './provider-answer';

/** What was asked of the provider, in ISO 4217 minor units. */
export interface Asked {
  amount: number;
  currency: string;
  reference: string;
}

/** How an answer differs from what was asked, or null when it does not. */
export function mismatch(
  asked: Asked,
  answer: ProviderMoney,
): { reason: ReviewReason; detail: string } | null {
  if (answer.currency !== asked.currency) {
    return {
      reason: 'currency_mismatch',
      detail: `asked for ${asked.currency}, provider says ${answer.currency}`,
    };
  }
  if (answer.amount !== asked.amount) {
    return {
      reason: 'amount_mismatch',
      detail: `asked for ${asked.amount} ${asked.currency} (minor units), provider says ${answer.amount}`,
    };
  }
  if (answer.reference !== null && answer.reference !== asked.reference) {
    return {
      reason: 'reference_mismatch',
      detail: `our reference is ${asked.reference}, provider says ${answer.reference}`,
    };
  }
  return null;
}

/**
 * Whether a look-up made at `nowMs` proves that a call whose answer is missing took nothing and never will: the provider shows
 * nothing taken, and can no longer carry the call out.
 */
export function provesNothingTaken(finding: Finding, settledAfterMs: number, nowMs: number): boolean {
  return (finding.state === 'authorized' || finding.state === 'absent') && nowMs > settledAfterMs;
}
