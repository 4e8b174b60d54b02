import { CAPABILITIES } from '../../src/domain/capabilities';
import { isCurrency } from '../../src/domain/currency';
import { PROVIDERS } from '../../src/domain/payment';

test('every provider says what it can take', () => {
  expect(Object.keys(CAPABILITIES).sort()).toEqual([...PROVIDERS].sort());
});

describe.each(PROVIDERS)('%s', (provider) => {
  const { currencies, minAmount, maxAmount, expiry } = CAPABILITIES[provider];

  test('takes ISO 4217 currencies, each named once', () => {
    expect(currencies.length).toBeGreaterThan(0);
    expect(currencies.filter((currency) => !isCurrency(currency))).toEqual([]);
    expect(new Set(currencies).size).toBe(currencies.length);
  });

  test('takes whole amounts above zero, the least not above the most', () => {
    expect(Number.isSafeInteger(minAmount) && Number.isSafeInteger(maxAmount)).toBe(true);
    expect(minAmount).toBeGreaterThan(0);
    expect(maxAmount).toBeGreaterThanOrEqual(minAmount);
  });

  test('has a default expiry within its bounds, in whole seconds', () => {
    expect([expiry.min, expiry.default, expiry.max].every(Number.isSafeInteger)).toBe(true);
    expect(expiry.min).toBeGreaterThan(0);
    expect(expiry.default).toBeGreaterThanOrEqual(expiry.min);
    expect(expiry.default).toBeLessThanOrEqual(expiry.max);
  });
});

test('DropPay POS takes euros, expires after 900 s by default, can be cancelled and needs no confirmation', () => {
  expect(CAPABILITIES['droppay-pos']).toMatchObject({
    currencies: ['EUR'],
    expiry: { default: 900 },
    cancel: true,
    confirm: false,
  });
});
