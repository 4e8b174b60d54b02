import { CAPABILITIES } from '../../domain/capabilities';
import { exponentOf } from '../../domain/currency';
import { describeMoney } from '../../domain/money';

/** Amounts are always hundredths (docs/providers/pomelo.md §5). */
const DECIMALS = 2;

/** What Pomelo can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export const POMELO_CAPABILITIES = CAPABILITIES.pomelo;

const { minAmount } = POMELO_CAPABILITIES;

/**
 * Why Pomelo cannot be asked for this amount, or null when it can.
 *
 * @param amountMinor ISO 4217 minor units
 * @throws RangeError when the currency is none
 */
export function checkAmount(amountMinor: number, currency: string): string | null {
  if (exponentOf(currency) !== DECIMALS)
    return `Pomelo takes currencies with two decimals only, not ${currency}`;
  if (!Number.isSafeInteger(amountMinor) || amountMinor < minAmount) {
    return `Pomelo takes ${describeMoney({ amount: minAmount, currency })} or more`;
  }
  return null;
}
