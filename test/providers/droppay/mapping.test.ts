import type { ProviderCall } from '../../../src/domain/provider-answer';
import {
  chargeable,
  chargeReferenceOf,
  findingOf,
  moneyOfCharge,
  openingOf,
  settledAfter,
  takingAfterRefusal,
  wasRenewed,
} from '../../../src/providers/droppay/mapping';
import {
  type Authorization,
  authorizationSchema,
  chargeSchema,
} from '../../../src/providers/droppay/schemas';
import * as v from './vectors';

const READING = { id: 'CHTTEST0001', posId: 'POSTEST1', afterCharge: false };
const MONEY = { amount: 1230, currency: 'EUR', reference: '1001' };

function authorization(change: Record<string, unknown> = {}): Authorization {
  return authorizationSchema.parse({ ...v.V3_GRANTED, ...change });
}

function stateOf(change: Record<string, unknown>, afterCharge = false): string {
  return findingOf(authorization(change), { ...READING, afterCharge }).state;
}

describe('findingOf', () => {
  const ABSENT = undefined;
  test.each([
    ['WAITING', ABSENT, 'open', 'unclear'],
    ['WAITING', 0, 'open', 'open'],
    ['WAITING', 1, 'paid', 'paid'],
    ['GRANTED', ABSENT, 'unclear', 'unclear'],
    ['GRANTED', 0, 'authorized', 'authorized'],
    ['GRANTED', 1, 'paid', 'paid'],
    ['EXPIRED', ABSENT, 'ended', 'unclear'],
    ['EXPIRED', 0, 'ended', 'ended'],
    ['EXPIRED', 1, 'paid', 'paid'],
    ['REVOKED', ABSENT, 'ended', 'unclear'],
    ['REVOKED', 0, 'ended', 'ended'],
    ['REVOKED', 1, 'paid', 'paid'],
    ['REFUSED', ABSENT, 'ended', 'unclear'],
    ['REFUSED', 0, 'ended', 'ended'],
    ['REFUSED', 1, 'paid', 'paid'],
    ['CANCELLED', ABSENT, 'ended', 'unclear'],
    ['CANCELLED', 0, 'ended', 'ended'],
    ['CANCELLED', 1, 'paid', 'paid'],
    ['SETTLED', ABSENT, 'unclear', 'unclear'],
    ['SETTLED', 0, 'unclear', 'unclear'],
    ['SETTLED', 1, 'paid', 'paid'],
    ['waiting', 0, 'unclear', 'unclear'],
    [ABSENT, 0, 'unclear', 'unclear'],
    [ABSENT, 1, 'paid', 'paid'],
    [ABSENT, ABSENT, 'unclear', 'unclear'],
    ['constructor', 0, 'unclear', 'unclear'],
  ])('%s with count %s is %s, after a charge %s', (status, charge_success_count, before, after) => {
    expect(stateOf({ status, charge_success_count })).toBe(before);
    expect(stateOf({ status, charge_success_count }, true)).toBe(after);
  });

  test.each([
    ['EXPIRED', 'expired', 'authorization_ended'],
    ['REVOKED', 'failed', 'authorization_ended'],
    ['REFUSED', 'failed', 'payer_refused'],
    ['CANCELLED', 'cancelled', 'authorization_ended'],
  ])('%s ends it as %s with code %s', (status, end, code) => {
    expect(findingOf(authorization({ status }), READING)).toMatchObject({
      state: 'ended',
      end,
      code,
      providerCode: status,
    });
  });

  test('gives the money as it was read', () => {
    expect(findingOf(authorization(), READING)).toEqual({ state: 'authorized', ...MONEY });
    expect(findingOf(authorization({ charge_success_count: 1 }), READING)).toEqual({
      state: 'paid',
      ...MONEY,
    });
    const other = { charge_amount: 99, merchant_custom_id: 'other' };
    expect(findingOf(authorization(other), READING)).toMatchObject({ amount: 9900, reference: 'other' });
    expect(findingOf(authorization({ merchant_custom_id: undefined }), READING)).toMatchObject({
      reference: null,
    });
  });

  test('tells two charges by their sum', () => {
    expect(findingOf(authorization({ charge_success_count: 2 }), READING)).toMatchObject({
      state: 'paid',
      amount: 2460,
    });
  });

  test.each([{ pos_id: 'POSOTHER' }, { id: 'CHTOTHER' }, { charge_amount: undefined }])(
    '%j is unclear',
    (change) => {
      expect(stateOf(change)).toBe('unclear');
      expect(stateOf({ ...change, charge_success_count: 1 })).toBe('unclear');
    },
  );

  test('V13: with policy CHARGED the grant is the payment, and the fixed count says nothing', () => {
    const charged = { policy: 'CHARGED', charge_success_count: 1 };
    expect(stateOf({ ...charged, status: 'WAITING' })).toBe('open');
    expect(stateOf({ ...charged, status: 'EXPIRED' })).toBe('ended');
    expect(stateOf({ ...charged, status: 'GRANTED' })).toBe('paid');
    expect(stateOf({ policy: 'CHARGED', status: 'GRANTED', charge_success_count: undefined })).toBe('paid');
  });
});

