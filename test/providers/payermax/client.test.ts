import fc from 'fast-check';
import { PayerMaxClient } from '../../../src/providers/payermax/client';
import { ProviderError, type ProviderErrorKind } from '../../../src/providers/provider-error';
import { forTests, goneAddress } from '../local-server';
import { accepted, code, type GatewayAnswer, GatewayServer, signedByPlatform } from './gateway-server';
import * as v from './vectors';
import { PATIENT, soonWhereItHangs } from '../../support/patience';

const PAYMENT_TOKEN = 'ptok_5d1e';
const gateway = forTests(new GatewayServer());
let client: PayerMaxClient;
beforeEach(() => {
  client = new PayerMaxClient(v.settingsFor(`${gateway.url}/`, PATIENT));
});
afterEach(() => client.close());

const session = (change: object = {}) =>
  client.applyDropinSession({ amount: 1999, currency: 'USD', country: 'US', userId: 'buyer_42', ...change });
const order = (change: object = {}) =>
  client.orderAndPay({
    outTradeNo: 'pay000123',
    amount: 1999,
    currency: 'USD',
    subject: 'Order 000123',
    country: 'US',
    userId: 'buyer_42',
    paymentToken: PAYMENT_TOKEN,
    sessionKey: 'sk_11aa',
    clientIp: '203.0.113.7',
    userAgent: 'Mozilla/5.0',
    expireTimeSeconds: 1800,
    returnUrl: 'https://shop.example/return/000123',
    webhookUrl: 'https://shop.example/hooks/payermax',
    ...change,
  });
const query = () => client.orderQuery('pay000123');
const refund = (change: object = {}) =>
  client.refund({
    outRefundNo: 're000123',
    outTradeNo: 'pay000123',
    amount: 500,
    currency: 'USD',
    reason: 'one item returned',
    webhookUrl: 'https://shop.example/hooks/payermax',
    ...change,
  });
const refundQuery = () => client.refundQuery('re000123');

const PLACED = accepted({ outTradeNo: 'pay000123', tradeToken: 'T1', status: 'SUCCESS' });

async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof ProviderError) return outcome;
  throw new Error(`expected a ProviderError, got ${JSON.stringify(outcome)}`);
}

