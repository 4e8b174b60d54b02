import { CAPABILITIES, capabilitiesOf, problemOfAmount } from '../../src/domain/capabilities';
import { isCurrency } from '../../src/domain/currency';
import { PROVIDERS } from '../../src/domain/payment';

test('every provider says what it can take', () => {
  expect(Object.keys(CAPABILITIES).sort()).toEqual([...PROVIDERS].sort());
});

describe.each(PROVIDERS)('%s', (provider) => {
  const { currencies, minAmount, maxAmount, expiry } = capabilitiesOf(provider);

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

test.each([
  ['payermax', 1_230, 'KWD'],
  ['payermax', 150_000, 'IDR'],
  ['payermax', 1, 'USD'],
  ['etpay', 15_990, 'CLP'],
  ['etpay', 1_100, 'MXN'],
  ['pomelo', 100, 'GBP'],
  ['droppay-acquirer', 1, 'EUR'],
] as const)('%s takes %i %s', (provider, amount, currency) => {
  expect(problemOfAmount(provider, { amount, currency })).toBeNull();
});

test.each([
  ['payermax', 1_234, 'KWD', 'PayerMax takes KWD with at most 2 decimals'],
  ['payermax', 150_050, 'IDR', 'PayerMax takes IDR without decimals'],
  ['etpay', 1_050, 'MXN', 'ETpay takes MXN without decimals'],
  ['pomelo', 99, 'GBP', 'Pomelo takes 1.00 GBP to 999999.99 GBP'],
  ['droppay-pos', 100_000_000, 'EUR', 'DropPay takes 0.01 EUR to'],
] as const)('%s does not take %i %s: %s', (provider, amount, currency, why) => {
  expect(problemOfAmount(provider, { amount, currency })).toContain(why);
});

test.each([
  ['droppay-pos', 60],
  ['droppay-acquirer', 60],
  ['payermax', 1_800],
  ['pomelo', 3_660],
  ['etpay', 1_800],
] as const)('%s can keep no expiry shorter than %i s', (provider, seconds) => {
  expect(capabilitiesOf(provider).expiry.min).toBe(seconds);
});
