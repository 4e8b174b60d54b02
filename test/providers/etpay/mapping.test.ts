import { findingOf, openingOf, provenFinding } from '../../../src/providers/etpay/mapping';
import { etPayPaymentSchema, paymentListSchema } from '../../../src/providers/etpay/schemas';
import * as v from './vectors';

const ASKED = { merchantOrderId: v.ORDER_ID, amount: 15990, currency: 'CLP' };
const PAID = {
  state: 'paid',
  amount: 15990,
  currency: 'CLP',
  reference: v.ORDER_ID,
  chargeReference: 'payTok0001',
};
const SECOND = { ...v.CLAIMS, payment_token: 'payTok0003' };
const FAILED = { ...v.CLAIMS, payment_token: 'payTok0002', payment_status: 'error' };

/** As it is after the wire: a field that is undefined is not there at all. */
const wired = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const proven = (change: object) => provenFinding(etPayPaymentSchema.parse(wired({ ...v.CLAIMS, ...change })));
const found = (...list: unknown[]) => findingOf(paymentListSchema.parse(wired(list)), ASKED);

describe('openingOf', () => {
  const session = { sessionToken: v.SESSION_TOKEN, signatureToken: v.SIGNATURE_TOKEN };

  test.each(['https://pmt.example', 'https://pmt.example/'])('sends the payer to %s/session/…', (pmtUrl) => {
    expect(openingOf(session, v.ORDER_ID, pmtUrl)).toEqual({
      outcome: 'opened',
      providerReference: v.ORDER_ID,
      nextAction: { type: 'redirect', url: `https://pmt.example/session/${v.SESSION_TOKEN}` },
      callbackSecrets: session,
    });
  });

  test('a token stays one segment of the path', () => {
    expect(
      openingOf({ ...session, sessionToken: 'a/../b?c' }, v.ORDER_ID, 'https://pmt.example'),
    ).toMatchObject({
      nextAction: { url: 'https://pmt.example/session/a%2F..%2Fb%3Fc' },
    });
  });
});

describe('provenFinding', () => {
  test('E1 is paid', () => {
    expect(proven({})).toEqual(PAID);
  });

  test.each([
    [{ merchant_amount: '15990' }, { amount: 15990 }],
    [{ merchant_amount: 15990.0 }, { amount: 15990 }],
    [{ merchant_amount: 1 }, { amount: 1 }],
    [
      { merchant_amount: 39, merchant_currency: 'MXN' },
      { amount: 3900, currency: 'MXN' },
    ],
    [
      { merchant_amount: '39.50', merchant_currency: 'MXN' },
      { amount: 3950, currency: 'MXN' },
    ],
    [{ merchant_order_id: 7001 }, { reference: '7001' }],
  ])('%j is told as it is', (change, expected) => {
    expect(proven(change)).toMatchObject({ state: 'paid', ...expected });
  });

  test('of the claims a success needs no more than these', () => {
    const { merchant_order_id, payment_status, merchant_amount, merchant_currency } = v.CLAIMS;
    const claims = { merchant_order_id, payment_status, merchant_amount, merchant_currency };
    expect(provenFinding(etPayPaymentSchema.parse(claims))).toMatchObject({ state: 'paid', amount: 15990 });
    expect(found(claims)).toMatchObject({ state: 'paid', amount: 15990 });
  });

  test.each([{ payment_token: undefined }, { payment_token: '' }, { payment_token: null }])(
    '%j is paid without a charge reference',
    (change) => {
      const { chargeReference: _, ...rest } = PAID;
      expect(proven(change)).toEqual(rest);
    },
  );

  test.each([
    { merchant_amount: undefined },
    { merchant_amount: null },
    { merchant_amount: 15990.5 },
    { merchant_amount: -15990 },
    { merchant_amount: '15.990 pesos' },
    { merchant_amount: [15990] },
    { merchant_currency: undefined },
    { merchant_currency: 'clp' },
    { merchant_currency: 'XXX' },
  ])('a success with %j is unclear', (change) => {
    expect(proven(change).state).toBe('unclear');
  });

  test("E2 failed, in ETpay's own word where there is one", () => {
    const end = {
      state: 'ended',
      end: 'failed',
      code: 'declined',
      message: 'the bank transfer was not made',
    };
    const failed = { payment_status: 'error' };
    expect(proven({ ...failed, reason: 'user_cancelled' })).toEqual({
      ...end,
      providerCode: 'user_cancelled',
    });
    expect(proven({ ...failed, code: 'E7', reason: 'x' })).toEqual({ ...end, providerCode: 'E7' });
    expect(proven({ ...failed, reason: 'cuenta 12345678 de Ana' })).toEqual({
      ...end,
      providerCode: 'error',
    });
    expect(proven({ payment_status: 'no fue posible' })).toEqual(end);
  });

  test.each(['fallido', 'failed', 'cancelled', 'expired', 'FAILURE', 'unsuccessful'])(
    '%s failed',
    (payment_status) => {
      expect(proven({ payment_status })).toMatchObject({ state: 'ended', providerCode: payment_status });
    },
  );

  test.each([
    'Success',
    'SUCCESS',
    ' success',
    'successful',
    'exitoso',
    'Éxito',
    'pending',
    'processing',
    'in_progress',
    'waiting',
    'approved',
    'aprobado',
    'completed',
    'in_review',
    'en revisión',
    'REVERSED',
    'notified',
    '',
    ' ',
    null,
    undefined,
    true,
    1,
  ])('%j is neither paid nor failed', (payment_status) => {
    expect(proven({ payment_status }).state).toBe('unclear');
  });
});

