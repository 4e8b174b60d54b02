import {
  bodySignature,
  flippedBodySignature,
  headerSignature,
  type SignMethod,
} from '../../../src/sandbox/pomelo/signing';
import { startPomelo, type TestPomelo } from './pomelo-client';

/** docs/providers/pomelo.md §9, table of test vectors. */
const VECTORS: [amount: number, currency: string, apiKey: string, md5: string, sha1: string][] = [
  [2000, 'GBP', 'mysecretkey', '3P+K4x+pdLPRv40Dq8NJ1g==', '36ecfb292852ccae1f79fb845d34a83ef22aeb0a'],
  [2000, 'MVR', 'mysecretkey', 'QxudQg7nJgP4aR2vDenuBA==', 'f77c49c4a81ae10bd58da11979f849482afc19e8'],
  [123, 'EUR', 'foo', 'diF4aqHkbI/xhCI/bikf4A==', '458776b3f175e2ae56f65acab1f685c7a1350d79'],
  [100, 'GBP', 'test_key_123', 'SzFIMaax29g+MwEKWZv0wA==', '84528a482ce2c96cde851f6acab0b4c0ca409c7c'],
  [1234, 'EUR', 'test_key_123', 'MoJNN4Hd8r/oKcifqhVBXQ==', 'a50e76a934252134dddc22f0ec67d97efd77d651'],
];
const ROW_1 = { amount: 2000, currency: 'GBP' };
const ROW_1_SHA1 = '36ecfb292852ccae1f79fb845d34a83ef22aeb0a';

let pomelo: TestPomelo;
beforeAll(async () => {
  pomelo = await startPomelo();
  for (const apiKey of ['mysecretkey', 'foo', 'test_key_123']) {
    const account = { appId: `app of ${apiKey}`, apiKey, currencies: ['GBP', 'MVR', 'EUR'] };
    await pomelo.pomelo('POST', '/accounts', account);
  }
});
afterAll(() => pomelo.close());

function post(amount: unknown, currency: string, apiKey: string, signMethod: SignMethod, signature: string) {
  const head = { deviceId: `app of ${apiKey}`, appVersion: '1', apiVersion: '2.0' };
  return pomelo.api('POST', '/transactions', { ...head, amount, currency, signMethod, signature }, apiKey);
}

it.each(VECTORS)('signs %i %s with %s as published', (amount, currency, apiKey, md5, sha1) => {
  expect(bodySignature('md5', { amount, currency }, apiKey)).toBe(md5);
  expect(bodySignature('sha1', { amount, currency }, apiKey)).toBe(sha1);
});

it.each(VECTORS)(
  'v1 takes the published signatures of %i %s with %s',
  async (...[amount, currency, apiKey, md5, sha1]) => {
    expect((await post(amount, currency, apiKey, 'md5', md5)).status).toBe(201);
    expect((await post(amount, currency, apiKey, 'sha1', sha1)).status).toBe(201);
  },
);

it('signs headers as published', () => {
  expect(headerSignature('abc123', '1700000000', 'mysecretkey')).toBe(
    '3a3988772280ea34d5addb923013ccd36e7b1f4a559c68d95e929e3e5983712e',
  );
});

it.each([
  ['another amount', 2001, 'GBP', 'mysecretkey', ROW_1_SHA1],
  ['another currency', 2000, 'MVR', 'mysecretkey', ROW_1_SHA1],
  ['another key', 2000, 'GBP', 'foo', ROW_1_SHA1],
  ['fields swapped', 2000, 'GBP', 'mysecretkey', '4062bb005e83fa7d8f0cfce0f9394bbdaec18340'],
  [
    'the amount with decimals',
    2000,
    'GBP',
    'mysecretkey',
    bodySignature('sha1', { ...ROW_1, amount: '2000.00' }, 'mysecretkey'),
  ],
  ['one bit flipped', 2000, 'GBP', 'mysecretkey', flippedBodySignature('sha1', ROW_1_SHA1)],
  ['upper-case hex', 2000, 'GBP', 'mysecretkey', ROW_1_SHA1.toUpperCase()],
  ['sha1 in Base64', 2000, 'GBP', 'mysecretkey', 'Nuz7KShSzK4fefuEXTSoPvIq6wo='],
  ['the digest of the other method', 2000, 'GBP', 'mysecretkey', '3P+K4x+pdLPRv40Dq8NJ1g=='],
  [
    "the seed's sample, which is no digest of its row",
    2000,
    'GBP',
    'mysecretkey',
    'mMBR0TXWHvuno/8su3SKMg==',
  ],
])('v1 refuses %s', async (_name, amount, currency, apiKey, signature) => {
  const answer = await post(amount, currency, apiKey, 'sha1', signature);
  expect([answer.status, answer.body]).toEqual([
    400,
    { code: 'PP-S-400', message: 'signature: does not match' },
  ]);
});

it('v1 refuses md5 in hex, and the sample of the seed under md5 too', async () => {
  for (const signature of ['dcff8ae31fa974b3d1bf8d03abc349d6', 'mMBR0TXWHvuno/8su3SKMg==']) {
    expect((await post(2000, 'GBP', 'mysecretkey', 'md5', signature)).body.code).toBe('PP-S-400');
  }
});
