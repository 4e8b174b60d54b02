import {
  currencyOfAccount,
  ETPAY_VARIABLES,
  type EtPaySettings,
  etPaySettingsSchema,
} from '../../../src/providers/etpay/config';
import { settingsFor } from './vectors';

const HOST = 'https://api-sandbox.etpay.com';

test('the variables are exactly the settings that have no default', () => {
  const environment: Record<keyof typeof ETPAY_VARIABLES, string> = {
    ETPAY_API_URL: HOST,
    ETPAY_PMT_URL: HOST,
    ETPAY_MERCHANT_CODE: 'cl_shop',
    ETPAY_MERCHANT_API_TOKEN: 'secret',
  };
  const settings = Object.fromEntries(
    Object.entries(ETPAY_VARIABLES).map(([variable, setting]) => [
      setting,
      environment[variable as keyof typeof ETPAY_VARIABLES],
    ]),
  );
  expect(etPaySettingsSchema.parse(settings)).toEqual({
    apiUrl: HOST,
    pmtUrl: HOST,
    merchantCode: 'cl_shop',
    merchantApiToken: 'secret',
    assumed: {},
  });
});

test.each<[object, string]>([
  [{ merchantCode: 'cl_shop' }, 'CLP'],
  [{ merchantCode: 'mx_shop' }, 'MXN'],
  [{ merchantCode: 'MX_shop' }, 'MXN'],
  [{ merchantCode: 'shop7', assumed: { currency: 'MXN' } }, 'MXN'],
  [{ merchantCode: 'cl_shop', assumed: { currency: 'MXN' } }, 'MXN'],
])('%j is paid in %s', (change, currency) => {
  expect(currencyOfAccount(settingsFor(HOST, change))).toBe(currency);
});

test.each(['shop', 'clshop', 'pe_shop'])('merchant code %s alone tells no currency', (merchantCode) => {
  const result = etPaySettingsSchema.safeParse({ ...settingsFor(HOST), merchantCode });
  expect(result.error?.issues).toMatchObject([
    { path: ['merchantCode'], message: expect.stringContaining('assumed.currency') },
  ]);
  expect(() => currencyOfAccount({ merchantCode, assumed: {} } as EtPaySettings)).toThrow(TypeError);
});

test.each([
  ['apiUrl', 'api.etpay.com'],
  ['apiUrl', 'ftp://api.etpay.com'],
  ['apiUrl', 'https://user:pass@api.etpay.com'],
  ['pmtUrl', 'https://pmt.etpay.com/?a=1'],
  ['pmtUrl', undefined],
  ['merchantCode', ''],
  ['merchantApiToken', ''],
  ['assumed', { currency: 'EUR' }],
  ['callTimeoutMs', 0],
  ['connectTimeoutMs', -1],
])('refuses %s = %j by name, without showing a secret', (field, value) => {
  const result = etPaySettingsSchema.safeParse({ ...settingsFor(HOST), [field]: value });
  expect(result.error?.issues.map(({ path }) => path[0])).toContain(field);
  expect(result.error?.message).not.toContain('test-api-token');
});

test('refuses a setting it does not know', () => {
  const settings = { ...settingsFor(HOST), webhookUrl: HOST };
  expect(etPaySettingsSchema.safeParse(settings).error?.message).toContain('webhookUrl');
});
