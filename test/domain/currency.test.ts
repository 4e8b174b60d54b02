import { exponentOf, isCurrency } from '../../src/domain/currency';
import { EVERY_CURRENCY } from './every-currency';

describe('the currency table', () => {
  // ISO 4217, list one, column "minor unit".
  test.each([
    ['BIF', 0],
    ['CLP', 0],
    ['ISK', 0],
    ['JPY', 0],
    ['KRW', 0],
    ['PYG', 0],
    ['UGX', 0],
    ['UYI', 0],
    ['VND', 0],
    ['XAF', 0],
    ['XOF', 0],
    ['XPF', 0],
    ['BRL', 2],
    ['CHF', 2],
    ['CNY', 2],
    ['COP', 2],
    ['EUR', 2],
    ['GBP', 2],
    ['HUF', 2],
    ['IDR', 2],
    ['INR', 2],
    ['MGA', 2],
    ['MRU', 2],
    ['MXN', 2],
    ['PEN', 2],
    ['PHP', 2],
    ['SGD', 2],
    ['THB', 2],
    ['TWD', 2],
    ['USD', 2],
    ['UYU', 2],
    ['BHD', 3],
    ['IQD', 3],
    ['JOD', 3],
    ['KWD', 3],
    ['LYD', 3],
    ['OMR', 3],
    ['TND', 3],
    ['CLF', 4],
    ['UYW', 4],
  ])('%s has %i decimals', (currency, decimals) => {
    expect(isCurrency(currency)).toBe(true);
    expect(exponentOf(currency)).toBe(decimals);
  });

  test('holds the world, and only whole numbers of decimals', () => {
    expect(EVERY_CURRENCY.length).toBeGreaterThan(150);
    expect(new Set(EVERY_CURRENCY.map(exponentOf))).toEqual(new Set([0, 2, 3, 4]));
  });

  test.each(['eur', 'EURO', 'EU', '', ' EUR', 'XXX', 'XTS', 'BTC', 'DEM', 'constructor', '__proto__'])(
    '"%s" is not a currency',
    (code) => {
      expect(isCurrency(code)).toBe(false);
      expect(() => exponentOf(code)).toThrow(new RangeError(`${code} is not an ISO 4217 currency code`));
    },
  );
});
