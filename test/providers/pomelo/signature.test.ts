import { headerSignatureOf, isSignature, signatureOf } from '../../../src/providers/pomelo/signature';
import * as v from './vectors';

const ROW_1 = { amount: 2000, currency: 'GBP' };

/** Every text that differs from `text` in one bit. */
function flipped(text: string): string[] {
  return [...Buffer.from(text).keys()].flatMap((at) =>
    [0, 1, 2, 3, 4, 5, 6].map((bit) => {
      const bytes = Buffer.from(text);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
      return bytes.toString();
    }),
  );
}

test.each(v.SIGNATURES)('amount=%i&currency=%s&apiKey=%s', (amount, currency, apiKey, md5, sha1) => {
  const fields = { amount, currency };
  expect(signatureOf('md5', fields, apiKey)).toBe(md5);
  expect(signatureOf('sha1', fields, apiKey)).toBe(sha1);
  expect(isSignature(md5, fields, apiKey)).toBe(true);
  expect(isSignature(sha1, fields, apiKey)).toBe(true);
});

test('the spellings that only published code has are accepted too', () => {
  expect(isSignature(v.ROW_1_MD5_HEX, ROW_1, v.API_KEY)).toBe(true);
  expect(isSignature(v.ROW_1_SHA1_BASE64, ROW_1, v.API_KEY)).toBe(true);
});

test.each(v.SIGNATURES)('no signature but its own fits %i %s %s', (amount, currency, apiKey) => {
  const fitting = v.SIGNATURES.filter(([, , , md5]) => isSignature(md5, { amount, currency }, apiKey));
  expect(fitting).toHaveLength(1);
});

test.each([
  ['another amount', { amount: 2001, currency: 'GBP' }, v.API_KEY],
  ['another currency', { amount: 2000, currency: 'EUR' }, v.API_KEY],
  ['another key', ROW_1, 'mysecretkez'],
  ['the fields the other way round', { amount: Number.NaN, currency: '2000' }, v.API_KEY],
  ['the currency in small letters', { amount: 2000, currency: 'gbp' }, v.API_KEY],
])('%s is refused', (_, fields, apiKey) => {
  for (const [, , , md5, sha1] of v.SIGNATURES.slice(0, 1)) {
    expect(isSignature(md5, fields, apiKey)).toBe(false);
    expect(isSignature(sha1, fields, apiKey)).toBe(false);
  }
});

test('one flipped bit anywhere in a signature is refused', () => {
  const [[, , , md5, sha1]] = v.SIGNATURES;
  for (const right of [md5, sha1, v.ROW_1_MD5_HEX, v.ROW_1_SHA1_BASE64]) {
    const changed = flipped(right);
    expect(changed).toHaveLength(right.length * 7);
    expect(changed.filter((text) => isSignature(text, ROW_1, v.API_KEY))).toEqual([]);
  }
});

test.each(['', ' ', v.SAMPLE_SIGNATURE, '36ecfb29', `${v.ROW_1_MD5_HEX} `])('%j is refused', (text) => {
  expect(isSignature(text, ROW_1, v.API_KEY)).toBe(false);
});

test('the header signature', () => {
  expect(headerSignatureOf('abc123', '1700000000', 'mysecretkey')).toBe(v.HEADERS['x-signature']);
});
