/** Where a merchant is: decides currency, banks and the zone of printed times. */
export interface Country {
  readonly currency: 'CLP' | 'MXN';
  /** Decimals of the currency's ISO 4217 minor unit; the wire knows whole pesos only. */
  readonly minorDigits: 0 | 2;
  readonly timeZone: string;
  /** Display names by lower-case bank code. */
  readonly banks: Readonly<Record<string, string>>;
  readonly testBank: string;
  /** Who the payer is at the bank; the Chilean values are those of the published vectors. */
  readonly payer: { readonly rut: string; readonly account: string };
}

/** By the beginning of the merchant code (docs/providers/etpay.md §1); bank codes: §3.1. */
const COUNTRIES = {
  cl: {
    currency: 'CLP',
    minorDigits: 0,
    timeZone: 'America/Santiago',
    banks: {
      cl_estado: 'BancoEstado',
      cl_santander: 'Santander',
      cl_bch: 'Banco de Chile',
      cl_bci: 'Bci',
      cl_falabella: 'Banco Falabella',
      cl_itau: 'Itaú',
      cl_scotiabank: 'Scotiabank',
      cl_mach: 'MACH',
      cl_test: 'Banco de prueba',
    },
    testBank: 'cl_test',
    payer: { rut: '111111111', account: 'Cuenta Corriente 12345678' },
  },
  mx: {
    currency: 'MXN',
    minorDigits: 2,
    timeZone: 'America/Mexico_City',
    banks: {
      mx_azteca: 'Banco Azteca',
      mx_banamex: 'Banamex',
      mx_banorte: 'Banorte',
      mx_banregio: 'Banregio',
      mx_bbva: 'BBVA',
      mx_santander: 'Santander',
      mx_scotiabank: 'Scotiabank',
      mx_test: 'Banco de prueba',
    },
    testBank: 'mx_test',
    payer: { rut: '', account: 'CLABE 000000000000000000' },
  },
} as const satisfies Record<string, Country>;

/** The country of a merchant code `cl_…` or `mx_…`. */
export function countryOf(merchantCode: string): Country {
  return merchantCode.startsWith('mx_') ? COUNTRIES.mx : COUNTRIES.cl;
}

/** Whole pesos as integer minor units: 15990 CLP stays 15990, 39 MXN become 3900. */
export function minorUnits(country: Country, wholePesos: number): number {
  return wholePesos * 10 ** country.minorDigits;
}

/** `DD-MM-YYYY HH:mm:ss` in the country's local time [assumed], as docs/providers/etpay.md §3.3 prints it. */
export function paymentDate(country: Country, atMs: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: country.timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(atMs);
  return parts.replaceAll('/', '-').replace(', ', ' ');
}
