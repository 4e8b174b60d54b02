import { type Capabilities, problemOfDecimals } from '../../domain/capabilities';
import { isCurrency } from '../../domain/currency';

/** Order currencies of PayerMax's components, and those that its amount rules name besides (docs/providers/payermax.md §6). */
const CURRENCIES =
  'AED AUD AZN BDT BHD BOB BRL CAD CHF CLP COP CZK DKK DZD EGP EUR GBP HKD IDR ILS INR IQD ISK JOD JPY KRW KWD LYD ' +
  'MAD MDL MMK MXN MYR NOK NZD OMR PEN PHP PKR PYG QAR RON SAR SGD THB TND TRY TWD USD UYU VND ZAR';

/** What PayerMax's Drop-in can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export const PAYERMAX_CAPABILITIES = {
  name: 'PayerMax',
  currencies: CURRENCIES.split(' '),
  minAmount: 1,
  // [assumed] PayerMax has bounds per currency and method, their values are not known (docs/providers/payermax.md
  // §6); so many digits are read exactly from a JSON number.
  maxAmount: 999_999_999_999,
  // docs/providers/payermax.md §6
  decimals: { BHD: 2, IQD: 2, JOD: 2, KWD: 2, LYD: 2, OMR: 2, TND: 2, COP: 0, IDR: 0, PKR: 0, TWD: 0 },
  // The bounds of an order's `expireTime` (docs/providers/payermax.md §8).
  expiry: { default: 1_800, min: 1_800, max: 86_400 },
  // Only as long as no order was placed: then nothing is there to stop (docs/providers/payermax.md §3.7).
  cancel: true,
  confirm: true,
  refund: 'full_and_partial',
  seesRefunds: false,
  callbackProof: 'signature',
} as const satisfies Capabilities;

/** Why PayerMax cannot be told this amount (ISO 4217 minor units) exactly, in words for people; null when it can. */
export function checkAmount(amount: number, currency: string): string | null {
  if (!isCurrency(currency)) return `${currency} is not an ISO 4217 currency code`;
  if (amount <= 0) return 'PayerMax takes amounts above zero only';
  return problemOfDecimals(PAYERMAX_CAPABILITIES, { amount, currency });
}
