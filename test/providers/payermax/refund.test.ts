import { forTests, goneAddress } from '../local-server';
import { accepted, code, type GatewayAnswer, GatewayServer } from './gateway-server';
import { failureOf } from '../activity-rig';
import { ORDER_NO, PayerMaxRig } from './activities-rig';
import { soonWhereItHangs } from '../../support/patience';

const gateway = forTests(new GatewayServer());
let rig: PayerMaxRig;
beforeEach(() => {
  rig = new PayerMaxRig(gateway);
});

const placed = (status: string, change: object = {}) =>
  accepted({ outRefundNo: 're1001', tradeOrderNo: 'O1', refundTradeNo: 'R1', status, ...change });
const read = (status: string, change: object = {}) =>
  accepted({
    outRefundNo: 're1001',
    refundTradeNo: 'R1',
    outTradeNo: ORDER_NO,
    refundAmount: 5,
    refundCurrency: 'USD',
    status,
    ...change,
  });
const NOT_THERE = code('ORDER_NOT_EXIST');

function on(refund: GatewayAnswer, query?: GatewayAnswer): void {
  gateway.on('refund', refund);
  if (query) gateway.on('refundQuery', query);
}

describe('payerMaxRefund', () => {
  test('is pending, under our number, by our number of the order', async () => {
    on(placed('REFUND_PENDING'));
    await expect(rig.refund()).resolves.toEqual({ outcome: 'pending', providerRefundReference: 'R1' });
    expect(gateway.requests[0]).toMatchObject({ call: 'refund', signed: true });
    expect(gateway.requests[0]?.text).toContain('"refundAmount":5.00,');
    expect(gateway.requests[0]?.json.data).toMatchObject({
      outRefundNo: 're1001',
      outTradeNo: ORDER_NO,
      refundCurrency: 'USD',
      comments: 'one item returned',
    });
  });

  test('a success at once is confirmed by a look-up first: the answer has no amount', async () => {
    on(placed('REFUND_SUCCESS'));
    await expect(rig.refund()).resolves.toEqual({ outcome: 'pending', providerRefundReference: 'R1' });
  });

  test('a failure', async () => {
    on(placed('REFUND_FAILED'));
    const expected = { outcome: 'declined', providerCode: 'REFUND_FAILED' };
    await expect(rig.refund()).resolves.toMatchObject(expected);
  });

  test.each<[string, GatewayAnswer]>([
    ['a reset', 'reset'],
    ['a time-out', 'hang'],
    ['a 500', { status: 500, text: '' }],
    ['HTML', { text: '<html>' }],
    ['an unsigned answer', { ...placed('REFUND_PENDING'), sign: 'none' }],
    ['a forged failure', { ...placed('REFUND_FAILED'), sign: 'wrong' }],
    ['a forged refusal', code('PARAMS_INVALID', { sign: 'wrong' })],
    ['another refund', placed('REFUND_FAILED', { outRefundNo: 're1002' })],
    ['a status nobody knows', placed('REFUND_HALF')],
  ])('%s is unknown, and nothing is sent twice', async (_, answer) => {
    rig = new PayerMaxRig(gateway, soonWhereItHangs(answer));
    on(answer);
    await expect(rig.refund()).resolves.toEqual({ outcome: 'unknown', detail: expect.any(String) });
    expect(gateway.calls()).toEqual(['refund']);
  });

  test.each([
    ['TOO_MANY_REQUEST', 'not_sent'],
    ['REQ_TIME_OVER_TIME', 'not_sent'],
    ['SIGN_VERIFY_FAILED', 'declined'],
    ['CONTRACT_INVALID', 'declined'],
    ['AMOUNT_INVALID', 'declined'],
  ])('%s proves that nothing was started: %s', async (name, outcome) => {
    on(code(name, { sign: 'none' }));
    await expect(rig.refund()).resolves.toMatchObject({ outcome });
    expect(gateway.calls()).toEqual(['refund']);
  });

  test.each(['REFUND_INSUFFICIENT_BALANCE', 'REFUND_FAILED', 'REFUND_NO_INVALID'])(
    '%s is settled by the refund itself',
    async (name) => {
      const declined = { outcome: 'declined', providerCode: name };
      on(code(name), read('REFUND_FAILED'));
      await expect(rig.refund()).resolves.toMatchObject(declined);
      on(code(name), NOT_THERE);
      await expect(rig.refund()).resolves.toMatchObject(declined);
      on(code(name), code('REFUND_NO_INVALID'));
      await expect(rig.refund()).resolves.toMatchObject(declined);
      on(code(name, { sign: 'none' }), NOT_THERE);
      await expect(rig.refund()).resolves.toMatchObject({ outcome: 'unknown' });
      on(code(name), read('REFUND_PENDING'));
      await expect(rig.refund()).resolves.toEqual({ outcome: 'pending' });
      on(code(name), read('REFUND_SUCCESS'));
      await expect(rig.refund()).resolves.toEqual({ outcome: 'succeeded' });
      on(code(name), { status: 503, text: '' });
      await expect(rig.refund()).resolves.toMatchObject({ outcome: 'unknown' });
    },
  );

  test.each(['SYSTEM_ERROR', 'ORDER_REPEAT', 'SOMETHING_NEW'])(
    '%s: only the refund itself tells',
    async (name) => {
      on(code(name), NOT_THERE);
      await expect(rig.refund()).resolves.toMatchObject({ outcome: 'unknown' });
      on(code(name), read('REFUND_PENDING'));
      await expect(rig.refund()).resolves.toEqual({ outcome: 'pending' });
      on(code(name), read('REFUND_SUCCESS', { refundAmount: 4.99 }));
      await expect(rig.refund()).resolves.toMatchObject({ outcome: 'unknown' });
      on(code(name), read('REFUND_SUCCESS', { refundCurrency: 'EUR' }));
      await expect(rig.refund()).resolves.toMatchObject({ outcome: 'unknown' });
    },
  );

  test('never sent', async () => {
    await expect(rig.refund({ connection: 'asia' })).resolves.toMatchObject({ outcome: 'not_sent' });
    await expect(rig.refund({ amount: 1, currency: 'IDR' })).resolves.toMatchObject({ outcome: 'declined' });
    expect(gateway.requests).toEqual([]);
    const lost = new PayerMaxRig({ url: await goneAddress(new GatewayServer()) });
    await expect(lost.refund()).resolves.toMatchObject({ outcome: 'not_sent' });
  });
});