describe('what is sent', () => {
  test('the envelope, signed over its exact bytes', async () => {
    gateway.on('orderQuery', accepted({ outTradeNo: 'pay000123', status: 'PENDING' }));
    const before = Date.now();
    await query();
    const [request] = gateway.requests;
    expect(request).toMatchObject({
      method: 'POST',
      call: 'orderQuery',
      contentType: 'application/json',
      signed: true,
    });
    const { requestTime, ...json } = request?.json ?? { requestTime: '' };
    expect(json).toEqual({
      version: '1.5',
      keyVersion: '1',
      appId: '3b242b56a8b64274bcc37dac281120e3',
      merchantNo: '020213827212251',
      data: { outTradeNo: 'pay000123' },
    });
    expect(requestTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    expect(Date.parse(requestTime)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(requestTime)).toBeLessThanOrEqual(Date.now());
  });

  test('text that is not ASCII is signed as it goes over the wire', async () => {
    gateway.on('orderAndPay', PLACED);
    await order({ subject: 'Café «€» 东京 \u2028' });
    expect(gateway.requests[0]).toMatchObject({ signed: true });
    expect(gateway.requests[0]?.json.data['subject']).toBe('Café «€» 东京 \u2028');
  });

  test('versions are per call, and the merchant number may be left out', async () => {
    gateway.on('orderQuery', accepted({ outTradeNo: 'pay000123', status: 'PENDING' }));
    const assumed = { versions: { orderQuery: '1.4' } };
    const other = new PayerMaxClient(v.settingsFor(gateway.url, { assumed, merchantNo: undefined }));
    await other.orderQuery('pay000123');
    await other.close();
    expect(gateway.requests[0]?.json).toMatchObject({ version: '1.4' });
    expect(gateway.requests[0]?.json).not.toHaveProperty('merchantNo');
  });

  test('§10: a session', async () => {
    gateway.on('applyDropinSession', { text: v.B.body });
    await session({ componentList: ['CARD', 'GOOGLEPAY'] });
    await session({ componentList: [] });
    const data = { totalAmount: 19.99, currency: 'USD', country: 'US', userId: 'buyer_42' };
    expect(gateway.requests.map(({ json }) => json.data)).toEqual([
      { ...data, componentList: ['CARD', 'GOOGLEPAY'] },
      data,
    ]);
  });

  test('§10: an order', async () => {
    gateway.on('orderAndPay', PLACED);
    await order();
    expect(gateway.requests[0]?.json.data).toEqual({
      outTradeNo: 'pay000123',
      integrate: 'Direct_Payment',
      subject: 'Order 000123',
      totalAmount: 19.99,
      currency: 'USD',
      country: 'US',
      userId: 'buyer_42',
      expireTime: '1800',
      paymentDetail: {
        paymentToken: PAYMENT_TOKEN,
        sessionKey: 'sk_11aa',
        buyerInfo: { clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' },
      },
      terminalType: 'WEB',
      frontCallbackUrl: 'https://shop.example/return/000123',
      notifyUrl: 'https://shop.example/hooks/payermax',
    });
  });

  test('§10: a refund, by our number of the order', async () => {
    gateway.on('refund', accepted({ outRefundNo: 're000123', status: 'REFUND_PENDING' }));
    await refund();
    await refund({ reason: null });
    const data = {
      refundAmount: 5,
      outRefundNo: 're000123',
      refundCurrency: 'USD',
      outTradeNo: 'pay000123',
      refundNotifyUrl: 'https://shop.example/hooks/payermax',
    };
    expect(gateway.requests.map(({ json }) => json.data)).toEqual([
      { ...data, comments: 'one item returned' },
      data,
    ]);
  });

  test.each([
    [1999, 'USD', '19.99'],
    [29, 'USD', '0.29'],
    [500, 'USD', '5.00'],
    [150_000, 'IDR', '1500'],
    [1_230, 'KWD', '1.23'],
    [5_000, 'JPY', '5000'],
    [999_999_999_999, 'EUR', '9999999999.99'],
  ])('%i minor units of %s are the number %s', async (amount, currency, text) => {
    gateway
      .on('orderAndPay', PLACED)
      .on('applyDropinSession', { text: v.B.body })
      .on('refund', accepted({ outRefundNo: 're000123', status: 'REFUND_PENDING' }));
    await session({ amount, currency });
    await order({ amount, currency });
    await refund({ amount, currency });
    expect(gateway.requests.map((request) => /Amount":([\d.]+),/.exec(request.text)?.[1])).toEqual([
      text,
      text,
      text,
    ]);
  });

  test('an amount that cannot be written is never sent', async () => {
    await expect(order({ amount: 1_234, currency: 'KWD' })).rejects.toThrow(/KWD/);
    expect(gateway.requests).toEqual([]);
  });
});

describe('what is read', () => {
  test('vector B', async () => {
    gateway.on('applyDropinSession', { text: v.B.body, sign: { sign: v.B.sign } });
    await expect(session()).resolves.toEqual({
      sessionKey: 'sk_test_0001',
      clientKey: 'ck_test_0001',
      notSupported: [],
    });
  });

  test('notSupportedComponent may be absent', async () => {
    gateway.on('applyDropinSession', accepted({ sessionKey: 's', clientKey: 'c' }));
    await expect(session()).resolves.toMatchObject({ notSupported: [] });
  });

  test('an order, with its amount as number or text, and a label with a tab', async () => {
    const data = { outTradeNo: 'pay000123', tradeToken: 'T1', currency: 'USD' };
    gateway.on(
      'orderQuery',
      accepted({ ...data, status: 'SUCCESS\t', totalAmount: 19.99, paymentDetails: [] }),
      accepted({
        ...data,
        status: 'FAILED',
        totalAmount: '19.99',
        resultCode: 'CVV_INVALID',
        resultMsg: 'x',
      }),
    );
    const order = { ...data, totalAmount: 19.99, status: 'SUCCESS', resultCode: null };
    await expect(query()).resolves.toEqual(order);
    const failed = { status: 'FAILED', totalAmount: '19.99', resultCode: 'CVV_INVALID' };
    await expect(query()).resolves.toEqual({ ...order, ...failed });
  });

  test('a refund, whatever its amount is called', async () => {
    const data = {
      outRefundNo: 're000123',
      refundTradeNo: 'R1',
      outTradeNo: 'pay000123',
      refundCurrency: 'USD',
    };
    gateway.on(
      'refundQuery',
      accepted({ ...data, status: 'REFUND_PENDING\t', totalAmount: 5 }),
      accepted({ ...data, status: 'REFUND_SUCCESS', refundAmount: '5.00' }),
    );
    const refund = { outRefundNo: 're000123', outTradeNo: 'pay000123', currency: 'USD' };
    await expect(refundQuery()).resolves.toEqual({ ...refund, status: 'REFUND_PENDING', amount: 5 });
    await expect(refundQuery()).resolves.toEqual({ ...refund, status: 'REFUND_SUCCESS', amount: '5.00' });
  });
});

describe('what is believed', () => {
  const changed = { text: v.B.body.replace('sk_test_0001', 'sk_test_0002'), sign: { sign: v.B.sign } };

  test.each<[string, GatewayAnswer]>([
    ['no signature', { text: v.B.body, sign: 'none' }],
    ['another signature', { text: v.B.body, sign: 'wrong' }],
    ['a changed body', changed],
  ])('a success with %s is no success', async (_, answer) => {
    gateway.on('applyDropinSession', answer).on('orderAndPay', answer).on('orderQuery', answer);
    for (const call of [session(), order(), query()]) {
      const error = await errorOf(call);
      expect(error).toMatchObject({ kind: 'outcome_unknown', providerCode: undefined });
      expect(error.message).toContain('check publicKey');
    }
  });

  test.each<[string, GatewayAnswer, ProviderErrorKind, ProviderErrorKind]>([
    ['a signed PARAMS_INVALID', code('PARAMS_INVALID'), 'invalid_request', 'invalid_request'],
    ['an unsigned one', code('PARAMS_INVALID', { sign: 'none' }), 'invalid_request', 'invalid_request'],
    ['a forged one', code('PARAMS_INVALID', { sign: 'wrong' }), 'outcome_unknown', 'outcome_unknown'],
    ['one with HTTP 500', code('PARAMS_INVALID', { status: 500 }), 'invalid_request', 'invalid_request'],
    ['a signed ORDER_NOT_EXIST', code('ORDER_NOT_EXIST'), 'declined', 'declined'],
    ['an unsigned one', code('ORDER_NOT_EXIST', { sign: 'none' }), 'outcome_unknown', 'declined'],
    ['a signed decline', code('CARD_INVALID'), 'outcome_unknown', 'outcome_unknown'],
    ['a code nobody knows', code('SOMETHING_NEW'), 'outcome_unknown', 'outcome_unknown'],
  ])('%s', async (_, answer, once, repeatable) => {
    client = new PayerMaxClient(v.settingsFor(gateway.url, soonWhereItHangs(answer)));
    gateway.on('orderAndPay', answer).on('orderQuery', answer);
    expect((await errorOf(order())).kind).toBe(once);
    expect((await errorOf(query())).kind).toBe(repeatable);
  });

  test.each<[string, ProviderErrorKind, ProviderErrorKind]>([
    ['SYSTEM_ERROR', 'outcome_unknown', 'unavailable'],
    ['UNEXPECTED_ERROR', 'outcome_unknown', 'unavailable'],
    ['REQUEST_TIMEOUT', 'outcome_unknown', 'unavailable'],
    ['PAYMENT_PROCESSING', 'outcome_unknown', 'unavailable'],
    ['ORDER_REPEAT', 'outcome_unknown', 'outcome_unknown'],
    ['ORDER_CLOSED', 'outcome_unknown', 'outcome_unknown'],
    ['PAYMENT_REJECTED', 'outcome_unknown', 'outcome_unknown'],
    ['SIGN_VERIFY_FAILED', 'unauthenticated', 'unauthenticated'],
    ['ILLEGAL_IP_REQUEST', 'unauthenticated', 'unauthenticated'],
    ['REQ_TIME_OVER_TIME', 'rate_limited', 'rate_limited'],
    ['TOO_MANY_REQUEST', 'rate_limited', 'rate_limited'],
    ['AMOUNT_LIMIT_MINIMUM', 'invalid_request', 'invalid_request'],
    ['PAYMENT_METHOD_SUSPEND', 'declined', 'declined'],
  ])('§4: %s', async (name, once, repeatable) => {
    gateway.on('orderAndPay', code(name)).on('orderQuery', code(name));
    expect(await errorOf(order())).toMatchObject({ kind: once, providerCode: name });
    expect(await errorOf(query())).toMatchObject({ kind: repeatable, providerCode: name });
  });
});

describe('answers without a code', () => {
  test.each<[string, GatewayAnswer, ProviderErrorKind, ProviderErrorKind]>([
    ['HTML', { text: '<html>' }, 'outcome_unknown', 'unavailable'],
    ['JSON of another shape', { text: '{"hello":1}' }, 'outcome_unknown', 'unavailable'],
    ['HTTP 502', { status: 502, text: '' }, 'outcome_unknown', 'unavailable'],
    ['HTTP 302', { status: 302, text: '' }, 'outcome_unknown', 'unavailable'],
    ['HTTP 403', { status: 403, text: 'no' }, 'outcome_unknown', 'unauthenticated'],
    ['HTTP 404', { status: 404, text: 'no' }, 'outcome_unknown', 'invalid_request'],
    ['HTTP 429', { status: 429, text: '' }, 'outcome_unknown', 'rate_limited'],
    ['a reset', 'reset', 'outcome_unknown', 'unavailable'],
    ['a time-out', 'hang', 'outcome_unknown', 'unavailable'],
    ['success without data', accepted(undefined as never), 'outcome_unknown', 'outcome_unknown'],
    ['success with other data', accepted({ status: 7 }), 'outcome_unknown', 'outcome_unknown'],
  ])('%s', async (_, answer, once, repeatable) => {
    client = new PayerMaxClient(v.settingsFor(gateway.url, soonWhereItHangs(answer)));
    gateway.on('orderAndPay', answer).on('orderQuery', answer);
    expect(await errorOf(order())).toMatchObject({ kind: once, providerCode: undefined });
    expect(await errorOf(query())).toMatchObject({ kind: repeatable, providerCode: undefined });
    expect(gateway.calls()).toEqual(['orderAndPay', 'orderQuery']);
  });

  test('no connection: provably not sent', async () => {
    const url = await goneAddress(new GatewayServer());
    const lost = new PayerMaxClient(v.settingsFor(url));
    expect(await errorOf(lost.orderQuery('pay000123'))).toMatchObject({ kind: 'not_sent' });
    await lost.close();
  });
});

test('no error shows the payment token or what was answered', async () => {
  const echo = JSON.stringify({ code: 'NEW', msg: PAYMENT_TOKEN });
  const answers: GatewayAnswer[] = [{ text: echo }, { text: PAYMENT_TOKEN }, 'reset', 'hang'];
  gateway.on('orderAndPay', ...answers);
  client = new PayerMaxClient(v.settingsFor(gateway.url, soonWhereItHangs(...answers)));
  for (const _ of answers) {
    const error = await errorOf(order());
    expect(error.stack + JSON.stringify(error)).not.toContain(PAYMENT_TOKEN);
  }
});

test('an answer with one flipped bit is not believed, wherever the bit is', async () => {
  const text = Buffer.from(PLACED.text);
  const sign = { sign: signedByPlatform(text) };
  gateway.on('orderAndPay', { ...PLACED, sign });
  await expect(order()).resolves.toMatchObject({ status: 'SUCCESS' });
  const flipped = (bit: number) => {
    const bytes = Buffer.from(text);
    bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return bytes.toString('latin1');
  };
  // Of ASCII text; the server of this test writes text, not bytes.
  const anyBit = fc.nat({ max: text.length * 8 - 1 }).filter((bit) => (bit & 7) < 7);
  await fc.assert(
    fc.asyncProperty(anyBit, async (bit) => {
      gateway.reset();
      gateway.on('orderAndPay', { text: flipped(bit), sign });
      expect(await errorOf(order())).toMatchObject({ kind: 'outcome_unknown' });
    }),
    { numRuns: 150 },
  );
});
