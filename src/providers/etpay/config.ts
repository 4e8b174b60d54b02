import { z } from 'zod';
import { httpAddress, timeoutMs } from '../settings';

const MAX_TIMEOUT_MS = 60_000;

/** What ETpay accounts are paid in: each account has one country (docs/providers/etpay.md §1). */
const ETPAY_CURRENCIES = ['CLP', 'MXN'] as const;
export type EtPayCurrency = (typeof ETPAY_CURRENCIES)[number];

const CURRENCY_OF_COUNTRY: ReadonlyMap<string, EtPayCurrency> = new Map([
  ['cl', 'CLP'],
  ['mx', 'MXN'],
]);

/** Facts that no source states (docs/providers/etpay.md, marked [assumed]) and on which the adapter builds. */
const assumed = z.strictObject({
  /**
   * Currency of the account. No call names it, so it is read from the merchant code's country (§3.1); set it for an
   * account whose code does not begin with one.
   */
  currency: z.enum(ETPAY_CURRENCIES).optional(),
});

/** Settings of one ETpay account. Both addresses may end with a slash. */
export const etPaySettingsSchema = z
  .strictObject({
    apiUrl: httpAddress('https://api-sandbox.etpay.com'),
    /** Where payers are sent. */
    pmtUrl: httpAddress('https://pmt-sandbox.etpay.com'),
    merchantCode: z.string().min(1),
    merchantApiToken: z.string().min(1),
    connectTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
    callTimeoutMs: timeoutMs(MAX_TIMEOUT_MS).optional(),
    assumed: assumed.prefault({}),
  })
  .refine((settings) => readCurrency(settings) !== undefined, {
    path: ['merchantCode'],
    error: 'must begin with cl_ or mx_, or else assumed.currency must say CLP or MXN (HOLDFAST_CONNECTIONS)',
  });

export type EtPaySettings = z.output<typeof etPaySettingsSchema>;

/** Environment variable of each setting of the account that the environment describes. */
export const ETPAY_VARIABLES = {
  ETPAY_API_URL: 'apiUrl',
  ETPAY_PMT_URL: 'pmtUrl',
  ETPAY_MERCHANT_CODE: 'merchantCode',
  ETPAY_MERCHANT_API_TOKEN: 'merchantApiToken',
} as const satisfies Record<string, keyof EtPaySettings>;

/** The one currency of an account. */
export function currencyOfAccount(settings: EtPaySettings): EtPayCurrency {
  const currency = readCurrency(settings);
  if (!currency) throw new TypeError('settings of an ETpay account without a currency were never validated');
  return currency;
}

interface CurrencySource {
  merchantCode: string;
  assumed: { currency?: EtPayCurrency };
}

function readCurrency({ merchantCode, assumed }: CurrencySource): EtPayCurrency | undefined {
  const country = /^([a-z]{2})_/i.exec(merchantCode)?.[1]?.toLowerCase();
  return assumed.currency ?? CURRENCY_OF_COUNTRY.get(country ?? '');
}
