import { CAPABILITIES } from '../../domain/capabilities';
import { isCurrency } from '../../domain/currency';
import { InexactAmountError } from '../../domain/money';
import { decimalsOf, toPayerMaxAmount } from './amounts';

/** What PayerMax's Drop-in can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export const PAYERMAX_CAPABILITIES = CAPABILITIES.payermax;

/** Why PayerMax cannot be told this amount (ISO 4217 minor units) exactly, in words for people; null when it can. */
export function checkAmount(amount: number, currency: string): string | null {
  if (!isCurrency(currency)) return `${currency} is not an ISO 4217 currency code`;
  if (amount <= 0) return 'PayerMax takes amounts above zero only';
  try {
    toPayerMaxAmount(amount, currency);
    return null;
  } catch (error) {
    if (!(error instanceof InexactAmountError)) throw error;
    const decimals = decimalsOf(currency);
    const takes = decimals === 0 ? 'without decimals' : `with at most ${decimals} decimals`;
    return `PayerMax takes ${currency} ${takes}: ${error.message}`;
  }
}
