import * as fc from 'fast-check';
import { decimalsOf } from '../../../src/domain/capabilities';
import { exponentOf, isCurrency } from '../../../src/domain/currency';
import { readAmount, toPayerMaxAmount } from '../../../src/providers/payermax/amounts';
import { checkAmount, PAYERMAX_CAPABILITIES } from '../../../src/providers/payermax/capabilities';

const { currencies, maxAmount } = PAYERMAX_CAPABILITIES;

test.each([
  ['BHD', 2],
  ['KWD', 2],
  ['JOD', 2],
  ['OMR', 2],
  ['TND', 2],
  ['IQD', 2],
  ['LYD', 2],
  ['IDR', 0],
  ['TWD', 0],
  ['PKR', 0],
  ['COP', 0],
  ['KRW', 0],
  ['VND', 0],
  ['CLP', 0],
  ['JPY', 0],
  ['ISK', 0],
  ['PYG', 0],
  ['USD', 2],
  ['EUR', 2],
  ['HKD', 2],
])('§6: %s has %i decimals', (currency, decimals) => {
  expect(decimalsOf(PAYERMAX_CAPABILITIES, currency)).toBe(decimals);
});

test.each([
  [1999, 'USD', '19.99'],
  [7740, 'HKD', '77.40'],
  [1, 'EUR', '0.01'],
  [150_000, 'IDR', '1500'],
  [100, 'TWD', '1'],
  [1_230, 'KWD', '1.23'],
  [10, 'BHD', '0.01'],
  [5_000, 'JPY', '5000'],
  [999_999_999_999, 'USD', '9999999999.99'],
])('%i minor units of %s are written %s', (amount, currency, text) => {
  expect(toPayerMaxAmount(amount, currency)).toBe(text);
  expect(checkAmount(amount, currency)).toBeNull();
});

test.each([
  [1_234, 'KWD', /KWD with at most 2 decimals/],
  [1, 'TND', /TND with at most 2 decimals/],
  [150_001, 'IDR', /IDR without decimals/],
  [99, 'COP', /COP without decimals/],
  [0, 'USD', /above zero/],
  [-1, 'USD', /above zero/],
  [1.5, 'USD', /USD with at most 2 decimals/],
  [100, 'XYZ', /XYZ is not/],
])('%d of %s cannot be told exactly', (amount, currency, why) => {
  expect(checkAmount(amount, currency)).toMatch(why);
});

test.each([
  [77.4, 'HKD', 7740],
  ['77.40', 'HKD', 7740],
  ['50', 'USD', 5000],
  [300, 'THB', 30_000],
  [1500, 'IDR', 150_000],
  [1.23, 'KWD', 1_230],
  [5, 'JPY', 5],
])('reads %j %s as %i minor units', (value, currency, amount) => {
  expect(readAmount(value, currency)).toBe(amount);
});

test.each([
  [null, 'USD'],
  [undefined, 'USD'],
  [19.99, null],
  [19.99, ''],
  [19.99, 'usd'],
  [19.99, 'XYZ'],
  [19.999, 'USD'],
  [1.5, 'JPY'],
  [-1, 'USD'],
  ['1e3', 'USD'],
  ['', 'USD'],
  [Number.NaN, 'USD'],
])('%p %p cannot be read', (value, currency) => {
  expect(readAmount(value, currency)).toBeNull();
});

test('whatever can be written is read back as the same amount', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...currencies),
      fc.integer({ min: 1, max: maxAmount }),
      (currency, amount) => {
        if (checkAmount(amount, currency) !== null) return;
        const text = toPayerMaxAmount(amount, currency);
        expect(readAmount(text, currency)).toBe(amount);
        expect(readAmount(JSON.parse(text) as number, currency)).toBe(amount);
      },
    ),
  );
});

test('PayerMax never takes more decimals than ISO 4217 has', () => {
  expect(currencies.filter((currency) => !isCurrency(currency))).toEqual([]);
  expect(
    currencies.filter((currency) => decimalsOf(PAYERMAX_CAPABILITIES, currency) > exponentOf(currency)),
  ).toEqual([]);
  expect(new Set(currencies).size).toBe(currencies.length);
});
