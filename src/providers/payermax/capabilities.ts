import { isCurrency } from '../../domain/currency';
import { InexactAmountError } from '../../domain/money';
import { decimalsOf, toPayerMaxAmount } from './amounts';

/**
 * Order currencies of the front-end components, and those the amount rules name besides (docs/providers/payermax.md
 * §6). Which of them an account may take stands in its contract.
 */
const CURRENCIES =
  'AED AUD AZN BDT BHD BOB BRL CAD CHF CLP COP CZK DKK DZD EGP EUR GBP HKD IDR ILS INR IQD ISK JOD JPY KRW KWD LYD ' +
  'MAD MDL MMK MXN MYR NOK NZD OMR PEN PHP PKR PYG QAR RON SAR SGD THB TND TRY TWD USD UYU VND ZAR';

/** What PayerMax's Drop-in can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export const PAYERMAX_CAPABILITIES = {
  currencies: CURRENCIES.split(' '),
  minAmount: 1,
  // [assumed] PayerMax has bounds per currency and method, their values are not known (§6); so many digits are
  // read exactly from a JSON number.
  maxAmount: 999_999_999_999,
  /** The bounds of an order's `expireTime` (§8). */
  expiry: { default: 1_800, min: 1_800, max: 86_400 },
  /** Only as long as no order was placed: then nothing is there to stop (§3.7). */
  cancel: true,
  confirm: true,
  refund: 'full_and_partial',
  callbackProof: 'signature',
  lookUpByOurReference: true,
  /** The card form is drawn on our own checkout page. */
  hostedPage: false,
} as const;

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
