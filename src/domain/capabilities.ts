import { exponentOf } from './currency';
import { describeMoney, InexactAmountError, type Money, toDecimalText } from './money';
import type { ProviderId } from './payment';
import type { RefundRule } from './refund';

/** What one provider can take and do. Amounts in ISO 4217 minor units, times in seconds. */
export interface Capabilities {
  /** How people call it. */
  name: string;
  currencies: readonly string[];
  minAmount: number;
  maxAmount: number;
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
  /** Whether the provider can be asked by our reference, so that a payment with a lost first answer is found. */
  lookUpByOurReference: boolean;
  /** Whether the payer pays at an address of the provider's. */
  hostedPage: boolean;
}

/** Order currencies of PayerMax's components, and those that its amount rules name besides (docs/providers/payermax.md §6). */
const PAYERMAX_CURRENCIES =
  'AED AUD AZN BDT BHD BOB BRL CAD CHF CLP COP CZK DKK DZD EGP EUR GBP HKD IDR ILS INR IQD ISK JOD JPY KRW KWD LYD ' +
  'MAD MDL MMK MXN MYR NOK NZD OMR PEN PHP PKR PYG QAR RON SAR SGD THB TND TRY TWD USD UYU VND ZAR';

/** All of two decimals; which of them an account may use, Pomelo says when it is asked (docs/providers/pomelo.md §5). */
const POMELO_CURRENCIES =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC ' +
  'CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ' +
  'JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD ' +
  'NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN ' +
  'SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';

/** What both integrations of DropPay have in common. */
const DROPPAY = {
  currencies: ['EUR'],
  minAmount: 1,
  // [assumed] No source states DropPay's bounds: docs/providers/droppay.md §5 (amount) and §7 (expiry).
  maxAmount: 99_999_999,
  decimals: {},
  expiry: { default: 900, min: 60, max: 86_400 },
  cancel: true,
  seesRefunds: false,
  callbackProof: 'hint',
  lookUpByOurReference: false,
} as const;

/** What each provider can take; checked before anything is started. */
export const CAPABILITIES = {
  'droppay-pos': { ...DROPPAY, name: 'DropPay', confirm: false, refund: 'once', hostedPage: true },
  'droppay-acquirer': {
    ...DROPPAY,
    name: 'DropPay Acquirer',
    confirm: true,
    refund: 'none',
    hostedPage: false,
  },
  payermax: {
    name: 'PayerMax',
    currencies: PAYERMAX_CURRENCIES.split(' '),
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
    lookUpByOurReference: true,
    hostedPage: false,
  },
  pomelo: {
    name: 'Pomelo',
    currencies: POMELO_CURRENCIES.split(' '),
    // Cents "in any local currency"; 100 itself is taken to be allowed (docs/providers/pomelo.md §5).
    minAmount: 100,
    // [assumed] No source states an upper bound (docs/providers/pomelo.md §5).
    maxAmount: 99_999_999,
    decimals: {},
    // An hour ahead at least (docs/providers/pomelo.md §7); 14 days at most, since each look-up costs history and Temporal
    // ends a workflow with too much of it. The default leaves an hour for the
    // case that Pomelo is down when the payment is asked for: with the minimum there is one minute.
    expiry: { default: 7_200, min: 3_660, max: 1_209_600 },
    cancel: false,
    confirm: false,
    refund: 'none',
    seesRefunds: true,
    callbackProof: 'hint',
    lookUpByOurReference: true,
    hostedPage: true,
  },
  etpay: {
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
    lookUpByOurReference: true,
    hostedPage: true,
  },
} as const satisfies Readonly<Record<ProviderId, Capabilities>>;

/** What a provider can take and do, in general terms. */
export function capabilitiesOf(provider: ProviderId): Capabilities {
  return CAPABILITIES[provider];
}

/** How many decimals a provider takes in a currency. */
export function decimalsAt(provider: ProviderId, currency: string): number {
  return capabilitiesOf(provider).decimals[currency] ?? exponentOf(currency);
}

/** Why a provider cannot take an amount, in words for people, or null when it can. */
export function problemOfAmount(provider: ProviderId, { amount, currency }: Money): string | null {
  const { name, minAmount, maxAmount } = capabilitiesOf(provider);
  if (amount < minAmount || amount > maxAmount) {
    const bounds = [minAmount, maxAmount].map((bound) => describeMoney({ amount: bound, currency }));
    return `${name} takes ${bounds.join(' to ')}`;
  }
  const decimals = decimalsAt(provider, currency);
  try {
    toDecimalText(amount, currency, decimals);
    return null;
  } catch (error) {
    if (!(error instanceof InexactAmountError)) throw error;
    const takes = decimals === 0 ? 'without decimals' : `with at most ${decimals} decimals`;
    return `${name} takes ${currency} ${takes}: ${error.message}`;
  }
}
