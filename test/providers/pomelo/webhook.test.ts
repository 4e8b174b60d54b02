import {
  POMELO_ACKNOWLEDGEMENT,
  type PomeloCallback,
  pomeloReferenceOf,
  readPomeloWebhook,
} from '../../../src/providers/pomelo/webhook';
import * as v from './vectors';

const AT = '2030-01-01T10:45:00.000Z';
const HINT = {
  id: `pomelo:${v.ID}:CONFIRMED`,
  receivedAt: AT,
  statement: `Pomelo announces CONFIRMED for transaction ${v.ID}`,
};
const [[, , , MD5, SHA1]] = v.SIGNATURES;
const { signature: _, ...UNSIGNED } = v.WEBHOOK;

function read(body: unknown, change: Partial<PomeloCallback> = {}) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readPomeloWebhook({ body: bytes, headers: {}, apiKey: v.API_KEY, receivedAt: AT, ...change });
}

describe('a callback with the right signature is a hint and proves nothing', () => {
  test.each([
    ['sha1 in hex', { signature: SHA1 }],
    ['md5 in Base64', { signature: MD5 }],
    ['sha1 in Base64', { signature: v.ROW_1_SHA1_BASE64 }],
    ['md5 in hex', { signature: v.ROW_1_MD5_HEX }],
    ['as originalSignature', { signature: undefined, originalSignature: MD5 }],
    ['as originalSignature beside null', { signature: null, originalSignature: MD5 }],
    [
      'in a body of the newer kind',
      { eventType: 'NOTIFY_TRANSACTION_CHANGE', id: 'n-1', updated: AT, deleted: null },
    ],
    ['without our reference', { localId: undefined }],
  ])('%s', (_, change) => {
    expect(read({ ...v.WEBHOOK, ...change })).toEqual(HINT);
  });

  test('its id is that of the transaction and its state', () => {
    const refunded = { ...v.WEBHOOK, state: 'REFUNDED' };
    const other = { ...v.WEBHOOK, transactionId: '5e22e1037ac57f000841e000' };
    expect(
      [refunded, other, { ...v.WEBHOOK, customerReference: 'x' }].map((body) => read(body)),
    ).toMatchObject([
      { id: `pomelo:${v.ID}:REFUNDED` },
      { id: 'pomelo:5e22e1037ac57f000841e000:CONFIRMED' },
      { id: HINT.id },
    ]);
  });

  test.each([undefined, null, 7, 'PAID\nby Ada'])('state %j is not quoted', (state) => {
    expect(read({ ...v.WEBHOOK, state })).toMatchObject({
      id: `pomelo:${v.ID}:-`,
      statement: `Pomelo announces no state for transaction ${v.ID}`,
    });
  });

  test('a state that was changed on the way still proves nothing', () => {
    expect(read({ ...v.WEBHOOK, state: 'REFUNDED' })).not.toHaveProperty('proven');
  });
});

describe('a signature that is there has to be right', () => {
  test.each([
    ['the amount', { amount: 2001 }],
    ['the currency', { currency: 'EUR' }],
    ['the signature', { signature: `${SHA1.slice(0, -1)}b` }],
    ['the case of the signature', { signature: SHA1.toUpperCase() }],
    ['a signature that is empty', { signature: '' }],
    ['a wrong signature beside a right originalSignature', { signature: 'x', originalSignature: MD5 }],
    ["the documents' sample", { signature: v.SAMPLE_SIGNATURE }],
  ])('%s', (_, change) => {
    expect(read({ ...v.WEBHOOK, ...change })).toEqual({
      error: 'bad_signature',
      message: 'the signature in the body is wrong',
    });
  });

  test('one flipped bit in a signed field is refused', () => {
    const bits = Array.from({ length: 30 }, (_, bit) => 2000 ^ (1 << bit)).filter((amount) => amount >= 0);
    const answers = bits.map((amount) => read({ ...v.WEBHOOK, amount }));
    expect(answers.filter((answer) => !('error' in answer))).toEqual([]);
    const letters = [0, 1, 2].flatMap((at) =>
      [0, 1, 2, 3, 4, 5].map((bit) => {
        const currency = Buffer.from('GBP');
        currency.writeUInt8(currency.readUInt8(at) ^ (1 << bit), at);
        return read({ ...v.WEBHOOK, currency: currency.toString() });
      }),
    );
    expect(letters.filter((answer) => !('error' in answer))).toEqual([]);
  });

  test("another account's key", () => {
    expect(read(v.WEBHOOK, { apiKey: 'foo' })).toMatchObject({ error: 'bad_signature' });
  });

  test('a body without any signature', () => {
    expect(read(UNSIGNED)).toEqual({ error: 'bad_signature', message: 'the callback is not signed' });
  });
});

