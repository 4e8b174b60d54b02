import { forTests, goneAddress } from '../local-server';
import { accepted, code, type GatewayAnswer, GatewayServer } from './gateway-server';
import { ORDER_NO, PAYMENT_TOKEN, PayerMaxRig } from './activities-rig';
import { soonWhereItHangs } from '../../support/patience';

const gateway = forTests(new GatewayServer());
let rig: PayerMaxRig;
beforeEach(() => {
  rig = new PayerMaxRig(gateway);
});

const placed = (status: string, change: object = {}) =>
  accepted({ outTradeNo: ORDER_NO, tradeToken: 'T1', status, ...change });
const read = (status: string, change: object = {}) =>
  accepted({
    outTradeNo: ORDER_NO,
    tradeToken: 'T1',
    totalAmount: 19.99,
    currency: 'USD',
    status,
    ...change,
  });
const NOT_THERE = code('ORDER_NOT_EXIST');
const SUCCEEDED = {
  outcome: 'succeeded',
  amount: 1999,
  currency: 'USD',
  reference: ORDER_NO,
  chargeReference: 'T1',
};

/** The order's answer, and what asking how it stands brings afterwards. */
function on(order: GatewayAnswer, query?: GatewayAnswer): void {
  gateway.on('orderAndPay', order);
  if (query) gateway.on('orderQuery', query);
}

describe('SUCCESS', () => {
  test('is succeeded, in the amount that the order shows', async () => {
    on(placed('SUCCESS'), read('SUCCESS'));
    await expect(rig.orderAndPay()).resolves.toEqual(SUCCEEDED);
    expect(gateway.calls()).toEqual(['orderAndPay', 'orderQuery']);
    expect(gateway.requests[0]).toMatchObject({ signed: true });
    expect(gateway.requests[0]?.json.data).toMatchObject({
      outTradeNo: ORDER_NO,
      totalAmount: 19.99,
      expireTime: '1800',
      paymentDetail: { paymentToken: PAYMENT_TOKEN },
    });
  });

  test('tells another amount and currency as they are: the kit compares', async () => {
    on(placed('SUCCESS'), read('SUCCESS', { totalAmount: 0.19, currency: 'EUR' }));
    await expect(rig.orderAndPay()).resolves.toMatchObject({ amount: 19, currency: 'EUR' });
  });

  test.each<[string, GatewayAnswer]>([
    ['is still pending', read('PENDING')],
    ['does not exist yet', NOT_THERE],
    ['cannot be read', { status: 503, text: '' }],
    ['does not answer', 'hang'],
    ['shows a failure', read('FAILED')],
  ])('is left to look-ups, when the order %s', async (_, query) => {
    rig = new PayerMaxRig(gateway, soonWhereItHangs(query));
    on(placed('SUCCESS'), query);
    await expect(rig.orderAndPay()).resolves.toEqual({ outcome: 'pending' });
  });

  test.each<[string, GatewayAnswer]>([
    ['in an amount that cannot be read', read('SUCCESS', { totalAmount: 19.999 })],
    ['with a forged amount', { ...read('SUCCESS'), sign: 'wrong' }],
  ])('is left to look-ups, when the order shows it %s', async (_, query) => {
    on(placed('SUCCESS'), query);
    await expect(rig.orderAndPay()).resolves.toEqual({ outcome: 'pending' });
  });
});

describe('PENDING', () => {
  test.each([
    [{}, undefined],
    [{ redirectUrl: '' }, undefined],
    [{ redirectUrl: 'javascript:alert(1)' }, undefined],
    [
      { redirectUrl: 'https://cashier.example/3ds?x=1' },
      { type: 'redirect', url: 'https://cashier.example/3ds?x=1' },
    ],
  ])('%j', async (change, nextAction) => {
    on(placed('PENDING', change));
    await expect(rig.orderAndPay()).resolves.toEqual({
      outcome: 'pending',
      ...(nextAction && { nextAction }),
    });
    expect(gateway.calls()).toEqual(['orderAndPay']);
  });
});

