import { decimalsOf } from '../../domain/capabilities';
import { fromDecimal, toDecimalText } from '../../domain/money';
import { PAYERMAX_CAPABILITIES } from './capabilities';

/**
 * ISO 4217 minor units as the decimal text PayerMax wants (docs/providers/payermax.md §6): IDR 150000 → `1500`,
 * KWD 1230 → `1.23`.
 *
 * @throws InexactAmountError when PayerMax's decimals cannot hold the amount
 */
export function toPayerMaxAmount(amount: number, currency: string): string {
  return toDecimalText(amount, currency, decimalsOf(PAYERMAX_CAPABILITIES, currency));
}

/**
 * An amount of PayerMax's, a JSON number or numeric text (§6), in ISO 4217 minor units; null when it or its
 * currency is absent or cannot be read exactly.
 */
export function readAmount(
  value: number | string | null | undefined,
  currency: string | null | undefined,
): number | null {
  if (value === null || value === undefined || !currency) return null;
  try {
    return fromDecimal(value, currency);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