describe('the signature in the headers', () => {
  test('right beside the one in the body, or alone, however old', () => {
    expect(read(v.WEBHOOK, { headers: v.HEADERS })).toEqual(HINT);
    expect(read(UNSIGNED, { headers: v.HEADERS })).toEqual(HINT);
  });

  test('does not make up for a wrong one in the body', () => {
    expect(read({ ...v.WEBHOOK, amount: 2001 }, { headers: v.HEADERS })).toMatchObject({
      error: 'bad_signature',
    });
  });

  test.each([
    ['another nonce', { ...v.HEADERS, 'x-signature-nonce': 'abc124' }],
    ['another time', { ...v.HEADERS, 'x-signature-timestamp': '1700000001' }],
    ['another signature', { ...v.HEADERS, 'x-signature': v.HEADERS['x-signature'].replace('3a', '3b') }],
    ['capitals', { ...v.HEADERS, 'x-signature': v.HEADERS['x-signature'].toUpperCase() }],
    ['no nonce', { ...v.HEADERS, 'x-signature-nonce': undefined }],
    ['no time', { ...v.HEADERS, 'x-signature-timestamp': undefined }],
    ['no signature', { ...v.HEADERS, 'x-signature': undefined }],
    ['two nonces', { ...v.HEADERS, 'x-signature-nonce': ['abc123', 'abc123'] }],
  ])('%s is refused, whatever the body says', (_, headers) => {
    expect(read(v.WEBHOOK, { headers })).toEqual({
      error: 'bad_signature',
      message: 'the signature in the headers is wrong',
    });
  });
});

test.each(Object.entries(v.HEADERS))('one flipped bit anywhere in %s is refused', (name, value) => {
  const bytes = Buffer.from(value);
  const believed = [...Array(bytes.length * 8).keys()].filter((bit) => {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const headers = { ...v.HEADERS, [name]: flipped.toString('latin1') };
    return !('error' in read(v.WEBHOOK, { headers }));
  });
  expect(believed).toEqual([]);
});

test('a captured callback does not pass at the address of another payment', () => {
  expect(read(v.WEBHOOK, { expectedReference: 'att_7c1f' })).toEqual(HINT);
  expect(read(v.WEBHOOK, { expectedReference: 'att_7c1fx2' })).toEqual({
    error: 'bad_signature',
    message: 'the callback is about another payment',
  });
});

test.each([
  ['', 'not JSON'],
  ['{', 'not JSON'],
  ['[]', 'body'],
  ['null', 'body'],
  [JSON.stringify({ ...v.WEBHOOK, transactionId: undefined, id: v.ID }), 'transactionId'],
  [JSON.stringify({ ...v.WEBHOOK, transactionId: '../x' }), 'transactionId'],
  [JSON.stringify({ ...v.WEBHOOK, amount: 20.5 }), 'amount'],
  [JSON.stringify({ ...v.WEBHOOK, amount: '2000.00' }), 'amount'],
  [JSON.stringify({ ...v.WEBHOOK, amount: -1 }), 'amount'],
  [JSON.stringify({ ...v.WEBHOOK, currency: 7 }), 'currency'],
  [JSON.stringify({ ...v.WEBHOOK, signature: 7 }), 'signature'],
])('what cannot be read is an error that names the field: %s', (body, named) => {
  expect(read(body)).toEqual({ error: 'unreadable', message: expect.stringContaining(named) });
  expect(pomeloReferenceOf(Buffer.from(body))).toBeNull();
});

test.each([
  ['pay7m2kabc', 'pay7m2kabc'],
  ['att_7c1f', null],
  ['PAY7M', null],
  ['a'.repeat(65), null],
  ['', null],
  [7, null],
  [undefined, null],
])('our reference in a body with localId %j is %j', (localId, expected) => {
  expect(pomeloReferenceOf(Buffer.from(JSON.stringify({ ...v.WEBHOOK, localId })))).toBe(expected);
});

test('neither answer nor error quotes a key or a signature', () => {
  const answers = [read(v.WEBHOOK), read({ ...v.WEBHOOK, amount: 1 }), read(UNSIGNED), read('{')];
  expect(JSON.stringify(answers)).not.toMatch(new RegExp(`${v.API_KEY}|${SHA1}`));
});

test('the acknowledgement is small JSON', () => {
  expect(POMELO_ACKNOWLEDGEMENT.contentType).toBe('application/json');
  expect(JSON.parse(POMELO_ACKNOWLEDGEMENT.body)).toEqual({ received: true });
});
