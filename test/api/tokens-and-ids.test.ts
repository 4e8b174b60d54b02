import { createHash, createHmac } from 'node:crypto';
import {
  createUpdateIdOf,
  fingerprintOf,
  PAYMENT_ID,
  paymentIdOf,
  REFUND_ID,
  refundIdOf,
} from '../../src/api/idempotency';
import { PaymentTokens } from '../../src/api/payment-tokens';

const old = { id: 'old', key: Buffer.alloc(32, 1) };
const fresh = { id: 'new', key: Buffer.alloc(32, 2) };

describe('tokens', () => {
  const tokens = new PaymentTokens([fresh, old]);

  test('are the HMAC-SHA256 of purpose and payment under the first secret', () => {
    const mac = createHmac('sha256', fresh.key).update('webhook:pay_a').digest('base64url');
    expect(tokens.sign('webhook', 'pay_a')).toBe(`new.${mac}`);
  });

  test('of every secret verify, for their payment and purpose only', () => {
    const token = new PaymentTokens([old]).sign('return', 'pay_a');
    expect(tokens.verify('return', 'pay_a', token)).toBe(true);
    expect(tokens.verify('return', 'pay_b', token)).toBe(false);
    expect(tokens.verify('checkout', 'pay_a', token)).toBe(false);
    expect(new PaymentTokens([fresh]).verify('return', 'pay_a', token)).toBe(false);
  });

  test.each(['', '.', 'new', 'new.', '.x', 'toString.x'])('%p does not verify', (token) => {
    expect(tokens.verify('webhook', 'pay_a', token)).toBe(false);
  });

  test('every changed character breaks it', () => {
    const token = tokens.sign('webhook', 'pay_a');
    for (let i = 0; i < token.length; i += 1) {
      const changed = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
      expect(tokens.verify('webhook', 'pay_a', changed)).toBe(false);
    }
    expect(tokens.verify('webhook', 'pay_a', `${token}=`)).toBe(false);
  });

  test('need a secret', () => {
    expect(() => new PaymentTokens([])).toThrow(RangeError);
  });
});

describe('payment ids', () => {
  test('are the first 130 bits of SHA-256(caller, NUL, key) in base32', () => {
    const bits = [...createHash('sha256').update('shop\0key').digest()]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('');
    const expected = (bits.slice(0, 130).match(/.{5}/g) ?? [])
      .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(parseInt(five, 2)))
      .join('');
    expect(paymentIdOf('shop', 'key')).toBe(`pay_${expected}`);
    expect(paymentIdOf('shop', 'key')).toMatch(PAYMENT_ID);
  });

  test('differ by caller and by key', () => {
    const ids = [
      paymentIdOf('a', 'b'),
      paymentIdOf('a', 'c'),
      paymentIdOf('b', 'b'),
      paymentIdOf('ab', ''),
      paymentIdOf('', 'ab'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('update ids are the SHA-256 of the key', () => {
    expect(createUpdateIdOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('fingerprints', () => {
  test('ignore the order of keys at every depth', () => {
    expect(fingerprintOf({ a: 1, b: { c: [1, 2], d: 'x' } })).toBe(
      fingerprintOf({ b: { d: 'x', c: [1, 2] }, a: 1 }),
    );
  });

  test.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: 1 }, { a: 1, b: null }],
    [{ 'a":1,"b': 1 }, { a: 1, b: 1 }],
  ])('%j and %j differ', (one, other) => {
    expect(fingerprintOf(one)).not.toBe(fingerprintOf(other));
  });
});

test('refund ids differ by caller, payment and key, and by nothing else', () => {
  const ids = [
    refundIdOf('a', 'pay_x', 'k'),
    refundIdOf('b', 'pay_x', 'k'),
    refundIdOf('a', 'pay_y', 'k'),
    refundIdOf('a', 'pay_x', 'l'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(refundIdOf('a', 'pay_x', 'k')).toBe(ids[0]);
  for (const id of ids) expect(id).toMatch(/^re_[a-z2-7]{26}$/);
  for (const id of ids) expect(id).toMatch(REFUND_ID);
});