describe('FAILED and CLOSED', () => {
  test.each([
    ['FAILED', { end: 'failed', code: 'declined' }],
    ['CLOSED', { end: 'expired', code: 'authorization_ended' }],
  ])('%s is declined, for the reason that the order shows', async (status, end) => {
    on(placed(status), read(status, { resultCode: 'ISSUER_PAYMENT_REJECTED' }));
    const expected = { outcome: 'declined', ...end, providerCode: 'ISSUER_PAYMENT_REJECTED' };
    await expect(rig.orderAndPay()).resolves.toMatchObject(expected);
  });

  test.each<[string, GatewayAnswer]>([
    ['it cannot be read', { status: 503, text: '' }],
    ['it is not there yet', NOT_THERE],
    ['it lags behind', read('PENDING')],
  ])('counts without a reason when %s', async (_, query) => {
    on(placed('FAILED'), query);
    const expected = { outcome: 'declined', end: 'failed', providerCode: 'FAILED' };
    await expect(rig.orderAndPay()).resolves.toMatchObject(expected);
  });

  test('a success that the order shows counts more', async () => {
    on(placed('FAILED'), read('SUCCESS'));
    await expect(rig.orderAndPay()).resolves.toEqual(SUCCEEDED);
  });
});

describe('codes that prove that nothing was started', () => {
  test.each(['REQ_TIME_OVER_TIME', 'TOO_MANY_REQUEST'])('%s: the same order may go again', async (name) => {
    on(code(name));
    await expect(rig.orderAndPay()).resolves.toEqual({
      outcome: 'not_sent',
      detail: expect.stringContaining(name),
    });
    on(code(name, { sign: 'none' }));
    await expect(rig.orderAndPay()).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(gateway.calls()).toEqual(['orderAndPay', 'orderAndPay']);
  });

  test.each([
    'SIGN_VERIFY_FAILED',
    'ILLEGAL_IP_REQUEST',
    'AUTHENTICATE_FAILED',
    'MERCHANT_INVALID',
    'MERCHANT_APP_INVALID',
    'CONTRACT_INVALID',
    'ONBOARD_ERROR',
    'PARAMS_INVALID',
    'AMOUNT_INVALID',
    'AMOUNT_LIMIT',
    'AMOUNT_LIMIT_MINIMUM',
    'AMOUNT_LIMIT_MAXIMUM',
    'CURRENCY_INVALID',
    'COUNTRY_INVALID',
  ])('%s: going again would not help', async (name) => {
    const expected = {
      outcome: 'declined',
      end: 'failed',
      code: 'provider_refused_request',
      providerCode: name,
    };
    on(code(name));
    await expect(rig.orderAndPay()).resolves.toMatchObject(expected);
    on(code(name, { sign: 'none' }));
    await expect(rig.orderAndPay()).resolves.toMatchObject(expected);
    expect(gateway.calls()).toEqual(['orderAndPay', 'orderAndPay']);
  });

  test.each(['PAYMENT_METHOD_NOT_EXIST', 'PAYMENT_METHOD_SUSPEND'])('%s: declined', async (name) => {
    on(code(name));
    const expected = { outcome: 'declined', code: 'declined', providerCode: name };
    await expect(rig.orderAndPay()).resolves.toMatchObject(expected);
  });

  test('badly signed they prove nothing', async () => {
    on(code('PARAMS_INVALID', { sign: 'wrong' }));
    await expect(rig.orderAndPay()).resolves.toMatchObject({ outcome: 'unknown' });
    on(code('TOO_MANY_REQUEST', { sign: 'wrong' }));
    await expect(rig.orderAndPay()).resolves.toMatchObject({ outcome: 'unknown' });
  });
});

describe('every other code is settled by the order itself', () => {
  const CODES = [
    'SYSTEM_ERROR',
    'REQUEST_TIMEOUT',
    'PAYMENT_PROCESSING',
    'ORDER_REPEAT',
    'ORDER_CLOSED',
    'ORDER_NOT_EXIST',
    'PAYMENT_REJECTED',
    'CARD_INVALID',
    'PIN_LOCKED',
    'SOMETHING_NEW',
  ];

  test.each(CODES)('%s', async (name) => {
    on(code(name), read('SUCCESS'));
    await expect(rig.orderAndPay()).resolves.toEqual(SUCCEEDED);
    on(code(name), read('PENDING'));
    await expect(rig.orderAndPay()).resolves.toEqual({ outcome: 'pending' });
    on(code(name, { sign: 'none' }), read('FAILED', { resultCode: 'CARD_INVALID' }));
    const declined = { outcome: 'declined', code: 'declined', providerCode: 'CARD_INVALID' };
    await expect(rig.orderAndPay()).resolves.toMatchObject(declined);
    on(code(name), NOT_THERE);
    await expect(rig.orderAndPay()).resolves.toMatchObject({ outcome: 'unknown' });
    on(code(name), { status: 503, text: '' });
    await expect(rig.orderAndPay()).resolves.toMatchObject({ outcome: 'unknown' });
    on(code(name), { ...read('FAILED'), sign: 'none' });
    await expect(rig.orderAndPay()).resolves.toMatchObject({ outcome: 'unknown' });
  });
});

