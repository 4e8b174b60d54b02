import { ExactDecimal } from '../exact-json';

const ISO_DECIMALS = decimals({
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
});

/** Where PayerMax differs from ISO 4217 (docs/providers/payermax.md §6). */
const WIRE_DECIMALS = decimals({ 0: 'IDR TWD PKR COP', 2: 'BHD KWD JOD OMR TND IQD LYD' });

const KNOWN: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether there is such a currency; which ones an account may use depends on a contract nobody shows. */
export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

/**
 * Integer ISO 4217 minor units of an amount in major units; undefined when it is negative or has more decimals
 * than PayerMax takes in this currency. No rounding (§12 no. 15).
 */
export function minorOf(amount: number | string, currency: string): number | undefined {
  // JavaScript prints the shortest digits that read back as the same number: those that were written.
  const digits = /^(\d+)(?:\.(\d+))?$/.exec(String(amount));
  const fraction = digits?.[2] ?? '';
  if (digits === null || fraction.length > wireDecimals(currency)) return undefined;
  const minor = Number(`${digits[1] ?? ''}${fraction.padEnd(isoDecimals(currency), '0')}`);
  return Number.isSafeInteger(minor) ? minor : undefined;
}

/** Minor units as PayerMax writes them: 1234 cents → 12.34, 1500000 of IDR → 15000, 1230 of KWD → 1.23. */
export function majorOf(minor: number, currency: string): ExactDecimal {
  const [iso, wire] = [isoDecimals(currency), wireDecimals(currency)];
  const digits = String(minor).padStart(iso + 1, '0');
  const whole = digits.slice(0, digits.length - iso);
  const fraction = digits.slice(digits.length - iso).slice(0, wire);
  return new ExactDecimal(fraction === '' ? whole : `${whole}.${fraction}`);
}

function isoDecimals(currency: string): number {
  return ISO_DECIMALS.get(currency) ?? 2;
}

function wireDecimals(currency: string): number {
  return WIRE_DECIMALS.get(currency) ?? isoDecimals(currency);
}

function decimals(table: Readonly<Record<number, string>>): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(table).flatMap(([count, codes]) => codes.split(' ').map((code) => [code, Number(count)])),
  );
}