describe('payerMaxRefundQuery', () => {
  test.each<[string, GatewayAnswer, object]>([
    ['succeeded', read('REFUND_SUCCESS'), { state: 'succeeded', amount: 500, currency: 'USD' }],
    ['pending', read('REFUND_PENDING\t'), { state: 'pending' }],
    ['failed', read('REFUND_FAILED', { resultMsg: 'x' }), { state: 'failed', providerCode: 'REFUND_FAILED' }],
    ['not there', NOT_THERE, { state: 'absent' }],
    ['not there, in other words', code('REFUND_NO_INVALID'), { state: 'absent' }],
    ['of another order', read('REFUND_SUCCESS', { outTradeNo: 'pay1002' }), { state: 'unclear' }],
    ['unsigned', { ...read('REFUND_SUCCESS'), sign: 'none' }, { state: 'unclear' }],
    ['forged', { ...read('REFUND_FAILED'), sign: 'wrong' }, { state: 'unclear' }],
    ['a code nobody knows', code('SOMETHING_NEW'), { state: 'unclear' }],
    ['a refusal', code('REFUND_FAILED'), { state: 'unclear' }],
  ])('%s', async (_, answer, expected) => {
    gateway.on('refundQuery', answer);
    await expect(rig.refundQuery()).resolves.toMatchObject(expected);
    expect(gateway.requests[0]?.json.data).toEqual({ outRefundNo: 're1001' });
  });

  test('which codes mean "not there" can be set', async () => {
    const other = new PayerMaxRig(gateway, { assumed: { noSuchRefundCodes: ['NO_REFUND'] } });
    gateway.on('refundQuery', code('NO_REFUND'), NOT_THERE);
    await expect(other.refundQuery()).resolves.toEqual({ state: 'absent' });
    await expect(other.refundQuery()).resolves.toMatchObject({ state: 'unclear' });
  });

  test.each<[string, GatewayAnswer, object]>([
    ['a 503', { status: 503, text: '' }, { type: 'unavailable', nonRetryable: false }],
    ['a time-out', 'hang', { type: 'unavailable', nonRetryable: false }],
    ['TOO_MANY_REQUEST', code('TOO_MANY_REQUEST'), { type: 'rate_limited', nonRetryable: false }],
    ['AUTHENTICATE_FAILED', code('AUTHENTICATE_FAILED'), { type: 'unauthenticated', nonRetryable: true }],
  ])('%s is no finding', async (_, answer, expected) => {
    rig = new PayerMaxRig(gateway, soonWhereItHangs(answer));
    gateway.on('refundQuery', answer);
    expect(await failureOf(rig.refundQuery())).toMatchObject(expected);
  });
});