describe('sent, without an answer that can be believed', () => {
  test.each<[string, GatewayAnswer]>([
    ['a reset', 'reset'],
    ['a time-out', 'hang'],
    ['a 500', { status: 500, text: '' }],
    ['a 429 from something in between', { status: 429, text: '' }],
    ['a 403 from something in between', { status: 403, text: '<html>' }],
    ['HTML', { text: '<html>' }],
    ['an unsigned success', { ...placed('SUCCESS'), sign: 'none' }],
    ['a forged success', { ...placed('SUCCESS'), sign: 'wrong' }],
    ['an unsigned failure', { ...placed('FAILED'), sign: 'none' }],
    ['a forged pending', { ...placed('PENDING'), sign: 'wrong' }],
    ['another order', placed('SUCCESS', { outTradeNo: 'pay1002' })],
    ['another order that failed', placed('FAILED', { outTradeNo: 'pay1002' })],
    ['a status nobody knows', placed('AUTHORIZED')],
    ['no status', accepted({ outTradeNo: ORDER_NO })],
    ['no data', { text: '{"code":"APPLY_SUCCESS","msg":""}' }],
  ])('%s is unknown, and nothing is sent twice', async (_, answer) => {
    rig = new PayerMaxRig(gateway, soonWhereItHangs(answer));
    on(answer);
    await expect(rig.orderAndPay()).resolves.toEqual({
      outcome: 'unknown',
      detail: expect.any(String),
      settledAfter: expect.any(String),
    });
    expect(gateway.calls()).toEqual(['orderAndPay']);
  });

  test.each([
    [1_800, 1_800],
    [600, 1_800],
    [7_200, 7_200],
    [900_000, 86_400],
  ])('with %i s left to pay, it is settled after %i s, two minutes and the margin', async (asked, life) => {
    on('reset');
    const rig = new PayerMaxRig(gateway, { assumed: { settleMarginMs: 5_000 } });
    const before = Date.now();
    const taking = await rig.orderAndPay({ expireTimeSeconds: asked });
    const after = Date.now();
    if (taking.outcome !== 'unknown') throw new Error(`expected unknown, got ${taking.outcome}`);
    const allowance = (life + 120 + 5) * 1_000;
    expect(Date.parse(taking.settledAfter)).toBeGreaterThanOrEqual(before + allowance);
    expect(Date.parse(taking.settledAfter)).toBeLessThanOrEqual(after + allowance);
    expect(gateway.requests[0]?.json.data['expireTime']).toBe(String(life));
  });
});

describe('never sent', () => {
  test('no connection', async () => {
    const lost = new PayerMaxRig({ url: await goneAddress(new GatewayServer()) });
    await expect(lost.orderAndPay()).resolves.toMatchObject({ outcome: 'not_sent' });
  });

  test('a connection this worker does not have', async () => {
    await expect(rig.orderAndPay({ connection: 'asia' })).resolves.toEqual({
      outcome: 'not_sent',
      detail: expect.stringContaining('"asia"'),
    });
  });

  test('an amount that cannot be written', async () => {
    await expect(rig.orderAndPay({ amount: 1_234, currency: 'KWD' })).resolves.toMatchObject({
      outcome: 'declined',
      code: 'provider_refused_request',
      message: expect.stringContaining('KWD'),
    });
  });

  afterEach(() => expect(gateway.requests).toEqual([]));
});

test('a further attempt has a number of its own', async () => {
  on(placed('PENDING', { outTradeNo: 'pay1001x2' }));
  await expect(rig.orderAndPay({ attempt: 2 })).resolves.toEqual({ outcome: 'pending' });
  expect(gateway.requests[0]?.json.data['outTradeNo']).toBe('pay1001x2');
});

test('no outcome shows the payment token', async () => {
  const echo = JSON.stringify({ code: 'NEW', msg: PAYMENT_TOKEN });
  const answers: GatewayAnswer[] = [
    { text: echo },
    { text: `${PAYMENT_TOKEN}` },
    'reset',
    'hang',
    code('PARAMS_INVALID'),
    placed(PAYMENT_TOKEN),
  ];
  gateway.on('orderAndPay', ...answers);
  rig = new PayerMaxRig(gateway, soonWhereItHangs(...answers));
  for (const _ of answers) {
    expect(JSON.stringify(await rig.orderAndPay())).not.toContain(PAYMENT_TOKEN);
  }
  const lost = await rig.orderAndPay({ connection: 'asia' });
  expect(JSON.stringify(lost)).not.toContain(PAYMENT_TOKEN);
});
