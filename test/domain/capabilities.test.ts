import { type Capabilities, problemOfAmount } from '../../src/domain/capabilities';
import { isCurrency } from '../../src/domain/currency';
import { PROVIDERS } from '../../src/domain/payment';
import { CAPABILITIES, capabilitiesOf } from '../../src/providers/capabilities';

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
  expect(problemOfAmount(capabilitiesOf(provider), { amount, currency })).toBeNull();
});

test.each([
  ['payermax', 1_234, 'KWD', 'PayerMax takes KWD with at most 2 decimals'],
  ['payermax', 150_050, 'IDR', 'PayerMax takes IDR without decimals'],
  ['etpay', 1_050, 'MXN', 'ETpay takes MXN without decimals'],
  ['pomelo', 99, 'GBP', 'Pomelo takes 1.00 GBP to 999999.99 GBP'],
  ['droppay-pos', 100_000_000, 'EUR', 'DropPay takes 0.01 EUR to'],
] as const)('%s does not take %i %s: %s', (provider, amount, currency, why) => {
  expect(problemOfAmount(capabilitiesOf(provider), { amount, currency })).toContain(why);
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

describe('bounds of a currency of its own', () => {
  const capabilities: Capabilities = {
    ...capabilitiesOf('pomelo'),
    name: 'Acme',
    minAmount: 100,
    maxAmount: 1_000_000,
    boundsByCurrency: { JPY: { minAmount: 50 }, GBP: { minAmount: 30, maxAmount: 500 } },
  };

  test.each([
    [100, 'EUR'],
    [1_000_000, 'EUR'],
    [50, 'JPY'],
    [1_000_000, 'JPY'],
    [30, 'GBP'],
    [500, 'GBP'],
  ])('%i %s is taken', (amount, currency) => {
    expect(problemOfAmount(capabilities, { amount, currency })).toBeNull();
  });

  test.each([
    [99, 'EUR', 'Acme takes 1.00 EUR to 10000.00 EUR'],
    [49, 'JPY', 'Acme takes 50 JPY to 1000000 JPY'],
    [29, 'GBP', 'Acme takes 0.30 GBP to 5.00 GBP'],
    [501, 'GBP', 'Acme takes 0.30 GBP to 5.00 GBP'],
  ])('%i %s is not: %s', (amount, currency, why) => {
    expect(problemOfAmount(capabilities, { amount, currency })).toBe(why);
  });
});
