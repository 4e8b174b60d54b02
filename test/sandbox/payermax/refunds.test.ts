import { startCallbackReceiver, startGateway, type Gateway } from './gateway-client';

let gateway: Gateway;
let receiver: Awaited<ReturnType<typeof startCallbackReceiver>>;
beforeEach(async () => {
  gateway = await startGateway();
  receiver = await startCallbackReceiver();
  await gateway.pay('order_1');
});
afterEach(async () => {
  await gateway.close();
  await receiver.close();
});

it('refunds: pending in the answer, the end in the callback and the query', async () => {
  const { tradeToken } = (await gateway.query('order_1')).data;
  const { body } = await gateway.refund('ref_1', 'order_1', 5, { refundNotifyUrl: receiver.url });
  expect(body).toEqual({
    code: 'APPLY_SUCCESS',
    msg: 'Success.',
    data: {
      outRefundNo: 'ref_1',
      tradeOrderNo: tradeToken,
      refundTradeNo: expect.stringMatching(/^R\d{25}$/),
      status: 'REFUND_PENDING',
    },
  });
  await receiver.arrived(1);
  expect(receiver.received).toMatchObject([{ verified: true }]);
  expect(receiver.received[0]?.text).toContain('"refundAmount":5.00,');
  expect(receiver.received[0]?.body).toEqual({
    code: 'APPLY_SUCCESS',
    msg: 'Success.',
    keyVersion: '1',
    appId: gateway.appId,
    merchantNo: gateway.merchantNo,
    notifyTime: expect.any(String),
    notifyType: 'REFUND',
    data: {
      outRefundNo: 'ref_1',
      refundTradeNo: body.data.refundTradeNo,
      outTradeNo: 'order_1',
      refundAmount: 5,
      refundCurrency: 'USD',
      status: 'REFUND_SUCCESS',
      refundFinishTime: expect.any(String),
    },
  });
  expect((await gateway.refundQuery('ref_1')).data).toEqual(receiver.received[0]?.body.data);
  const byTheirs = await gateway.call('refundQuery', { refundTradeNo: body.data.refundTradeNo });
  expect(byTheirs.body.data.outRefundNo).toBe('ref_1');
  expect((await gateway.ledger('order_1')).refunds).toMatchObject([
    { id: body.data.refundTradeNo, refundReference: 'ref_1', amountMinor: 500, status: 'REFUND_SUCCESS' },
  ]);
});

it('finds the order by tradeToken, and refuses two names of different orders', async () => {
  const { tradeToken } = (await gateway.query('order_1')).data;
  await gateway.pay('order_2');
  const refund = { refundAmount: 1, refundCurrency: 'USD', tradeToken };
  const both = await gateway.call('refund', { ...refund, outRefundNo: 'r2', outTradeNo: 'order_2' });
  expect(both.body.code).toBe('ORDER_NOT_EXIST');
  expect((await gateway.call('refund', { ...refund, outRefundNo: 'r1' })).body.code).toBe('APPLY_SUCCESS');
});

it('refunds in parts up to what was paid, one after the other', async () => {
  await gateway.refund('part_1', 'order_1', 15);
  expect((await gateway.refund('part_2', 'order_1', 5)).body.code).toBe('AMOUNT_INVALID');
  expect((await gateway.refund('part_2', 'order_1', 4.99)).body.code).toBe('APPLY_SUCCESS');
  expect((await gateway.refund('part_3', 'order_1', 0.01)).body.code).toBe('AMOUNT_INVALID');
  const { refunds } = await gateway.ledger('order_1');
  expect(refunds.map(({ amountMinor }: { amountMinor: number }) => amountMinor)).toEqual([1500, 499]);
});

it('refuses a second refund while one is in progress; a failed one frees the amount', async () => {
  await gateway.settings({ refundOutcome: 'REFUND_PENDING' });
  await gateway.refund('slow', 'order_1', 19.99);
  expect((await gateway.refund('other', 'order_1', 0.01)).body.code).toBe('REFUND_FAILED');
  expect((await gateway.refundQuery('slow')).data.status).toBe('REFUND_PENDING');
  const failed = await gateway.control('POST', '/payermax/refunds/slow/fail');
  expect(failed.body).toMatchObject({ refundReference: 'slow', status: 'REFUND_FAILED', amountMinor: 1999 });
  expect((await gateway.refundQuery('slow')).data).toMatchObject({
    status: 'REFUND_FAILED',
    resultMsg: expect.any(String),
  });
  expect((await gateway.refund('other', 'order_1', 19.99)).body.code).toBe('APPLY_SUCCESS');
  expect((await gateway.control('POST', '/payermax/refunds/other/succeed')).body.status).toBe(
    'REFUND_SUCCESS',
  );
  expect((await gateway.control('POST', '/payermax/refunds/other/fail')).status).toBe(409);
  expect((await gateway.control('POST', '/payermax/refunds/nobody/fail')).status).toBe(404);
});

