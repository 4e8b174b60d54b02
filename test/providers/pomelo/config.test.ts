import { exponentOf } from '../../../src/domain/currency';
import { checkAmount, POMELO_CAPABILITIES } from '../../../src/providers/pomelo/capabilities';
import { POMELO_VARIABLES, pomeloSettingsSchema } from '../../../src/providers/pomelo/config';
import { EVERY_CURRENCY } from '../../domain/every-currency';
import { settingsFor } from './vectors';

const ORIGIN = 'https://api.pomelopay.com';

test('defaults: v2, and the assumed facts of the notes', () => {
  expect(settingsFor(ORIGIN)).toEqual({
    baseUrl: 'https://api.pomelopay.com/public',
    apiKey: 'mysecretkey',
    createVersion: 'v2',
    signMethod: 'sha1',
    assumed: { searchPages: 6, clockMarginMs: 60_000, voidedWasPaid: true, appVersion: 'holdfast' },
  });
});

test.each([
  ['baseUrl', 'api.pomelopay.com/public'],
  ['baseUrl', 'ftp://api.pomelopay.com/public'],
  ['baseUrl', 'https://user:pass@api.pomelopay.com/public'],
  ['baseUrl', 'https://api.pomelopay.com/public?a=1'],
  ['apiKey', ''],
  ['apiKey', 'two words'],
  ['apiKey', 'line\nbreak'],
  ['appId', ''],
  ['signMethod', 'sha256'],
  ['createVersion', 'v3'],
  ['callTimeoutMs', 0],
  ['connectTimeoutMs', 60_000],
  ['assumed', { searchPages: 0 }],
])('refuses %s = %j by name, without showing a secret', (field, value) => {
  const result = pomeloSettingsSchema.safeParse({ ...settingsFor(ORIGIN), [field]: value });
  expect(result.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  expect(result.error?.message).not.toContain('mysecretkey');
});

test('v1 needs the id of the application', () => {
  const settings = { ...settingsFor(ORIGIN), createVersion: 'v1' };
  const { error } = pomeloSettingsSchema.safeParse(settings);
  expect(error?.issues).toMatchObject([{ path: ['appId'], message: 'is needed when createVersion is v1' }]);
  expect(pomeloSettingsSchema.safeParse({ ...settings, appId: 'app-1' }).success).toBe(true);
});

test('refuses a setting it does not know', () => {
  const settings = { ...settingsFor(ORIGIN), apikey: 'x' };
  expect(pomeloSettingsSchema.safeParse(settings).error?.message).toContain('apikey');
});

test('every variable sets what an account can be made of', () => {
  const values = {
    POMELO_BASE_URL: `${ORIGIN}/public`,
    POMELO_API_KEY: 'k',
    POMELO_APP_ID: 'app-1',
    POMELO_SIGN_METHOD: 'md5',
    POMELO_CREATE_VERSION: 'v1',
  };
  const named = Object.entries(POMELO_VARIABLES).map(([variable, setting]) => [
    setting,
    values[variable as keyof typeof values],
  ]);
  expect(pomeloSettingsSchema.parse(Object.fromEntries(named))).toMatchObject({
    baseUrl: `${ORIGIN}/public`,
    apiKey: 'k',
    appId: 'app-1',
    signMethod: 'md5',
    createVersion: 'v1',
  });
});

describe('what Pomelo takes', () => {
  test('every currency of two decimals and no other', () => {
    const twoDecimals = EVERY_CURRENCY.filter((currency) => exponentOf(currency) === 2);
    expect([...POMELO_CAPABILITIES.currencies].sort()).toEqual(twoDecimals);
    const taken = EVERY_CURRENCY.filter((currency) => checkAmount(2000, currency) === null);
    expect(taken).toEqual(twoDecimals);
  });

  test.each([
    [100, 'GBP', null],
    [99, 'GBP', '1.00 GBP or more'],
    [0, 'EUR', '1.00 EUR or more'],
    [100.5, 'EUR', 'or more'],
    [100_000, 'JPY', 'two decimals only, not JPY'],
    [100_000, 'KWD', 'two decimals only, not KWD'],
  ])('%d %s: %s', (amount, currency, named) => {
    const objection = checkAmount(amount, currency);
    expect(objection).toEqual(named === null ? null : expect.stringContaining(named));
  });

  test('the shortest expiry is an hour and a minute, the longest 14 days: history is finite', () => {
    expect(POMELO_CAPABILITIES.expiry).toMatchObject({ min: 3_660, max: 14 * 86_400 });
  });
});
