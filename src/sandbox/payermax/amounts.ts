import { isCurrency, minorOf } from './currencies';
import { PayerMaxRefusal } from './errors';

/** ISO minor units of an amount above zero; refuses with CURRENCY_INVALID or AMOUNT_INVALID. */
export function checkedAmount(amount: number | string, currency: string): number {
  checkCurrency(currency);
  const minor = minorOf(amount, currency);
  if (minor === undefined || minor <= 0) {
    throw new PayerMaxRefusal('AMOUNT_INVALID', `${amount} is not an amount of ${currency}`);
  }
  return minor;
}

export function checkCurrency(currency: string): void {
  if (!isCurrency(currency)) throw new PayerMaxRefusal('CURRENCY_INVALID', `${currency} is no currency`);
}

export function checkCountry(country: string): void {
  if (!/^[A-Z]{2}$/.test(country)) throw new PayerMaxRefusal('COUNTRY_INVALID', `${country} is no country`);
}
