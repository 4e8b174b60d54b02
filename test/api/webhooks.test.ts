import { createHash } from 'node:crypto';
import { timelineSchema } from '../../src/contract/http/payment';
import { lateWorkflowIdOf, refundsWorkflowIdOf } from '../../src/contract/workflow';
import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { eventually } from '../support/eventually';
import { SandboxRig } from './sandbox-rig';
import { patience } from '../support/patience';

jest.setTimeout(patience(60_000));

let rig: SandboxRig;
beforeAll(async () => {
  rig = await SandboxRig.start();
});
afterAll(() => rig.stop());

const send = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  rig.api.call({ method: 'POST', path, body, key: null, headers });
const factsOf = async ({ id }: Payment) =>
  timelineSchema.parse((await rig.api.call({ path: `/v1/payments/${id}/events` })).body).data;
const told = (payment: Payment, detail: string) =>
  eventually(
    () => factsOf(payment),
    (facts) => facts.some(({ type, detail: text }) => type === 'callback' && text.includes(detail)),
  );

describe('DropPay', () => {
  test.each(['droppay-pos', 'droppay-acquirer'] as const)('%s: a hint, acknowledged with OK', async (id) => {
    const payment = await rig.created(id);
    const path = rig.webhookPath(payment);
    const body = { id: payment.providerReference, status: 'WAITING' };
    expect(await send(path, body)).toMatchObject({ status: 200, text: 'OK' });
    await told(payment, 'WAITING');
    expect(await send(path, 'not json')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('PayerMax', () => {
  let payment: Payment;
  let pending: Promise<unknown>;
  beforeAll(async () => {
    payment = await rig.created('payermax', { description: 'PENDING' });
    // Answered only when the payment has moved, which this one never does.
    pending = rig.post(payment, 'confirm', await rig.cardOf(payment));
    const ledger = `/payermax/ledger?reference=${referenceAtProvider(payment.id)}`;
    await eventually(
      () => rig.control<{ payments: unknown[] }>('GET', ledger),
      ({ payments }) => payments.length === 1,
    );
  });
  afterAll(() => pending);

  const callbacks = async () => (await factsOf(payment)).filter(({ type }) => type === 'callback').length;
  const deliver = (shape: string, change: Record<string, unknown> = {}) =>
    rig.callback('payermax', {
      payment: referenceAtProvider(payment.id),
      shape,
      url: rig.api.url + rig.webhookPath(payment),
      ...change,
    });

  test.each(['unsigned', 'flipped_signature', 'wrong_key'])('%s is 401 and tells nothing', async (shape) => {
    const before = await callbacks();
    expect(await deliver(shape, { status: 'SUCCESS' })).toBe(401);
    expect(await callbacks()).toBe(before);
  });

  test('signed for another app is 401, signed nonsense 400', async () => {
    expect(await deliver('signed', { merge: { appId: 'another-app' } })).toBe(401);
    expect(await deliver('signed', { text: '{"hello":1}' })).toBe(400);
  });

  test('a signed callback is taken, and answered as PayerMax wants it', async () => {
    expect(await deliver('signed')).toBe(200);
    await told(payment, 'PENDING');
    const { deliveries } = await rig.control<{ deliveries: { state: string }[] }>(
      'GET',
      `/payermax/webhooks/deliveries?reference=${referenceAtProvider(payment.id)}`,
    );
    expect(deliveries.at(-1)?.state).toBe('delivered');
  });

  test("a refund's callback goes to the refunds of the payment", async () => {
    const payment = await rig.paid(await rig.created('payermax'));
    const { body } = await rig.refund(payment, { amount: 100 });
    const refund = referenceAtProvider(String(body['id']));
    expect(await rig.callback('payermax', { refund })).toBe(200);
    const history = await rig.client.workflow.getHandle(refundsWorkflowIdOf(payment.id)).fetchHistory();
    const signals = history.events?.flatMap(
      (event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? [],
    );
    expect(signals).toContain('providerEvent');
    expect((await factsOf(payment)).map(({ type }) => type)).not.toContain('late_callback');
  });
});

describe('ETpay', () => {
  test('a signed callback is taken and answered ok', async () => {
    const payment = await rig.created('etpay');
    await rig.control('POST', '/etpay/webhooks/rules', {
      drop: true,
      match: { reference: referenceAtProvider(payment.id) },
    });
    await rig.control('POST', `/etpay/payments/${referenceAtProvider(payment.id)}/approve`);
    expect(await rig.callback('etpay', { payment: referenceAtProvider(payment.id) })).toBe(200);
    await rig.until(payment, 'succeeded');
    await told(payment, 'success');
  });

  test('what is not signed with the key of this session is 401, what is no JWT 400', async () => {
    const [payment, other] = [await rig.created('etpay'), await rig.paid(await rig.created('etpay'))];
    const url = rig.api.url + rig.webhookPath(payment);
    expect(await rig.callback('etpay', { payment: referenceAtProvider(other.id), url })).toBe(401);
    const path = rig.webhookPath(payment);
    expect(await send(path, { payment: 'a.b' })).toMatchObject({ status: 400 });
    expect(await send(path, {})).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((await factsOf(payment)).map(({ type }) => type)).not.toContain('callback');
  });

  test("the browser's way back is as good as the webhook, by either address", async () => {
    for (const way of ['return', 'webhook']) {
      const payment = await rig.created('etpay', { returnUrl: 'https://shop.example/thanks' });
      const reference = referenceAtProvider(payment.id);
      await rig.control('POST', '/etpay/webhooks/rules', { drop: true, match: { reference } });
      await rig.control('POST', `/etpay/payments/${reference}/approve`);
      const { returnUrl } = await rig.control<{ returnUrl: string }>('GET', `/etpay/payments/${reference}`);
      const { pathname, search } = new URL(returnUrl);
      const path = way === 'return' ? pathname + search : rig.webhookPath(payment) + search;
      const answer = await rig.api.call({ path, key: null });
      if (way === 'webhook') expect([answer.status, answer.text]).toEqual([200, 'ok']);
      else
        expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://shop.example/thanks']);
      await rig.until(payment, 'succeeded');
      await told(payment, 'success');
    }
  });

  test('a forged return still sends the payer on, as a mere hint', async () => {
    const payment = await rig.created('etpay', { returnUrl: 'https://shop.example/thanks' });
    const path = `/return/${payment.id}/${rig.api.tokens.sign('return', payment.id)}?jwt=a.b.c`;
    expect((await rig.api.call({ path, key: null })).status).toBe(303);
    await told(payment, 'the payer came back');
    const forged = await rig.api.call({ path: `${rig.webhookPath(payment)}?jwt=a.b.c`, key: null });
    expect([400, 401]).toContain(forged.status);
    expect((await rig.get(payment)).status).toBe('requires_action');
  });
});

describe('Pomelo', () => {
  const sign = (body: { amount: number; currency: string }, apiKey = 'sandbox-api-key') =>
    createHash('sha1')
      .update(`amount=${body.amount}&currency=${body.currency}&apiKey=${apiKey}`)
      .digest('hex');
  const noticeOf = (payment: Payment, change: Record<string, unknown> = {}) => ({
    transactionId: payment.providerReference,
    localId: referenceAtProvider(payment.id),
    state: 'CONFIRMED',
    amount: payment.amount,
    currency: payment.currency,
    signature: sign(payment),
    ...change,
  });

  test('by the address of the payment: a hint, acknowledged', async () => {
    const payment = await rig.created('pomelo');
    const path = rig.webhookPath(payment);
    expect(await send(path, noticeOf(payment))).toMatchObject({ status: 200, text: '{"received":true}' });
    await told(payment, 'CONFIRMED');
    expect((await rig.get(payment)).status).toBe('requires_action');
    expect(await send(path, noticeOf(payment, { signature: sign(payment, 'x') }))).toMatchObject({
      status: 401,
    });
    expect(await send(path, noticeOf(payment, { localId: 'payother' }))).toMatchObject({ status: 401 });
    expect(await send(path, 'x')).toMatchObject({ status: 400 });
  });

  test('by the one address of all payments: found by our reference', async () => {
    const payment = await rig.created('pomelo');
    expect(await send('/webhooks/pomelo', noticeOf(payment))).toMatchObject({
      status: 200,
      text: '{"received":true}',
    });
    await told(payment, 'CONFIRMED');
    const strange = { signature: sign(payment, 'x') };
    expect(await send('/webhooks/pomelo', noticeOf(payment, strange))).toMatchObject({ status: 401 });
    for (const localId of [`pay${'a'.repeat(26)}`, 'pay']) {
      expect(await send('/webhooks/pomelo', noticeOf(payment, { localId }))).toMatchObject({ status: 404 });
    }
  });

  test('by the one address, signed, but about a sale of somebody else: acknowledged and counted', async () => {
    const payment = await rig.created('pomelo');
    const notice = noticeOf(payment, { localId: 'cart-9' });
    expect(await send('/webhooks/pomelo', notice)).toMatchObject({ status: 200, text: '{"received":true}' });
    const { text } = await rig.api.call({ path: '/metrics', key: null });
    expect(text).toContain('holdfast_webhooks_total{provider="pomelo",result="not_ours"} 1');
    expect((await factsOf(payment)).map(({ detail }) => detail).join()).not.toContain('CONFIRMED');
  });

  test('a payment of another provider is not found by its reference', async () => {
    const payment = await rig.created('droppay-pos');
    expect(await send('/webhooks/pomelo', noticeOf(payment))).toMatchObject({ status: 404 });
  });

  test('another account of ours cannot speak for the account of the payment', async () => {
    const { connections } = rig.api.settings;
    const pomelo = { ...connections.pomelo, second: { apiKey: 'second-key' } };
    const api = await rig.anotherApi({ connections: { ...connections, pomelo } });
    const payment = await rig.created('pomelo');
    const body = noticeOf(payment, { signature: sign(payment, 'second-key') });
    const answer = await api.call({ method: 'POST', path: '/webhooks/pomelo', body, key: null });
    expect(answer.status).toBe(401);
    await api.stop();
  });
});

test('a callback under the name of another provider is 404: its scheme proves nothing about the payment', async () => {
  const payment = await rig.created('payermax');
  const path = rig.webhookPath(payment, 'droppay-pos');
  expect(await send(path, { id: 'CHT1', status: 'GRANTED' })).toMatchObject({ status: 404 });
  expect((await factsOf(payment)).map(({ type }) => type)).not.toContain('callback');
});

test('while the account is not configured here, a callback has to come again', async () => {
  const payment = await rig.created('payermax');
  const { connections } = rig.api.settings;
  const api = await rig.anotherApi({ connections: { ...connections, payermax: {} } });
  const answer = await api.call({ method: 'POST', path: rig.webhookPath(payment), body: {}, key: null });
  expect(answer).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } });
  await api.stop();
});

test('a success that everybody knows starts nothing', async () => {
  const payment = await rig.paid(await rig.created('droppay-pos'));
  await rig.closed(payment);
  const body = { id: payment.providerReference, status: 'GRANTED' };
  expect(await send(rig.webhookPath(payment), body)).toMatchObject({ status: 200, text: 'OK' });
  await expect(rig.client.workflow.getHandle(lateWorkflowIdOf(payment.id)).describe()).rejects.toThrow(
    'not found',
  );
  const { text } = await rig.api.call({ path: '/metrics', key: null });
  expect(text).toContain('holdfast_webhooks_total{provider="droppay-pos",result="no_news"} 1');
});
