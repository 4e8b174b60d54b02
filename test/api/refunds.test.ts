import { randomUUID } from 'node:crypto';
import { refundListSchema, refundSchema } from '../../src/contract/http/refund';
import { refundsWorkflowIdOf } from '../../src/contract/workflow';
import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { eventually } from '../support/eventually';
import { OTHER_KEY } from './api-rig';
import { SandboxRig } from './sandbox-rig';
import { patience } from '../support/patience';

jest.setTimeout(patience(60_000));

let rig: SandboxRig;
beforeAll(async () => {
  rig = await SandboxRig.start();
});
afterAll(() => rig.stop());

const refundsOf = async ({ id }: Payment) =>
  refundListSchema.parse((await rig.api.call({ path: `/v1/payments/${id}/refunds` })).body).data;
const ledger = (company: string, { id }: Payment) =>
  rig.control<{ refunds: { amountMinor: number }[] }>(
    'GET',
    `/${company}/ledger?reference=${referenceAtProvider(id)}`,
  );

test('PayerMax gives back in parts, never more than was taken; the same key is the same refund', async () => {
  const payment = await rig.paid(await rig.created('payermax', { amount: 2_000 }));
  const key = randomUUID();
  const [one, two] = await Promise.all([
    rig.refund(payment, { amount: 500, reason: 'one ticket' }, key),
    rig.refund(payment, { amount: 500, reason: 'one ticket' }, key),
  ]);
  expect([one.status, two.status]).toEqual([201, 201]);
  expect(two.body).toEqual(one.body);
  expect([one, two].map(({ headers }) => headers.get('idempotent-replayed')).sort()).toEqual([null, 'true']);
  const refund = refundSchema.parse(one.body);
  expect(refund).toMatchObject({ paymentId: payment.id, amount: 500, currency: 'USD', reason: 'one ticket' });
  expect(one.headers.get('location')).toBe(`/v1/payments/${payment.id}/refunds/${refund.id}`);

  expect(await rig.refund(payment, { amount: 501 }, key)).toMatchObject({
    status: 422,
    body: { code: 'idempotency_key_reused' },
  });
  expect(await rig.refund(payment, { amount: 1_501 })).toMatchObject({
    status: 409,
    body: { code: 'refund_too_large' },
  });
  await eventually(
    () => rig.get(payment),
    ({ amountRefunded }) => amountRefunded === 500,
  );
  const rest = refundSchema.parse((await rig.refund(payment, {})).body);
  expect(rest.amount).toBe(1_500);
  expect((await refundsOf(payment)).map(({ id }) => id)).toEqual([rest.id, refund.id]);
  const path = `/v1/payments/${payment.id}/refunds/${refund.id}`;
  expect((await rig.api.call({ path })).body).toMatchObject({ id: refund.id, status: 'succeeded' });
  const all = await eventually(
    () => rig.get(payment),
    ({ amountRefunded }) => amountRefunded === 2_000,
  );
  expect(all).toMatchObject({ status: 'succeeded', amountReceived: 2_000 });
  expect(Date.parse(all.updatedAt)).toBeGreaterThan(Date.parse(payment.updatedAt));
  expect(await rig.refund(payment, { amount: 1 })).toMatchObject({
    status: 409,
    body: { code: 'not_refundable' },
  });
  expect(await rig.refund(payment, { amount: 500, reason: 'one ticket' }, key)).toMatchObject({
    status: 201,
    body: { id: refund.id },
  });
  expect((await ledger('payermax', payment)).refunds.map(({ amountMinor }) => amountMinor)).toEqual([
    500, 1_500,
  ]);
  const listed = await eventually(
    async () => (await rig.api.call({ path: '/v1/payments?provider=payermax' })).body['data'] as Payment[],
    (data) => data.some(({ id, amountRefunded }) => id === payment.id && amountRefunded === 2_000),
  );
  expect(listed.find(({ id }) => id === payment.id)?.updatedAt).toBe(all.updatedAt);
});

test('refunds belong to the caller of their payment', async () => {
  const payment = await rig.paid(await rig.created('payermax'));
  const { body } = await rig.refund(payment, { amount: 1 });
  const path = `/v1/payments/${payment.id}/refunds`;
  const id = String(body['id']);
  const headers = { 'idempotency-key': randomUUID() };
  const key = OTHER_KEY;
  const review = { decision: 'failed', note: 'n', by: 'Ada' };
  const calls = [
    { path },
    { path: `${path}/${id}` },
    { method: 'POST', path, body: {}, headers },
    { method: 'POST', path: `${path}/${id}/resolve`, body: review },
  ];
  for (const call of calls) expect((await rig.api.call({ ...call, key })).status).toBe(404);
  expect((await rig.api.call({ path: `${path}/re_unknown` })).status).toBe(404);
});

