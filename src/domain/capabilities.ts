import { exponentOf } from './currency';
import { describeMoney, InexactAmountError, type Money, toDecimalText } from './money';
import type { RefundRule } from './refund';

/** What one provider can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export interface Capabilities {
  /** How people call it. */
  name: string;
  currencies: readonly string[];
  /** The least and the most that it takes in a currency without bounds of its own. */
  minAmount: number;
  maxAmount: number;
  /** Bounds of single currencies, by code; what one leaves out is as above. Absent: all currencies have the same. */
  boundsByCurrency?: Readonly<Record<string, Partial<AmountBounds>>>;
  /** How many decimals it takes, where these are not those of ISO 4217. */
  decimals: Readonly<Record<string, number>>;
  expiry: { default: number; min: number; max: number };
  /** Whether a payment that has not been paid can be stopped. */
  cancel: boolean;
  /** Whether the backend, or the payer on our checkout page, confirms the payment. */
  confirm: boolean;
  refund: RefundRule;
  /** Whether a look-up shows refunds that were made elsewhere, for instance at the provider's dashboard. */
  seesRefunds: boolean;
  /** What a callback is worth: it is proven by the provider's signature, or merely a reason to look. */
  callbackProof: 'signature' | 'hint';
}

/** The least and the most of an amount, in ISO 4217 minor units. */
interface AmountBounds {
  minAmount: number;
  maxAmount: number;
}

/**
 * What a provider takes at least and at most in a currency, in its ISO 4217 minor units.
 * @public for scripts/capabilities.mjs too
 */
export function amountBounds(capabilities: Capabilities, currency: string): AmountBounds {
  const { minAmount, maxAmount, boundsByCurrency } = capabilities;
  return { minAmount, maxAmount, ...boundsByCurrency?.[currency] };
}

/** How many decimals a provider takes in a currency. */
export function decimalsOf({ decimals }: Capabilities, currency: string): number {
  return decimals[currency] ?? exponentOf(currency);
}

/** Why a provider cannot take an amount, in words for people, or null when it can. */
export function problemOfAmount(capabilities: Capabilities, { amount, currency }: Money): string | null {
  const { minAmount, maxAmount } = amountBounds(capabilities, currency);
  if (amount < minAmount || amount > maxAmount) {
    const bounds = [minAmount, maxAmount].map((bound) => describeMoney({ amount: bound, currency }));
    return `${capabilities.name} takes ${bounds.join(' to ')}`;
  }
  return problemOfDecimals(capabilities, { amount, currency });
}

/** Why a provider cannot be told an amount exactly, in words for people, or null when it can. */
export function problemOfDecimals(capabilities: Capabilities, { amount, currency }: Money): string | null {
  const decimals = decimalsOf(capabilities, currency);
  try {
    toDecimalText(amount, currency, decimals);
    return null;
  } catch (error) {
    if (!(error instanceof InexactAmountError)) throw error;
    const takes = decimals === 0 ? 'without decimals' : `with at most ${decimals} decimals`;
    return `${capabilities.name} takes ${currency} ${takes}: ${error.message}`;
  }
}
