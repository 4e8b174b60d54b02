import { forTests } from '../local-server';
import { accepted, code, type GatewayAnswer, GatewayServer } from './gateway-server';
import * as v from './vectors';
import { failureOf } from '../activity-rig';
import { ORDER_NO, PayerMaxRig } from './activities-rig';
import { soonWhereItHangs } from '../../support/patience';

const gateway = forTests(new GatewayServer());
let rig: PayerMaxRig;
beforeEach(() => {
  rig = new PayerMaxRig(gateway);
});

const TRANSIENT: [string, GatewayAnswer, string][] = [
  ['a 503', { status: 503, text: '' }, 'unavailable'],
  ['a reset', 'reset', 'unavailable'],
  ['a time-out', 'hang', 'unavailable'],
  ['HTML', { text: '<html>' }, 'unavailable'],
  ['SYSTEM_ERROR', code('SYSTEM_ERROR'), 'unavailable'],
  ['TOO_MANY_REQUEST', code('TOO_MANY_REQUEST'), 'rate_limited'],
  ['REQ_TIME_OVER_TIME', code('REQ_TIME_OVER_TIME'), 'rate_limited'],
  ['a 429', { status: 429, text: '' }, 'rate_limited'],
];

describe('payerMaxApplySession', () => {
  test('shows the card form, under our order number', async () => {
    gateway.on('applyDropinSession', { text: v.B.body, sign: { sign: v.B.sign } });
    await expect(rig.applySession({ componentList: ['CARD'] })).resolves.toEqual({
      outcome: 'opened',
      providerReference: ORDER_NO,
      nextAction: {
        type: 'dropin',
        sessionKey: 'sk_test_0001',
        clientKey: 'ck_test_0001',
        environment: 'sandbox',
      },
    });
    expect(gateway.requests[0]).toMatchObject({ signed: true });
    expect(gateway.requests[0]?.json.data).toEqual({
      totalAmount: 19.99,
      currency: 'USD',
      country: 'US',
      userId: 'buyer_42',
      componentList: ['CARD'],
    });
  });

  test.each(TRANSIENT)('%s is tried again', async (_, answer, type) => {
    rig = new PayerMaxRig(gateway, soonWhereItHangs(answer));
    gateway.on('applyDropinSession', answer);
    expect(await failureOf(rig.applySession())).toMatchObject({ type, nonRetryable: false });
  });

  test.each<[string, GatewayAnswer, string | undefined]>([
    ['PARAMS_INVALID', code('PARAMS_INVALID'), 'PARAMS_INVALID'],
    ['an unsigned CURRENCY_INVALID', code('CURRENCY_INVALID', { sign: 'none' }), 'CURRENCY_INVALID'],
    ['PAYMENT_METHOD_SUSPEND', code('PAYMENT_METHOD_SUSPEND'), 'PAYMENT_METHOD_SUSPEND'],
    ['a code nobody knows', code('SOMETHING_NEW'), 'SOMETHING_NEW'],
    ['an unsigned success', { text: v.B.body, sign: 'none' }, undefined],
    ['a forged success', { text: v.B.body, sign: 'wrong' }, undefined],
    ['a success without keys', accepted({}), undefined],
  ])('%s ends it: no order can exist', async (_, answer, providerCode) => {
    gateway.on('applyDropinSession', answer);
    const opening = await rig.applySession();
    expect(opening).toMatchObject({ outcome: 'refused', end: 'failed', code: 'provider_refused_request' });
    expect(opening).toHaveProperty('message', expect.stringContaining('applyDropinSession'));
    expect(providerCode ?? 'none').toBe('providerCode' in opening ? opening.providerCode : 'none');
  });

  test('wrong credentials are a failure of ours, with the setting to check', async () => {
    gateway.on('applyDropinSession', code('SIGN_VERIFY_FAILED'));
    const failure = await failureOf(rig.applySession());
    expect(failure).toMatchObject({ type: 'unauthenticated', nonRetryable: true });
    expect(failure.message).toContain('privateKey');
  });

  test.each([
    { amount: 1_234, currency: 'KWD' },
    { amount: 150_001, currency: 'IDR' },
    { amount: 0 },
    { currency: 'XYZ' },
  ])('%j is refused without a call', async (change) => {
    await expect(rig.applySession(change)).resolves.toMatchObject({ outcome: 'refused' });
    expect(gateway.requests).toEqual([]);
  });

  test('a connection this worker does not have is named', async () => {
    const failure = await failureOf(rig.applySession({ connection: 'asia' }));
    expect(failure).toMatchObject({ type: 'invalid_request', nonRetryable: true });
    expect(failure.message).toContain('"asia"');
  });
});

describe('payerMaxOrderQuery', () => {
  const order = { outTradeNo: ORDER_NO, tradeToken: 'T1', totalAmount: 19.99, currency: 'USD' };

  test('paid', async () => {
    gateway.on('orderQuery', accepted({ ...order, status: 'SUCCESS' }));
    await expect(rig.orderQuery()).resolves.toEqual({
      state: 'paid',
      amount: 1999,
      currency: 'USD',
      reference: ORDER_NO,
      chargeReference: 'T1',
    });
    expect(gateway.requests[0]?.json.data).toEqual({ outTradeNo: ORDER_NO });
  });

  test('a further attempt has a number of its own', async () => {
    gateway.on('orderQuery', accepted({ ...order, outTradeNo: 'pay1001x2', status: 'PENDING' }));
    await expect(rig.orderQuery({ attempt: 2 })).resolves.toEqual({ state: 'open' });
    expect(gateway.requests[0]?.json.data).toEqual({ outTradeNo: 'pay1001x2' });
  });

  test('a payment that was never opened is absent without a call', async () => {
    await expect(rig.orderQuery({ providerReference: null })).resolves.toEqual({ state: 'absent' });
    expect(gateway.requests).toEqual([]);
  });

  test.each<[string, GatewayAnswer, string]>([
    ['ORDER_NOT_EXIST', code('ORDER_NOT_EXIST'), 'absent'],
    ['an unsigned one', code('ORDER_NOT_EXIST', { sign: 'none' }), 'absent'],
    ['a forged one', code('ORDER_NOT_EXIST', { sign: 'wrong' }), 'unclear'],
    ['an unsigned success', accepted({ ...order, status: 'SUCCESS' }, { sign: 'none' }), 'unclear'],
    ['a forged success', accepted({ ...order, status: 'SUCCESS' }, { sign: 'wrong' }), 'unclear'],
    ['an unsigned failure', accepted({ ...order, status: 'FAILED' }, { sign: 'none' }), 'unclear'],
    ['another order', accepted({ ...order, outTradeNo: 'pay1002', status: 'SUCCESS' }), 'unclear'],
    ['a status nobody knows', accepted({ ...order, status: 'REVERSED' }), 'unclear'],
    ['a code nobody knows', code('SOMETHING_NEW'), 'unclear'],
    ['a code of another call', code('REFUND_FAILED'), 'unclear'],
    ['success without data', { text: '{"code":"APPLY_SUCCESS","msg":""}' }, 'unclear'],
  ])('%s is %s', async (_, answer, state) => {
    gateway.on('orderQuery', answer);
    await expect(rig.orderQuery({ takingSent: true })).resolves.toMatchObject({ state });
  });

  test.each(TRANSIENT)('%s is no finding', async (_, answer, type) => {
    rig = new PayerMaxRig(gateway, soonWhereItHangs(answer));
    gateway.on('orderQuery', answer);
    expect(await failureOf(rig.orderQuery())).toMatchObject({ type, nonRetryable: false });
  });
});
