import {
  payerMaxEvent,
  PAYERMAX_ACKNOWLEDGEMENT,
  parsePayerMaxWebhook,
  readPayerMaxWebhook,
} from '../../../src/providers/payermax/webhook';
import { signedByPlatform } from './gateway-server';
import * as v from './vectors';

const AT = '2022-01-17T09:33:55.000Z';
const OURS = 'P1642410680681';
const trust = v.settingsFor('https://pay-gate-uat.payermax.com/aggregate-pay/api/gateway');
const ENVELOPE = {
  code: 'APPLY_SUCCESS',
  msg: 'Success.',
  keyVersion: '1',
  appId: trust.appId,
  merchantNo: trust.merchantNo,
  notifyTime: '2024-11-20T03:58:40.012Z',
};
const PAID = { outTradeNo: OURS, tradeToken: 'T1', totalAmount: 19.99, currency: 'USD', status: 'SUCCESS' };
const CLOSED = { outTradeNo: OURS, tradeToken: 'T2', totalAmount: 300, currency: 'THB', status: 'CLOSED' };

/** A callback of this content, signed by PayerMax, as it comes to the address of the payment OURS. */
function receive(body: object | string, { expected = OURS, at = AT } = {}) {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readPayerMaxWebhook(raw, { sign: signedByPlatform(raw) }, trust, expected, at);
}

const payment = (data: object, change: object = {}) => ({
  ...ENVELOPE,
  notifyType: 'PAYMENT',
  data,
  ...change,
});
const refund = (data: object) => ({ ...ENVELOPE, notifyType: 'REFUND', data });

describe('vector C', () => {
  const raw = Buffer.from(v.C.body);

  test('proves what was paid, from the published signature', () => {
    expect(readPayerMaxWebhook(raw, { sign: v.C.sign }, trust, OURS, AT)).toEqual({
      id: 'payermax:P1642410680681:SUCCESS:77.4HKD',
      receivedAt: AT,
      statement: 'PayerMax announces SUCCESS for order P1642410680681',
      proven: {
        state: 'paid',
        amount: 7740,
        currency: 'HKD',
        reference: OURS,
        chargeReference: 'T2024062702289232000001',
      },
    });
  });

  test.each([
    ['without the header', raw, {}],
    ['with another header', raw, { sign: v.B.sign }],
    ['with another amount', Buffer.from(v.C.body.replace('77.40', '77.41')), { sign: v.C.sign }],
    ['with another order', Buffer.from(v.C.body.replace(OURS, 'P1642410680682')), { sign: v.C.sign }],
    ['with a byte more', Buffer.concat([raw, Buffer.from('\n')]), { sign: v.C.sign }],
    ['written again', Buffer.from(JSON.stringify(JSON.parse(v.C.body))), { sign: v.C.sign }],
    ['empty', Buffer.alloc(0), { sign: v.C.sign }],
  ])('%s is a bad signature', (_, body, headers) => {
    expect(parsePayerMaxWebhook(body, headers, trust)).toEqual({
      error: 'bad_signature',
      message: expect.any(String),
    });
  });

  test('tells when it was sent', () => {
    const notice = parsePayerMaxWebhook(raw, { sign: v.C.sign }, trust);
    expect(notice).toMatchObject({ about: 'payment', sentAt: '2022-01-17T09:33:54.540+00:00' });
  });

  test('does not verify with our own key in place of theirs', () => {
    const publicKey = v.settingsFor(trust.baseUrl, {
      privateKey: v.PLATFORM_PRIVATE_KEY,
      publicKey: v.MERCHANT_PUBLIC_KEY,
    }).publicKey;
    expect(parsePayerMaxWebhook(raw, { sign: v.C.sign }, { ...trust, publicKey })).toMatchObject({
      error: 'bad_signature',
    });
  });
});

