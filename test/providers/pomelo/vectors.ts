import { type PomeloSettings, pomeloSettingsSchema } from '../../../src/providers/pomelo/config';

/** The test vectors of docs/providers/pomelo.md §9: what is signed, md5 in Base64, sha1 in hex. */
export const SIGNATURES = [
  [2000, 'GBP', 'mysecretkey', '3P+K4x+pdLPRv40Dq8NJ1g==', '36ecfb292852ccae1f79fb845d34a83ef22aeb0a'],
  [2000, 'MVR', 'mysecretkey', 'QxudQg7nJgP4aR2vDenuBA==', 'f77c49c4a81ae10bd58da11979f849482afc19e8'],
  [123, 'EUR', 'foo', 'diF4aqHkbI/xhCI/bikf4A==', '458776b3f175e2ae56f65acab1f685c7a1350d79'],
  [100, 'GBP', 'test_key_123', 'SzFIMaax29g+MwEKWZv0wA==', '84528a482ce2c96cde851f6acab0b4c0ca409c7c'],
  [1234, 'EUR', 'test_key_123', 'MoJNN4Hd8r/oKcifqhVBXQ==', 'a50e76a934252134dddc22f0ec67d97efd77d651'],
] as const;

/** Row 1 in the spellings that only published code has. */
export const ROW_1_MD5_HEX = 'dcff8ae31fa974b3d1bf8d03abc349d6';
export const ROW_1_SHA1_BASE64 = 'Nuz7KShSzK4fefuEXTSoPvIq6wo=';

/** Illustration of the documents: a signature of no known text. */
export const SAMPLE_SIGNATURE = 'mMBR0TXWHvuno/8su3SKMg==';

export const HEADERS = {
  'x-signature-nonce': 'abc123',
  'x-signature-timestamp': '1700000000',
  'x-signature': '3a3988772280ea34d5addb923013ccd36e7b1f4a559c68d95e929e3e5983712e',
};

export const API_KEY = 'mysecretkey';
export const ID = '5e22e1037ac57f000841efff';

/** The example payloads of docs/providers/pomelo.md §10. */
export const V2_CREATE = {
  localId: 'att_7c1f',
  customerReference: 'Order 123',
  amount: 2000,
  currency: 'GBP',
  webhook: 'https://shop.example/hooks/pomelo',
  redirectUrl: 'https://shop.example/return/123',
  expires: '2030-01-01T12:00:00.000Z',
};

export const V1_CREATE = {
  ...V2_CREATE,
  signature: '36ecfb292852ccae1f79fb845d34a83ef22aeb0a',
  signMethod: 'sha1',
  deviceId: 'app-1',
  appVersion: 'shop-1.0',
  apiVersion: '2.0',
};

export const CREATED = {
  id: ID,
  created: '2030-01-01T10:42:14.898Z',
  state: 'QR_CODE_GENERATED',
  amount: 2000,
  currency: 'GBP',
  localId: 'att_7c1f',
  customerReference: 'Order 123',
  url: `https://transaction.example/${ID}`,
  qr: { url: 'https://cdn.example/5e22.png' },
  expires: '2030-01-01T12:00:00.000Z',
};

export const LIST = {
  count: 1,
  items: [{ id: ID, state: 'CONFIRMED', amount: 2000, currency: 'GBP', localId: 'att_7c1f' }],
};

export const WEBHOOK = {
  localId: 'att_7c1f',
  customerReference: 'Order 123',
  transactionId: ID,
  state: 'CONFIRMED',
  created: '2030-01-01T10:42:14.898Z',
  signature: '36ecfb292852ccae1f79fb845d34a83ef22aeb0a',
  amount: 2000,
  currency: 'GBP',
  provider: 'card',
  qrCode: { url: 'https://cdn.example/5e22.png' },
};

export const NOT_FOUND = {
  status: 404,
  json: { code: 'PP-T-404', message: 'Transaction not found' },
};
export const UNAUTHORIZED = {
  status: 401,
  json: { statusCode: 401, message: 'Unauthorized', code: 'PP-C-004' },
};
export const FORBIDDEN = { status: 403, json: { message: 'Forbidden' } };

export const CREATE_V1 = 'POST /public/transactions';
export const CREATE_V2 = 'POST /public/v2/transactions';
export const READ = `GET /public/transactions/${ID}`;
export const LIST_PAGE = (page: number) => `GET /public/transactions?page=${page}`;

/** Settings of an account at `origin`. */
export function settingsFor(origin: string, change: Record<string, unknown> = {}): PomeloSettings {
  return pomeloSettingsSchema.parse({ baseUrl: `${origin}/public`, apiKey: API_KEY, ...change });
}
