import { generateKeyPairSync } from 'node:crypto';
import {
  environmentOf,
  PAYERMAX_VARIABLES,
  payerMaxSettingsSchema,
} from '../../../src/providers/payermax/config';
import { proofOf, signBody } from '../../../src/providers/payermax/signature';
import * as v from './vectors';

const UAT = 'https://pay-gate-uat.payermax.com/aggregate-pay/api/gateway/';
const LIVE = 'https://pay-gate.payermax.com/aggregate-pay/api/gateway';

function issuesOf(change: Record<string, unknown>) {
  return payerMaxSettingsSchema.safeParse({ ...v.settingsText(UAT), ...change }).error?.issues ?? [];
}

/** One line of Base64 as PEM. */
function pem(label: string, base64: string, lineEnd: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join(lineEnd);
}

test('defaults are the choices of the notes', () => {
  expect(v.settingsFor(UAT)).toMatchObject({
    scriptUrl: 'https://cdn.payermax.com/dropin/js/pmdropin.min.js',
    callTimeoutMs: 15_000,
    assumed: {
      versions: {
        applyDropinSession: '1.5',
        orderAndPay: '1.5',
        orderQuery: '1.5',
        refund: '1.5',
        refundQuery: '1.5',
      },
      settleMarginMs: 600_000,
      noSuchRefundCodes: ['ORDER_NOT_EXIST', 'REFUND_NO_INVALID'],
    },
  });
  const { assumed } = v.settingsFor(UAT, { assumed: { versions: { orderAndPay: '1.4' } } });
  expect(assumed.versions).toMatchObject({ orderAndPay: '1.4', orderQuery: '1.5' });
});

test.each([
  ['one line', v.MERCHANT_PRIVATE_KEY, v.PLATFORM_PUBLIC_KEY],
  ['PEM', pem('PRIVATE KEY', v.MERCHANT_PRIVATE_KEY, '\n'), pem('PUBLIC KEY', v.PLATFORM_PUBLIC_KEY, '\n')],
  [
    'PEM with written-out line ends',
    pem('PRIVATE KEY', v.MERCHANT_PRIVATE_KEY, '\\n'),
    pem('PUBLIC KEY', v.PLATFORM_PUBLIC_KEY, '\\n'),
  ],
])('takes keys as %s', (_, privateKey, publicKey) => {
  const settings = v.settingsFor(UAT, { privateKey, publicKey });
  expect(signBody(Buffer.from(v.A.body), settings.privateKey)).toBe(v.A.sign);
  expect(proofOf(Buffer.from(v.B.body), v.B.sign, settings.publicKey)).toBe('signed');
});

const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const asDer = {
  publicKeyEncoding: { format: 'der', type: 'spki' },
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
} as const;
const base64 = (
  key: { export: (options: { format: 'der'; type: 'spki' | 'pkcs8' }) => unknown },
  type: 'spki' | 'pkcs8',
) => (key.export({ format: 'der', type }) as Buffer).toString('base64');

test.each([
  ['baseUrl', 'pay-gate.payermax.com'],
  ['baseUrl', 'ftp://pay-gate.payermax.com'],
  ['baseUrl', 'https://user:pass@pay-gate.payermax.com/x'],
  ['baseUrl', 'https://pay-gate.payermax.com/x?a=1'],
  ['appId', ''],
  ['appId', 'a'.repeat(65)],
  ['merchantNo', ''],
  ['merchantNo', '1'.repeat(33)],
  ['privateKey', ''],
  ['privateKey', 'no key'],
  ['privateKey', undefined],
  ['privateKey', v.MERCHANT_PUBLIC_KEY],
  ['privateKey', v.MERCHANT_PRIVATE_KEY.slice(0, -8)],
  ['privateKey', base64(short.privateKey, asDer.privateKeyEncoding.type)],
  ['privateKey', base64(curve.privateKey, asDer.privateKeyEncoding.type)],
  ['publicKey', ''],
  ['publicKey', v.PLATFORM_PRIVATE_KEY],
  ['publicKey', pem('PRIVATE KEY', v.PLATFORM_PRIVATE_KEY, '\n')],
  ['publicKey', base64(short.publicKey, asDer.publicKeyEncoding.type)],
  ['publicKey', v.MERCHANT_PUBLIC_KEY],
  ['scriptUrl', 'pmdropin.min.js'],
  ['environment', 'test'],
  ['callTimeoutMs', 0],
  ['callTimeoutMs', 20_001],
  ['connectTimeoutMs', -1],
  ['assumed', { settleMarginMs: -1 }],
  ['assumed', { versions: { refund: 'latest' } }],
])('refuses %s = %j by name, without showing it', (field, value) => {
  const issues = issuesOf({ [field]: value });
  expect(issues.map(({ path }) => path[0])).toContain(field);
  const secret = typeof value === 'string' ? value.slice(40, 80) : '';
  if (secret) expect(JSON.stringify(issues)).not.toContain(secret);
});

test('tells that publicKey is our own, which is the likeliest mistake', () => {
  const [issue] = issuesOf({ publicKey: v.MERCHANT_PUBLIC_KEY });
  expect(issue?.message).toContain('your own privateKey');
});

test('refuses a setting it does not know', () => {
  expect(JSON.stringify(issuesOf({ appid: 'x' }))).toContain('appid');
});

test('settings show no key in JSON', () => {
  const text = JSON.stringify(v.settingsFor(UAT));
  expect(text).not.toContain(v.MERCHANT_PRIVATE_KEY.slice(40, 80));
  expect(JSON.parse(text)).toMatchObject({ privateKey: {}, publicKey: {} });
});

test('every variable names a setting', () => {
  expect(PAYERMAX_VARIABLES).toEqual({
    PAYERMAX_BASE_URL: 'baseUrl',
    PAYERMAX_APP_ID: 'appId',
    PAYERMAX_MERCHANT_NO: 'merchantNo',
    PAYERMAX_PRIVATE_KEY: 'privateKey',
    PAYERMAX_PUBLIC_KEY: 'publicKey',
    PAYERMAX_SCRIPT_URL: 'scriptUrl',
  });
});

test.each([
  [LIVE, undefined, 'production'],
  [UAT, undefined, 'sandbox'],
  ['http://127.0.0.1:4010/aggregate-pay/api/gateway', undefined, 'sandbox'],
  ['https://pay-gate.eu.example/gateway', 'production', 'production'],
] as const)('the browser script at %s, set to %s, speaks to %s', (baseUrl, environment, expected) => {
  expect(environmentOf({ baseUrl, environment })).toBe(expected);
});
