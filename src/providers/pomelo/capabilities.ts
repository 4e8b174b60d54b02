import { exponentOf } from '../../domain/currency';
import { describeMoney } from '../../domain/money';

/** Cents "in any local currency"; 100 itself is taken to be allowed (docs/providers/pomelo.md §5). */
const MIN_AMOUNT = 100;
/** Amounts are always hundredths (docs/providers/pomelo.md §5). */
const DECIMALS = 2;

/**
 * The ISO 4217 currencies of two decimals. Which of them an account may use, Pomelo says when it is asked.
 */
const TWO_DECIMALS =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC ' +
  'CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ' +
  'JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD ' +
  'NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN ' +
  'SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';

/** What Pomelo can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export const POMELO_CAPABILITIES = {
  currencies: TWO_DECIMALS.split(' '),
  minAmount: MIN_AMOUNT,
  // [assumed] No source states an upper bound (docs/providers/pomelo.md §5).
  maxAmount: 99_999_999,
  // An hour ahead at least and 90 days at most (docs/providers/pomelo.md §7). The default leaves an hour for
  // the case that Pomelo is down when the payment is asked for: with the minimum there is one minute.
  expiry: { default: 7_200, min: 3_660, max: 7_776_000 },
  cancel: false,
  confirm: false,
  refund: 'none',
  callbackProof: 'hint',
  lookUpByOurReference: true,
  hostedPage: true,
} as const;

/**
 * Why Pomelo cannot be asked for this amount, or null when it can.
 *
 * @param amountMinor ISO 4217 minor units
 * @throws RangeError when the currency is none
 */
export function checkAmount(amountMinor: number, currency: string): string | null {
  if (exponentOf(currency) !== DECIMALS)
    return `Pomelo takes currencies with two decimals only, not ${currency}`;
  if (!Number.isSafeInteger(amountMinor) || amountMinor < MIN_AMOUNT) {
    return `Pomelo takes ${describeMoney({ amount: MIN_AMOUNT, currency })} or more`;
  }
  return null;
}