describe('openingOf', () => {
  test('V15: shows the returned link', () => {
    expect(openingOf(authorizationSchema.parse(v.V15_ANSWER))).toEqual({
      outcome: 'opened',
      providerReference: 'CHTTEST0002',
      nextAction: {
        type: 'redirect',
        url: 'https://dp.link/10/CHTTEST0002',
        qr: 'https://dp.link/10/CHTTEST0002',
      },
    });
  });

  test.each([undefined, '', 'javascript:alert(1)', 'CHTTEST0001'])('builds no link from %p', (sharing) => {
    expect(openingOf(authorization({ sharing }))).toMatchObject({ outcome: 'unknown' });
  });
});

describe('chargeable', () => {
  const call: ProviderCall = {
    paymentId: 'pay_1001',
    connection: 'default',
    providerReference: 'CHTTEST0001',
    amount: 1230,
    currency: 'EUR',
    description: 'Order 1001',
    attempt: 1,
    takingSent: true,
  };
  const ours = (change: Record<string, unknown>) =>
    authorization({ merchant_custom_id: 'pay1001', ...change });

  test('gives the pay token that was read', () => {
    expect(chargeable(ours({}), call)).toMatchObject({ payToken: { value: v.V3_TOKEN.val } });
    expect(chargeable(ours({ merchant_custom_id: undefined }), call)).toHaveProperty('payToken');
    expect(chargeable(ours({ charge_max_count: undefined }), call)).toHaveProperty('payToken');
  });

  test.each([
    { status: 'WAITING' },
    { charge_amount: 12.31 },
    { charge_amount: undefined },
    { merchant_custom_id: 'pay1002' },
    { charge_success_count: 1 },
    { charge_success_count: undefined },
    { charge_max_count: 0 },
    { pay_token: { ...v.V3_TOKEN, charge_available: 0 } },
    { pay_token: undefined },
  ])('refuses %j', (change) => {
    expect(chargeable(ours(change), call)).toEqual({ refusal: expect.any(String) });
  });

  test('refuses another currency and another attempt', () => {
    expect(chargeable(ours({}), { ...call, currency: 'CHF' })).toHaveProperty('refusal');
    expect(chargeable(ours({}), { ...call, attempt: 2 })).toHaveProperty('refusal');
  });
});

describe('moneyOfCharge', () => {
  const money = (change: object) =>
    moneyOfCharge(chargeSchema.parse({ ...v.V4_ANSWER, ...change }), 'CHTTEST0001');

  test('V4: DONE with an amount is paid, whatever the amount', () => {
    expect(money({})).toEqual({
      amount: 1230,
      currency: 'EUR',
      reference: null,
      chargeReference: 'CHATEST0001',
    });
    expect(money({ amount: '12.31' })).toMatchObject({ amount: 1231 });
    expect(money({ authorization_id: undefined })).toMatchObject({ amount: 1230 });
  });

  test.each([
    { status: 'FAILED' },
    { status: undefined },
    { amount: undefined },
    { authorization_id: 'CHTOTHER' },
  ])('%j proves nothing', (change) => {
    expect(money(change)).toBeNull();
  });
});