it.each([
  [102, 'REFUND_FAILED'],
  [10000, 'REFUND_FAILED'],
  [202, 'REFUND_PENDING'],
  [20000, 'REFUND_PENDING'],
  [103, 'REFUND_SUCCESS'],
])('is steered by the amount: %d ends as %s', async (amount, status) => {
  await gateway.pay('large', { totalAmount: 30000 });
  expect((await gateway.refund('steered', 'large', amount)).body.data.status).toBe('REFUND_PENDING');
  expect((await gateway.refundQuery('steered')).data.status).toBe(status);
});

it('fails at once, or settles later, when set so', async () => {
  await gateway.settings({ refundOutcome: 'REFUND_FAILED', refundFailsAtOnce: true });
  expect((await gateway.refund('at_once', 'order_1', 1)).body).toMatchObject({
    code: 'APPLY_SUCCESS',
    data: { status: 'REFUND_FAILED' },
  });
  await gateway.settings({ refundOutcome: 'REFUND_SUCCESS', refundSettleDelayMs: 60_000 });
  await gateway.refund('later', 'order_1', 1);
  await gateway.advance(59_000);
  expect((await gateway.refundQuery('later')).data.status).toBe('REFUND_PENDING');
  await gateway.advance(1_000);
  expect((await gateway.refundQuery('later')).data.status).toBe('REFUND_SUCCESS');
});

it('a repeated outRefundNo gives nothing back twice', async () => {
  const first = await gateway.refund('twice', 'order_1', 1);
  const again = await gateway.refund('twice', 'order_1', 1);
  expect(again.body).toMatchObject({
    code: 'ORDER_REPEAT',
    data: { refundTradeNo: first.body.data.refundTradeNo, status: 'REFUND_SUCCESS' },
  });
  await gateway.settings({ repeatAnswer: 'order_repeat_without_data' });
  expect((await gateway.refund('twice', 'order_1', 1)).body.data).toBeUndefined();
  await gateway.settings({ repeatAnswer: 'first_answer' });
  expect((await gateway.refund('twice', 'order_1', 1)).body).toEqual(first.body);
  expect((await gateway.ledger('order_1')).refunds).toHaveLength(1);
});

it.each([
  ['ORDER_NOT_EXIST', { outTradeNo: 'nobody' }],
  ['CURRENCY_INVALID', { refundCurrency: 'EUR' }],
  ['AMOUNT_INVALID', { refundAmount: 0 }],
  ['AMOUNT_INVALID', { refundAmount: 1.005 }],
  ['AMOUNT_INVALID', { refundAmount: 20 }],
  ['PARAMS_INVALID', { outTradeNo: undefined }],
  ['PARAMS_INVALID', { outRefundNo: 'x'.repeat(65) }],
  ['PARAMS_INVALID', { comments: 'x'.repeat(513) }],
  ['PARAMS_INVALID', { refundNotifyUrl: 'ftp://shop.example' }],
  ['PARAMS_INVALID', { reason: 'unknown field' }],
])('answers %s to %j and spends no number', async (code, fields) => {
  const good = { outRefundNo: 'no', refundAmount: 1, refundCurrency: 'USD', outTradeNo: 'order_1' };
  expect((await gateway.call('refund', { ...good, ...fields })).body.code).toBe(code);
  expect((await gateway.ledger('order_1')).refunds).toEqual([]);
  expect((await gateway.call('refund', good)).body.code).toBe('APPLY_SUCCESS');
});

it('refunds nothing that was not paid, no longer than 180 days, and no more than the balance', async () => {
  await gateway.pay('unpaid', { subject: 'FAILED' });
  expect((await gateway.refund('r_unpaid', 'unpaid', 1)).body.code).toBe('REFUND_FAILED');
  await gateway.settings({ refundBalanceCovers: false });
  expect((await gateway.refund('r_poor', 'order_1', 1)).body.code).toBe('REFUND_INSUFFICIENT_BALANCE');
  await gateway.settings({ refundBalanceCovers: true });
  await gateway.advance(180 * 86_400_000 - 60_000);
  expect((await gateway.refund('r_intime', 'order_1', 1)).body.code).toBe('APPLY_SUCCESS');
  await gateway.advance(60_000);
  expect((await gateway.refund('r_late', 'order_1', 1)).body.code).toBe('REFUND_FAILED');
});

it('refundQuery of an unknown refund: either code', async () => {
  expect((await gateway.refundQuery('nobody')).code).toBe('REFUND_NO_INVALID');
  await gateway.settings({ unknownRefundCode: 'ORDER_NOT_EXIST' });
  expect((await gateway.refundQuery('nobody')).code).toBe('ORDER_NOT_EXIST');
  expect((await gateway.call('refundQuery', {})).body.code).toBe('PARAMS_INVALID');
});

it('refundQuery with the oddities of the OpenAPI text', async () => {
  await gateway.settings({ refundQueryOddities: true, refundOutcome: 'REFUND_PENDING' });
  await gateway.refund('odd', 'order_1', 1);
  const { data } = await gateway.refundQuery('odd');
  expect(data).toMatchObject({ totalAmount: 1, status: 'REFUND_PENDING\t' });
  expect(data.refundAmount).toBeUndefined();
});