test('DropPay gives back once, any part of it', async () => {
  const payment = await rig.paid(await rig.created('droppay-pos'));
  const { status, body } = await rig.refund(payment, { amount: 250 });
  expect(status).toBe(201);
  expect(refundSchema.parse(body)).toMatchObject({ status: 'succeeded', amount: 250 });
  expect(await rig.refund(payment, { amount: 250 })).toMatchObject({
    status: 409,
    body: { code: 'not_refundable' },
  });
  expect((await rig.get(payment)).amountRefunded).toBe(250);
  expect((await ledger('droppay', payment)).refunds).toHaveLength(1);
});

test('a refund of unknown end is for a person, and counts as gone until then', async () => {
  const payment = await rig.paid(await rig.created('droppay-pos'));
  const match = { reference: referenceAtProvider(payment.id) };
  await rig.control('POST', '/droppay/faults', { call: 'refund', kind: 'reset', apply: 'before', match });
  const refund = refundSchema.parse((await rig.refund(payment, {})).body);
  expect(refund.status).toBe('needs_review');
  expect(await rig.refund(payment, {})).toMatchObject({ status: 409 });
  const path = `refunds/${refund.id}/resolve`;
  const resolved = await rig.post(payment, path, {
    decision: 'succeeded',
    note: 'in their books',
    by: 'Ada',
  });
  expect(resolved).toMatchObject({ status: 200, body: { id: refund.id, status: 'succeeded' } });
  expect((await rig.get(payment)).amountRefunded).toBe(payment.amount);
  expect(await rig.post(payment, path, { decision: 'failed', note: 'n', by: 'Ada' })).toMatchObject({
    status: 409,
    body: { code: 'nothing_to_resolve' },
  });
});

test.each([
  ['droppay-acquirer', 'at the terminal'],
  ['pomelo', 'at its dashboard'],
  ['etpay', 'no refunds by API'],
] as const)('%s payments cannot be refunded here, and the answer says so', async (provider, why) => {
  const payment = await rig.paid(await rig.created(provider));
  const { status, body } = await rig.refund(payment, {});
  expect({ status, code: body['code'] }).toEqual({ status: 409, code: 'not_refundable' });
  expect(body['detail']).toContain(why);
  await expect(rig.client.workflow.getHandle(refundsWorkflowIdOf(payment.id)).describe()).rejects.toThrow(
    'not found',
  );
});

test('without DROPPAY_REFUND_PATH DropPay has no refunds, and the answer names the setting', async () => {
  const { connections } = rig.api.settings;
  const api = await rig.anotherApi({
    connections: { ...connections, 'droppay-pos': { default: { refunds: false } } },
  });
  const payment = await rig.paid(await rig.created('droppay-pos'));
  const headers = { 'idempotency-key': randomUUID() };
  const path = `/v1/payments/${payment.id}/refunds`;
  const { status, body } = await api.call({ method: 'POST', path, body: {}, headers });
  expect({ status, code: body['code'] }).toEqual({ status: 409, code: 'not_refundable' });
  expect(body['detail']).toContain('DROPPAY_REFUND_PATH');
  await api.stop();
});

test('what has not been paid cannot be refunded', async () => {
  const payment = await rig.created('payermax');
  const refusal = { status: 409, body: { code: 'not_refundable' } };
  expect(await rig.refund(payment, {})).toMatchObject(refusal);
  expect(await rig.post(payment, 'cancel')).toMatchObject({ body: { status: 'cancelled' } });
  expect(await rig.refund(payment, {})).toMatchObject(refusal);
  expect(await refundsOf(payment)).toEqual([]);
});

test('what was given back after a review is not given back again', async () => {
  const payment = await rig.created('payermax', { amount: 1_250 });
  const match = { reference: referenceAtProvider(payment.id) };
  await rig.control('POST', '/payermax/faults', {
    call: 'orderQuery',
    kind: 'override',
    body: { data: { totalAmount: 10 } },
    times: null,
    match,
  });
  await rig.post(payment, 'confirm', await rig.cardOf(payment));
  expect(await rig.until(payment, 'needs_review')).toMatchObject({ review: { reason: 'amount_mismatch' } });
  expect(await rig.refund(payment, {})).toMatchObject({ status: 409, body: { code: 'not_refundable' } });
  await rig.post(payment, 'resolve', { decision: 'refund', note: 'wrong amount', by: 'Ada' });
  expect(await rig.until(payment, 'failed')).toMatchObject({
    failure: { code: 'refunded_after_review' },
    amountRefunded: 1_000,
  });
  const { status, body } = await rig.refund(payment, {});
  expect([status, body['detail']]).toEqual([409, 'everything was refunded, after a review']);
  expect((await ledger('payermax', payment)).refunds).toHaveLength(1);
});

test("a refund made at Pomelo's dashboard appears as a refund", async () => {
  const payment = await rig.paid(await rig.created('pomelo'));
  await rig.closed(payment);
  await rig.control('POST', `/pomelo/payments/${referenceAtProvider(payment.id)}/refund`);
  const refunded = await eventually(
    () => rig.get(payment),
    ({ amountRefunded }) => amountRefunded === payment.amount,
  );
  expect(refunded.status).toBe('succeeded');
  expect(await refundsOf(payment)).toMatchObject([{ amount: payment.amount, status: 'succeeded' }]);
});