describe("the charge's id", () => {
  const reference = (change: object) =>
    chargeReferenceOf(chargeSchema.parse({ ...v.V4_ANSWER, ...change }), 'CHTTEST0001');

  test('is taken from an answer about our authorization that did not fail', () => {
    expect(reference({})).toBe('CHATEST0001');
    expect(reference({ status: undefined, authorization_id: undefined })).toBe('CHATEST0001');
  });

  test.each([{ authorization_id: 'CHTOTHER' }, { status: 'FAILED' }, { id: undefined }])(
    'is not taken with %j',
    (change) => {
      expect(reference(change)).toBeNull();
    },
  );

  test.each([undefined, null, '', 7, {}])('%j as id costs the refund, not the payment', (id) => {
    expect(moneyOfCharge(chargeSchema.parse({ ...v.V4_ANSWER, id }), 'CHTTEST0001')).toEqual({
      amount: 1230,
      currency: 'EUR',
      reference: null,
    });
  });
});

describe('takingAfterRefusal', () => {
  const refused = { message: 'DropPay, charge: refused', providerCode: '409/999' } as const;
  const taking = (change: Record<string, unknown>) =>
    takingAfterRefusal(findingOf(authorization(change), { ...READING, afterCharge: true }), refused, 'then');

  test('a charge that counts was taken', () => {
    expect(taking({ charge_success_count: 1 })).toEqual({ outcome: 'succeeded', ...MONEY });
  });

  test.each([
    ['EXPIRED', 'expired'],
    ['REVOKED', 'failed'],
    ['CANCELLED', 'cancelled'],
  ])('%s is that end', (status, end) => {
    expect(taking({ status })).toMatchObject({ outcome: 'declined', end, code: 'authorization_ended' });
  });

  test('still granted means declined, with their code', () => {
    expect(taking({})).toEqual({
      outcome: 'declined',
      end: 'failed',
      code: 'declined',
      message: 'DropPay, charge: refused',
      providerCode: '409/999',
    });
  });

  test.each([{ charge_success_count: undefined }, { status: 'WAITING' }, { status: 'NEW' }])(
    '%j stays unknown',
    (change) => {
      expect(taking(change)).toMatchObject({ outcome: 'unknown', settledAfter: 'then' });
    },
  );
});

describe('settledAfter', () => {
  const now = Date.parse('2026-01-31T09:01:00Z');
  const assumed = { payTokenLifeMs: 180_000, settleMarginMs: 60_000 };
  const token = (expiresAt: string | null) => ({ value: 't', expiresAt, chargesLeft: 1 });

  test.each([
    ['the end and a margin', '2026-01-31T10:09:00+01:00', '2026-01-31T09:10:00.000Z'],
    [
      'never less than a life from now: clocks differ',
      '2026-01-31T10:01:30+01:00',
      '2026-01-31T09:05:00.000Z',
    ],
    ['a life and a margin when there is no end', null, '2026-01-31T09:05:00.000Z'],
    ['the same when the end cannot be read', 'soon', '2026-01-31T09:05:00.000Z'],
    ['the same when the end has passed', '2026-01-31T10:00:59+01:00', '2026-01-31T09:05:00.000Z'],
  ])('%s', (_, expiresAt, expected) => {
    expect(settledAfter(token(expiresAt), assumed, now)).toBe(expected);
  });
});

test('wasRenewed sees a new value and a new end', () => {
  const used = { value: 'a', expiresAt: 'x', chargesLeft: 1 };
  expect(wasRenewed(used, { ...used })).toBe(false);
  expect(wasRenewed(used, { ...used, value: 'b' })).toBe(true);
  expect(wasRenewed(used, { ...used, expiresAt: 'y' })).toBe(true);
});
