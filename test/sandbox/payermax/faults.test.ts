import { http } from '../sandbox-client';
import { startGateway, until, type Gateway, type SignedAnswer } from './gateway-client';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
afterEach(() => gateway.control('DELETE', '/payermax/faults'));

const order = async (fault: Record<string, unknown>): Promise<void> => {
  const answer = await gateway.control('POST', '/payermax/faults', fault);
  if (answer.status !== 201) throw new Error(answer.text);
};
const chargesOf = async (reference: string) => (await gateway.ledger(reference)).charges.length;

it.each([
  ['never', 0],
  ['before', 1],
  ['after', 1],
])('a lost answer to orderAndPay, applied %s', async (apply, charges) => {
  const reference = `reset_${apply}`;
  await order({ call: 'orderAndPay', kind: 'reset', apply, match: { reference } });
  await expect(gateway.pay(reference)).rejects.toThrow();
  await until(
    () => chargesOf(reference),
    (count) => count === charges,
  );
  const { calls } = await gateway.calls(`call=orderAndPay&reference=${reference}`);
  expect(calls).toMatchObject([{ answer: 'none', fault: { kind: 'reset' } }]);
  const expected = charges === 0 ? 'ORDER_NOT_EXIST' : 'APPLY_SUCCESS';
  expect((await gateway.query(reference)).code).toBe(expected);
});

it('strikes each call of one reference, and of no other', async () => {
  await gateway.pay('mine');
  await gateway.pay('other');
  const operations: Record<string, (reference: string) => Promise<SignedAnswer>> = {
    orderAndPay: (reference) => gateway.pay(reference),
    orderQuery: (outTradeNo) => gateway.call('orderQuery', { outTradeNo }),
    orderClose: (outTradeNo) => gateway.call('orderClose', { outTradeNo }),
    refund: (reference) => gateway.refund(`refund_${reference}`, reference, 1),
    refundQuery: (reference) => gateway.call('refundQuery', { outRefundNo: `refund_${reference}` }),
  };
  for (const [call, send] of Object.entries(operations)) {
    await order({ call, kind: 'status', status: 503, match: { reference: 'mine' } });
    expect([call, (await send('other')).status === 503]).toEqual([call, false]);
    expect([call, (await send('mine')).status]).toEqual([call, 503]);
  }
});

it('knows the queries of a refund that never came to be', async () => {
  await gateway.pay('refunded');
  await order({ call: 'refund', kind: 'status', match: { reference: 'refunded' } });
  await gateway.refund('lost_refund', 'refunded', 1);
  expect((await gateway.refundQuery('lost_refund')).code).toBe('REFUND_NO_INVALID');
  const { calls } = await gateway.calls('call=refundQuery&reference=refunded');
  expect(calls).toMatchObject([{ subject: 'lost_refund', effect: { code: 'REFUND_NO_INVALID' } }]);
});

it('strikes sessions by buyer, device or account', async () => {
  const session = (fields: Record<string, unknown>) =>
    gateway.call('applyDropinSession', { currency: 'USD', country: 'US', userId: 'somebody', ...fields });
  await order({ call: 'applyDropinSession', kind: 'status', match: { subject: 'buyer_9' } });
  await order({ call: 'applyDropinSession', kind: 'status', match: { reference: 'device_9' } });
  expect((await session({})).status).toBe(200);
  expect((await session({ userId: 'buyer_9' })).status).toBe(500);
  expect((await session({ referralCode: 'device_9' })).status).toBe(500);
});

it('strikes the card form', async () => {
  await order({ call: 'cardToken', kind: 'status', status: 502, match: { subject: gateway.userId } });
  const { sessionKey, clientKey } = await gateway.session();
  const answer = await http('POST', `${gateway.url}/payermax/dropin/card-tokens`, { sessionKey, clientKey });
  expect(answer.status).toBe(502);
});

it('garbage, a wrong content type, and slow', async () => {
  await gateway.pay('odd');
  const query = () => gateway.call('orderQuery', { outTradeNo: 'odd' });
  await order({ call: 'orderQuery', kind: 'garbage' });
  await order({ call: 'orderQuery', kind: 'wrong_content_type' });
  await order({ call: 'orderQuery', kind: 'slow', ms: 100 });
  expect(await query()).toMatchObject({ status: 200, body: undefined, verified: false });
  const html = await query();
  expect([html.headers.get('content-type'), html.verified]).toEqual(['text/html', true]);
  const startedMs = performance.now();
  expect((await query()).verified).toBe(true);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(99);
});

it('override: other amount, currency and reference, signed anew; the ledger stays true', async () => {
  await gateway.pay('overridden');
  const data = { totalAmount: 1, currency: 'EUR', outTradeNo: 'another', status: 'PONDERING' };
  await order({ call: 'orderQuery', kind: 'override', body: { data, code: 'APPLY_SUCCESS' } });
  const lie = await gateway.call('orderQuery', { outTradeNo: 'overridden' });
  expect(lie).toMatchObject({ verified: true, body: { data } });
  expect((await gateway.ledger('overridden')).charges).toMatchObject([
    { amountMinor: 1999, currency: 'USD' },
  ]);
});

it('hang: nothing comes until cut', async () => {
  await order({ call: 'orderAndPay', kind: 'hang', ms: 50, apply: 'before', match: { reference: 'hung' } });
  await expect(gateway.pay('hung')).rejects.toThrow();
  expect(await chargesOf('hung')).toBe(1);
});
