import type { Capabilities } from '../../domain/capabilities';
import { exponentOf } from '../../domain/currency';
import { describeMoney } from '../../domain/money';

/** Amounts are always hundredths (docs/providers/pomelo.md §5). */
const DECIMALS = 2;

/** All of two decimals; which of them an account may use, Pomelo says when it is asked (docs/providers/pomelo.md §5). */
const CURRENCIES =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC ' +
  'CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ' +
  'JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD ' +
  'NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN ' +
  'SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';

/** What Pomelo can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export const POMELO_CAPABILITIES = {
  name: 'Pomelo',
  currencies: CURRENCIES.split(' '),
  // Cents "in any local currency"; 100 itself is taken to be allowed (docs/providers/pomelo.md §5).
  minAmount: 100,
  // [assumed] No source states an upper bound (docs/providers/pomelo.md §5).
  maxAmount: 99_999_999,
  decimals: {},
  // An hour ahead at least (docs/providers/pomelo.md §7); 14 days at most, since each look-up costs history and Temporal
  // ends a workflow with too much of it. With the minimum, Pomelo has to answer within a minute after the payment was asked
  // for; the default leaves it an hour.
  expiry: { default: 7_200, min: 3_660, max: 1_209_600 },
  cancel: false,
  confirm: false,
  refund: 'none',
  seesRefunds: true,
  callbackProof: 'hint',
} as const satisfies Capabilities;

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