describe('a payment', () => {
  test('closed, although its code is an error', () => {
    expect(receive(payment(CLOSED, { code: 'PAYMENT_FAILED', msg: 'late' }))).toMatchObject({
      id: 'payermax:P1642410680681:CLOSED:300THB',
      statement: 'PayerMax announces CLOSED for order P1642410680681',
      proven: {
        state: 'ended',
        end: 'expired',
        code: 'authorization_ended',
        message: 'PayerMax closed the order unpaid',
        providerCode: 'PAYMENT_FAILED',
      },
    });
  });

  test('failed', () => {
    const event = receive(payment({ ...PAID, status: 'FAILED' }, { code: 'CARD_EXPIRE_DATE_INVALID' }));
    expect(event).toMatchObject({
      proven: { state: 'ended', end: 'failed', code: 'declined', providerCode: 'CARD_EXPIRE_DATE_INVALID' },
    });
  });

  test('APPLY_SUCCESS is never the outcome', () => {
    expect(receive(payment({ ...PAID, status: 'FAILED' }))).toMatchObject({
      proven: { state: 'ended', providerCode: 'FAILED' },
    });
  });

  test.each([
    ['still pending', { status: 'PENDING' }],
    ['a status nobody knows', { status: 'REVERSED' }],
    ['paid without an amount', { totalAmount: undefined }],
    ['paid with more decimals than there are', { totalAmount: 19.999 }],
    ['paid in no currency', { currency: 'ZZZ' }],
  ])('%s proves nothing: it is a hint', (_, change) => {
    const event = receive(payment({ ...PAID, ...change }));
    expect(event).toMatchObject({ id: expect.stringContaining(`payermax:${OURS}:`), receivedAt: AT });
    expect(event).not.toHaveProperty('proven');
  });

  test('has one id however often and whenever it is delivered', () => {
    const id = (body: object, at = AT) => {
      const event = receive(body, { at });
      return 'error' in event ? event.message : event.id;
    };
    const first = id(payment(PAID));
    expect(id(payment(PAID, { notifyTime: '2024-11-20T04:08:40.012Z' }), '2024-11-20T04:08:41Z')).toBe(first);
    expect(id(payment({ ...PAID, status: 'FAILED' }))).not.toBe(first);
    expect(id(payment({ ...PAID, totalAmount: 1 }))).not.toBe(first);
    expect(id(payment({ ...PAID, outTradeNo: 'P2' }))).not.toBe(first);
  });
});

describe('a captured callback, replayed onto another payment', () => {
  test('paid: carries the reference it was signed with', () => {
    const event = receive(payment(PAID), { expected: 'pay7m2k' });
    expect(event).toMatchObject({ proven: { state: 'paid', reference: OURS } });
    expect(event).toMatchObject({ statement: expect.stringContaining('not the order of this payment') });
  });

  test.each(['FAILED', 'CLOSED'])('%s: proves nothing', (status) => {
    const body = payment({ ...PAID, status });
    expect(receive(body)).toHaveProperty('proven');
    const event = receive(body, { expected: 'pay7m2k' });
    expect(event).toMatchObject({ statement: expect.stringContaining('not the order of this payment') });
    expect(event).not.toHaveProperty('proven');
  });

  test.each([{ appId: 'another_app' }, { merchantNo: '020213827212252' }])(
    'of another account with the same key: %j',
    (change) => {
      expect(receive(payment(PAID, change))).toEqual({
        error: 'bad_signature',
        message: 'the notification is signed, but for another app or merchant',
      });
    },
  );

  test('an account without a merchant number compares the app alone', () => {
    const raw = Buffer.from(JSON.stringify(payment(PAID)));
    const headers = { sign: signedByPlatform(raw) };
    const loose = { ...trust, merchantNo: undefined };
    expect(parsePayerMaxWebhook(raw, headers, loose)).toMatchObject({ about: 'payment' });
    expect(parsePayerMaxWebhook(raw, headers, { ...loose, appId: 'x' })).toMatchObject({
      error: 'bad_signature',
    });
  });
});

test('a refund is a hint that names our number', () => {
  const event = receive(
    refund({
      outRefundNo: 're000123',
      refundTradeNo: 'R1',
      outTradeNo: OURS,
      refundAmount: 5,
      refundCurrency: 'USD',
      status: 'REFUND_SUCCESS',
    }),
  );
  expect(event).toEqual({
    id: 'payermax:refund:re000123:REFUND_SUCCESS',
    receivedAt: AT,
    statement: 'PayerMax announces REFUND_SUCCESS for refund re000123',
    refundReference: 're000123',
  });
});

test.each<[string, object | string]>([
  ['no JSON', 'SUCCESS'],
  ['a list', []],
  ['no code', { ...payment(PAID), code: undefined }],
  ['no kind', { ...payment(PAID), notifyType: undefined }],
  ['another kind', payment(PAID, { notifyType: 'DISPUTE' })],
  ['no data', payment(undefined as never)],
  ['no order number', payment({ ...PAID, outTradeNo: undefined })],
  ['no status', payment({ ...PAID, status: ' ' })],
  ['no refund number', refund({ status: 'REFUND_SUCCESS' })],
])('signed, but unreadable: %s', (_, body) => {
  expect(receive(body)).toEqual({ error: 'unreadable', message: expect.any(String) });
});

test('a statement repeats no text of theirs but labels', () => {
  const notice = parsePayerMaxWebhook(
    ...signed(payment({ ...PAID, status: 'paid by Ada <ada@example.org>' })),
    trust,
  );
  if ('error' in notice) throw new Error(notice.message);
  expect(payerMaxEvent(notice, OURS, AT).statement).toBe(
    `PayerMax announces an unknown status for order ${OURS}`,
  );
});

test('§5.1: the reply that counts as received', () => {
  expect(PAYERMAX_ACKNOWLEDGEMENT).toEqual({
    contentType: 'application/json',
    body: '{"msg":"Success","code":"SUCCESS"}',
  });
});

function signed(body: object): [Buffer, { sign: string }] {
  const raw = Buffer.from(JSON.stringify(body));
  return [raw, { sign: signedByPlatform(raw) }];
}
