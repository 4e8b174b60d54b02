import type { Capabilities } from '../../domain/capabilities';
import { toDecimalText } from '../../domain/money';

/** What ETpay can take and do (docs/providers/etpay.md). Amounts in ISO 4217 minor units, times in seconds. */
export const ETPAY_CAPABILITIES = {
  name: 'ETpay',
  currencies: ['CLP', 'MXN'],
  // [assumed] No source states bounds of the session flow; banks have their own (docs/providers/etpay.md §5).
  minAmount: 1,
  maxAmount: 99_999_999,
  // Whole pesos, in Chile and in Mexico (docs/providers/etpay.md §5).
  decimals: { CLP: 0, MXN: 0 },
  // [assumed] A session cannot be told to stop and may be paid for about 30 minutes (docs/providers/etpay.md §7).
  expiry: { default: 1_800, min: 1_800, max: 86_400 },
  cancel: false,
  confirm: false,
  refund: 'none',
  seesRefunds: false,
  callbackProof: 'signature',
} as const satisfies Capabilities;

/**
 * Why ETpay cannot be asked for this amount, in words for people, or null when it can: it takes whole pesos only
 * (docs/providers/etpay.md §5).
 *
 * @param amountMinor ISO 4217 minor units
 */
export function checkAmount(amountMinor: number, currency: string): string | null {
  try {
    wholePesos(amountMinor, currency);
    return null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `ETpay takes whole pesos only: ${amountMinor} ${currency} (minor units) is not a whole number of them`;
  }
}

/**
 * The amount as ETpay wants it: a JSON integer of whole pesos, in Chile and in Mexico (docs/providers/etpay.md §5).
 *
 * @param amountMinor ISO 4217 minor units: 15990 CLP is 15990 pesos, 15900 MXN is 159 pesos
 * @throws InexactAmountError when the amount has centavos
 */
export function wholePesos(amountMinor: number, currency: string): number {
  return Number(toDecimalText(amountMinor, currency, 0));
}
