import fc from 'fast-check';
import { exponentOf } from '../../src/domain/currency';
import { describeMoney, fromDecimal, InexactAmountError, toDecimalText } from '../../src/domain/money';
import { EVERY_CURRENCY } from './every-currency';

const currency = fc.constantFrom(...EVERY_CURRENCY);
/** Amounts of up to 15 digits before the point are read. */
const amount = fc.oneof(fc.nat({ max: 999_999_999_999_999 }), fc.nat({ max: 100_000 }));

describe('minor units as decimal text', () => {
  test.each([
    [1250, 'EUR', '12.50'],
    [5, 'EUR', '0.05'],
    [0, 'EUR', '0.00'],
    [1250, 'CLP', '1250'],
    [0, 'JPY', '0'],
    [1234, 'KWD', '1.234'],
    [1, 'KWD', '0.001'],
    [12_345, 'CLF', '1.2345'],
    [7, 'UYW', '0.0007'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91'],
  ])('%i %s is %s', (minor, code, text) => {
    expect(toDecimalText(minor, code)).toBe(text);
    expect(fromDecimal(text, code)).toBe(minor);
  });

  test.each([
    [1230, 'KWD', 2, '1.23'],
    [1000, 'KWD', 0, '1'],
    [500, 'JPY', 2, '500.00'],
    [1000, 'MXN', 0, '10'],
    [1250, 'EUR', 4, '12.5000'],
    [150_000, 'IDR', 0, '1500'],
  ])('%i %s with %i decimals is %s', (minor, code, decimals, text) => {
    expect(toDecimalText(minor, code, decimals)).toBe(text);
    expect(fromDecimal(text, code)).toBe(minor);
  });

  test.each([
    [1234, 'KWD', 2],
    [1050, 'MXN', 0],
    [150_001, 'IDR', 0],
    [1, 'CLF', 3],
  ])('%i %s cannot be written with %i decimals', (minor, code, decimals) => {
    expect(() => toDecimalText(minor, code, decimals)).toThrow(InexactAmountError);
    expect(() => toDecimalText(minor, code, decimals)).toThrow(`cannot be written with ${decimals} decimals`);
  });

  test.each([NaN, Infinity, -Infinity, -1, 0.5, 19.99, 1e21, Number.MAX_SAFE_INTEGER + 1])(
    '%p is no amount in minor units',
    (minor) => expect(() => toDecimalText(minor, 'EUR')).toThrow(InexactAmountError),
  );

  test('an unknown currency is refused', () => {
    expect(() => toDecimalText(1, 'DEM')).toThrow('DEM is not an ISO 4217 currency code');
    expect(() => fromDecimal('1', 'DEM')).toThrow('DEM is not an ISO 4217 currency code');
  });

  test('every amount in every currency comes back as it was', () => {
    fc.assert(
      fc.property(amount, currency, (minor, code) => {
        expect(fromDecimal(toDecimalText(minor, code), code)).toBe(minor);
      }),
    );
  });

  test('with any number of decimals it comes back as it was, or is refused because digits would be lost', () => {
    fc.assert(
      fc.property(amount, currency, fc.nat({ max: 6 }), (minor, code, decimals) => {
        const lost = exponentOf(code) > decimals && minor % 10 ** (exponentOf(code) - decimals) !== 0;
        if (lost) {
          expect(() => toDecimalText(minor, code, decimals)).toThrow(InexactAmountError);
          return;
        }
        const text = toDecimalText(minor, code, decimals);
        expect(text).toMatch(decimals === 0 ? /^\d+$/ : new RegExp(`^\\d+\\.\\d{${decimals}}$`));
        expect(fromDecimal(text, code)).toBe(minor);
      }),
    );
  });
});

describe('decimal amounts as minor units', () => {
  test.each([
    [19.99, 'EUR', 1999],
    [0.1, 'EUR', 10],
    [0.29, 'EUR', 29],
    [1.005, 'KWD', 1005],
    [4.35, 'EUR', 435],
    [1234567.89, 'EUR', 123_456_789],
    [5, 'EUR', 500],
    [0, 'EUR', 0],
    ['12.5', 'EUR', 1250],
    ['12.5000', 'EUR', 1250],
    ['0012.50', 'EUR', 1250],
    [' 12.50 ', 'EUR', 1250],
    ['100.00', 'JPY', 100],
    ['90071992547409.91', 'EUR', Number.MAX_SAFE_INTEGER],
  ])('%p %s is %i', (value, code, minor) => {
    expect(fromDecimal(value, code)).toBe(minor);
  });

  test('every JSON number with cents is read exactly', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000_000 }), (cents) => {
        const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
        expect(fromDecimal(JSON.parse(text) as number, 'EUR')).toBe(cents);
      }),
    );
  });

  test.each([
    ['12.505', 'EUR'],
    [12.505, 'EUR'],
    ['100.5', 'JPY'],
    [0.1, 'CLP'],
    ['1.2345', 'KWD'],
    [0.1 + 0.2, 'EUR'],
  ])('%p %s is finer than the minor unit', (value, code) => {
    expect(() => fromDecimal(value, code)).toThrow(InexactAmountError);
    expect(() => fromDecimal(value, code)).toThrow('cannot be written with');
  });

  test('nothing finer than the minor unit is ever read', () => {
    fc.assert(
      fc.property(fc.nat(), currency, fc.integer({ min: 1, max: 9 }), (whole, code, lastDigit) => {
        const tooFine = `${whole}.${'0'.repeat(exponentOf(code))}${lastDigit}`;
        expect(() => fromDecimal(tooFine, code)).toThrow(InexactAmountError);
      }),
    );
  });

  test.each(['90071992547409.92', '999999999999999'])('%s EUR is too large', (text) => {
    expect(() => fromDecimal(text, 'EUR')).toThrow(`${text} EUR is too large`);
  });

  test.each([
    '1e3',
    '1E3',
    '-1',
    '-0.01',
    '+1',
    '٣',
    '１２',
    '1,50',
    '1.000,50',
    '1 000',
    '1_000',
    '.5',
    '1.',
    '1.2.3',
    '',
    ' ',
    'NaN',
    'Infinity',
    '0x10',
    '12.50 EUR',
    '€5',
    '1\n2',
    '1234567890123456',
    '1n',
  ])('"%s" is no plain decimal', (text) => {
    expect(() => fromDecimal(text, 'EUR')).toThrow(InexactAmountError);
    expect(() => fromDecimal(text, 'EUR')).toThrow('not a plain non-negative decimal amount');
  });

  test.each([1e21, 1e300, 1e-7, -1, -0.01, NaN, Infinity, -Infinity])(
    'the number %p is no amount',
    (value) => {
      expect(() => fromDecimal(value, 'EUR')).toThrow(InexactAmountError);
    },
  );

  test('whatever a provider sends is either refused or a whole, non-negative number of minor units', () => {
    const anything = fc.oneof(
      fc.double(),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[-+]?\d{0,20}[.,]?\d{0,6}(e\d)?$/),
    );
    fc.assert(
      fc.property(anything, currency, (value, code) => {
        const read = readOrRefusal(value, code);
        if (read instanceof Error) expect(read).toBeInstanceOf(InexactAmountError);
        else expect(Number.isSafeInteger(read) && Number(read) >= 0).toBe(true);
      }),
    );
  });
});

test('an amount is described for people with its own decimals', () => {
  expect(describeMoney({ amount: 1250, currency: 'EUR' })).toBe('12.50 EUR');
  expect(describeMoney({ amount: 1250, currency: 'CLP' })).toBe('1250 CLP');
});

function readOrRefusal(value: number | string, code: string): unknown {
  try {
    return fromDecimal(value, code);
  } catch (error) {
    return error;
  }
}