describe('findingOf', () => {
  test('the status answer of the vectors is paid', () => {
    expect(found(v.CLAIMS)).toEqual(PAID);
  });

  test('an empty list knows nothing', () => {
    expect(found()).toEqual({ state: 'absent' });
  });

  test.each([
    ['a failure', [FAILED]],
    ['failures', [FAILED, { ...FAILED, payment_token: 'payTok0004' }]],
    ['a label nobody knows', [{ ...FAILED, payment_status: 'whatever' }]],
    ['no status', [{ merchant_order_id: v.ORDER_ID }]],
    ['a null status', [{ ...FAILED, payment_status: null }]],
  ])('%s alone ends nothing', (_, list) => {
    expect(found(...list)).toEqual({ state: 'open' });
  });

  test("a success among failures, open tries and others' payments is paid", () => {
    const foreign = { ...v.CLAIMS, merchant_order_id: 'ORDER-1002', payment_token: 'payTok0009' };
    expect(found(FAILED, v.CLAIMS)).toEqual(PAID);
    expect(found(v.CLAIMS, FAILED)).toEqual(PAID);
    expect(found(foreign, null, v.CLAIMS)).toEqual(PAID);
  });

  test('another session of the same order is our money too', () => {
    expect(found({ ...v.CLAIMS, session_token: 'sesTok0002' })).toEqual(PAID);
  });

  test.each([
    ['another order', { ...v.CLAIMS, merchant_order_id: 'ORDER-1002' }],
    ['the order in other letters', { ...v.CLAIMS, merchant_order_id: 'order-1001' }],
    ['no order', { ...v.CLAIMS, merchant_order_id: undefined }],
    ['null', null],
    ['text', 'success'],
    ['a success without an amount', { ...v.CLAIMS, merchant_amount: undefined }],
    ['a success in capitals', { ...v.CLAIMS, payment_status: 'SUCCESS' }],
  ])('%s is unclear', (_, element) => {
    expect(found(element).state).toBe('unclear');
    expect(found(FAILED, element).state).toBe('unclear');
  });

  test.each([
    ['without an amount', { ...SECOND, merchant_amount: undefined }],
    ['in capitals', { ...SECOND, payment_status: 'SUCCESS' }],
  ])('a second success %s is not overlooked', (_, second) => {
    expect(found(v.CLAIMS, second).state).toBe('unclear');
  });

  test('an amount or currency that differs is told as it is', () => {
    expect(found({ ...v.CLAIMS, merchant_amount: 1 })).toEqual({ ...PAID, amount: 1 });
    expect(found({ ...v.CLAIMS, merchant_currency: 'MXN' })).toEqual({
      ...PAID,
      amount: 1599000,
      currency: 'MXN',
    });
  });

  describe('E10: money received twice is never told as what was asked', () => {
    test('it is summed, with both payment tokens', () => {
      expect(found(v.CLAIMS, SECOND)).toEqual({
        ...PAID,
        amount: 31980,
        chargeReference: 'payTok0001, payTok0003',
      });
      expect(found(v.CLAIMS, FAILED, SECOND)).toMatchObject({ amount: 31980 });
    });

    test.each([
      ['0 more', [15990, 0]],
      ['parts', [15000, 990]],
      ['parts in three', [5330, 5330, 5330]],
    ])('a sum that happens to be right: %s', (_, amounts) => {
      const list = amounts.map((merchant_amount, n) => ({
        ...v.CLAIMS,
        payment_token: `payTok1${n}`,
        merchant_amount,
      }));
      const finding = found(...list);
      expect(finding.state).toBe('paid');
      expect(finding).not.toMatchObject({ amount: 15990 });
    });

    test('two currencies are told by the one that was not asked', () => {
      expect(found(v.CLAIMS, { ...SECOND, merchant_currency: 'MXN' })).toMatchObject({ currency: 'MXN' });
      expect(found({ ...v.CLAIMS, merchant_currency: 'MXN' }, SECOND)).toMatchObject({ currency: 'MXN' });
    });

    test('without payment tokens two are two', () => {
      const { payment_token: _, ...nameless } = v.CLAIMS;
      expect(found(nameless, nameless)).toMatchObject({ amount: 31980 });
    });

    test('one token with two amounts is two', () => {
      expect(found(v.CLAIMS, { ...v.CLAIMS, merchant_amount: 10 })).toMatchObject({ amount: 16000 });
    });

    test('the same payment listed twice is one', () => {
      expect(found(v.CLAIMS, v.CLAIMS)).toEqual(PAID);
      expect(found(v.CLAIMS, { ...v.CLAIMS, confirmated_at: 'later' })).toEqual(PAID);
    });
  });

  test('shows no personal data', () => {
    const all = JSON.stringify([found(v.CLAIMS), found(v.CLAIMS, SECOND), found(FAILED), proven(FAILED)]);
    expect(all).not.toMatch(/111111111|Cuenta|Banco|sesTok/);
  });
});
