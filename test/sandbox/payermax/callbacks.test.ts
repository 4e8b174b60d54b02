import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSigned, startCallbackReceiver, startGateway, until, type Gateway } from './gateway-client';
import { MERCHANT } from './published-vectors';

let gateway: Gateway;
let receiver: Awaited<ReturnType<typeof startCallbackReceiver>>;
beforeEach(async () => {
  gateway = await startGateway();
  receiver = await startCallbackReceiver();
});
afterEach(async () => {
  await gateway.close();
  await receiver.close();
});

const pay = (reference: string, fields: Record<string, unknown> = {}) =>
  gateway.pay(reference, { notifyUrl: receiver.url, ...fields });
const rule = (order: Record<string, unknown>) => gateway.control('POST', '/payermax/webhooks/rules', order);
const statuses = () => receiver.received.map(({ body }) => body.data.status);
const settled = (reference: string) =>
  until(
    () => gateway.deliveries(reference),
    (found: { id: string; state: string }[]) =>
      found.length > 0 && found.every(({ state }) => state !== 'pending'),
  );

it('tells SUCCESS, signed, to notifyUrl', async () => {
  const { tradeToken } = (await pay('paid', { reference: 'café €' })).body.data;
  await receiver.arrived(1);
  const [callback] = receiver.received;
  expect(callback).toMatchObject({ path: '/hooks/payermax', verified: true });
  expect(callback?.text).toContain('"totalAmount":19.99,');
  expect(callback?.body).toMatchObject({
    code: 'APPLY_SUCCESS',
    keyVersion: '1',
    appId: gateway.appId,
    merchantNo: gateway.merchantNo,
    notifyTime: expect.stringMatching(/Z$/),
    notifyType: 'PAYMENT',
    data: {
      outTradeNo: 'paid',
      tradeToken,
      currency: 'USD',
      country: 'US',
      status: 'SUCCESS',
      reference: 'café €',
      completeTime: expect.any(String),
    },
  });
  expect(await settled('paid')).toMatchObject([
    {
      subject: tradeToken,
      label: 'SUCCESS',
      shape: 'signed',
      state: 'delivered',
      attempts: [{ statusCode: 200 }],
    },
  ]);
});

it('tells FAILED and CLOSED with the failure code in place of APPLY_SUCCESS', async () => {
  await pay('failed', { subject: 'FAILED' });
  await receiver.arrived(1);
  await pay('closed', { subject: 'PENDING' });
  await gateway.advance(1_800_000);
  await receiver.arrived(2);
  expect(receiver.received.map(({ body }) => [body.code, body.data.status])).toEqual([
    ['PAYMENT_FAILED', 'FAILED'],
    ['PAYMENT_FAILED', 'CLOSED'],
  ]);
  expect(receiver.received[1]?.body.data.completeTime).toBeUndefined();
  expect(receiver.received[1]?.body.data.paymentDetails).toEqual([]);
  await gateway.act('closed', 'pay-late');
  await receiver.arrived(3);
  expect(receiver.received[2]?.body).toMatchObject({ code: 'APPLY_SUCCESS', data: { status: 'SUCCESS' } });
});

it('goes to the address of the portal when the order names none, and nowhere with neither', async () => {
  const portal = { appId: 'portal', merchantNo: 'P1', notifyUrl: receiver.url };
  await gateway.control('POST', '/payermax/accounts', portal);
  const envelope = { appId: 'portal', merchantNo: 'P1' };
  const session = { totalAmount: 1, currency: 'USD', country: 'US', userId: 'u' };
  const { sessionKey } = (await gateway.call('applyDropinSession', session, envelope)).body.data;
  const buyerInfo = { clientIp: '::1', userAgent: 'x' };
  const paymentDetail = { sessionKey, paymentToken: await gateway.paymentToken(sessionKey), buyerInfo };
  const form = { integrate: 'Direct_Payment', subject: 'x', terminalType: 'WEB' };
  const order = { ...session, ...form, outTradeNo: 'by_portal', paymentDetail };
  await gateway.call('orderAndPay', order, envelope);
  await receiver.arrived(1);
  await gateway.pay('silent');
  expect(await gateway.deliveries('silent')).toEqual([]);
});

it('tries again after the documented gaps until it is acknowledged', async () => {
  await receiver.close();
  receiver = await startCallbackReceiver([
    { status: 500, text: '{"code":"SUCCESS"}' },
    { status: 200, text: '' },
    { status: 200, text: '{"code":"FAIL"}' },
    { status: 200, text: 'SUCCESS' },
    { status: 200, text: 'null' },
  ]);
  await pay('retried');
  await receiver.arrived(1);
  for (const [index, gapMs] of [30_000, 300_000, 600_000, 3_600_000, 43_200_000].entries()) {
    await until(
      () => gateway.deliveries('retried'),
      ([delivery]) => delivery.attempts.length === index + 1,
    );
    await gateway.advance(gapMs - 2_000);
    expect(receiver.received).toHaveLength(index + 1);
    await gateway.advance(2_000);
    await receiver.arrived(index + 2);
  }
  const [delivery] = await settled('retried');
  expect(delivery).toMatchObject({
    state: 'delivered',
    attempts: [
      { statusCode: 500 },
      { statusCode: 200, error: 'the answer does not acknowledge' },
      { error: 'the answer does not acknowledge' },
      { error: 'the answer does not acknowledge' },
      { error: 'the answer does not acknowledge' },
      { statusCode: 200, error: null },
    ],
  });
  expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
});

it('gives up after the gaps set', async () => {
  await receiver.close();
  receiver = await startCallbackReceiver(Array.from({ length: 9 }, () => ({ status: 503, text: '' })));
  await gateway.settings({ callbackRetryGapsMs: [10, 20] });
  await pay('given_up');
  expect(await settled('given_up')).toMatchObject([
    { state: 'failed', attempts: [{ statusCode: 503 }, { statusCode: 503 }, { statusCode: 503 }] },
  ]);
});

it('a retry does not hold up what comes later for the same order', async () => {
  await receiver.close();
  receiver = await startCallbackReceiver([{ status: 500, text: '' }]);
  await pay('overtaken', { subject: 'FAILED' });
  await receiver.arrived(1);
  await gateway.act('overtaken', 'pay-late');
  await receiver.arrived(2);
  await gateway.advance(30_000);
  await receiver.arrived(3);
  expect(statuses()).toEqual(['FAILED', 'SUCCESS', 'FAILED']);
});

it('waits for an answer only so long', async () => {
  const silent = await startSilentServer();
  await gateway.settings({ callbackTimeoutMs: 20, callbackRetryGapsMs: [] });
  await pay('unanswered', { notifyUrl: silent.url });
  expect(await settled('unanswered')).toMatchObject([{ state: 'failed', attempts: [{ statusCode: null }] }]);
  await silent.close();
});

it('drops, duplicates and delays', async () => {
  await rule({ match: { reference: 'dropped' }, drop: true });
  await rule({ match: { reference: 'twice' }, duplicates: 1 });
  await rule({ match: { reference: 'late' }, delayMs: 60_000 });
  await pay('dropped');
  await pay('late');
  await pay('twice');
  await receiver.arrived(2);
  expect(receiver.received.map(({ body }) => body.data.outTradeNo)).toEqual(['twice', 'twice']);
  await gateway.advance(60_000);
  await receiver.arrived(3);
  expect(await gateway.deliveries('dropped')).toMatchObject([{ state: 'dropped', attempts: [] }]);
});

it('reorders', async () => {
  await rule({ match: { reference: 'swapped' }, reorder: true, times: 1 });
  await pay('swapped', { subject: 'FAILED' });
  await gateway.act('swapped', 'pay-late');
  await receiver.arrived(2);
  expect(statuses()).toEqual(['SUCCESS', 'FAILED']);
});

it('calls back before the answer, even when that is lost', async () => {
  await rule({ match: { clientId: gateway.appId }, beforeAnswer: true });
  await pay('early');
  expect(statuses()).toEqual(['SUCCESS']);
  const fault = { call: 'orderAndPay', kind: 'reset', apply: 'before', match: { reference: 'lost' } };
  await gateway.control('POST', '/payermax/faults', fault);
  await expect(pay('lost')).rejects.toThrow();
  await receiver.arrived(2);
  expect((await gateway.ledger('lost')).charges).toHaveLength(1);
});

it('forges on demand: one bit flipped, another key, no signature', async () => {
  await gateway.settings({ callbackRetryGapsMs: [] });
  for (const shape of ['flipped_signature', 'wrong_key', 'unsigned', 'signed']) {
    await rule({ match: { reference: shape }, shape });
    await pay(shape);
  }
  await receiver.arrived(4);
  const of = (reference: string) => receiver.received.find(({ body }) => body.data.outTradeNo === reference);
  expect([of('flipped_signature')?.verified, of('flipped_signature')?.sign?.length]).toEqual([false, 344]);
  expect(of('wrong_key')?.verified).toBe(false);
  expect(isSigned(of('wrong_key')?.text ?? '', of('wrong_key')?.sign, MERCHANT.publicKey)).toBe(true);
  expect(of('unsigned')?.sign).toBeUndefined();
  expect(of('signed')?.verified).toBe(true);
});

it('replays the very bytes, also to another address', async () => {
  await pay('captured');
  const [delivery] = await settled('captured');
  const url = receiver.url.replace('payermax', 'another-payment');
  const replayed = await gateway.control('POST', `/payermax/webhooks/deliveries/${delivery?.id}/replay`, {
    url,
  });
  expect(replayed.body).toMatchObject({ state: 'delivered', reference: 'captured' });
  await gateway.control('POST', `/payermax/webhooks/deliveries/${delivery?.id}/replay`);
  const [first, second, third] = receiver.received;
  expect(second).toEqual({ ...first, path: '/hooks/another-payment' });
  expect(third).toEqual(first);
  expect((await gateway.control('POST', '/payermax/webhooks/deliveries/none/replay')).status).toBe(404);
});

it('sends now: a lie, merged fields, a refund; rightly signed unless told otherwise', async () => {
  await gateway.pay('told');
  await gateway.refund('told_back', 'told', 1);
  const send = async (order: Record<string, unknown>) =>
    (await gateway.control('POST', '/payermax/webhooks/send', { url: receiver.url, ...order })).body;
  expect(await send({ payment: 'told', status: 'PONDERING' })).toMatchObject({ label: 'PONDERING' });
  await send({ payment: 'told', merge: { data: { totalAmount: 1, currency: 'EUR', outTradeNo: 'other' } } });
  await send({ refund: 'told_back', status: 'REFUND_FAILED', shape: 'flipped_signature' });
  expect(receiver.received.map(({ body, verified }) => [body.data.status, verified])).toEqual([
    ['PONDERING', true],
    ['SUCCESS', true],
    ['REFUND_FAILED', false],
  ]);
  expect(receiver.received[1]?.body.data).toMatchObject({
    totalAmount: 1,
    currency: 'EUR',
    outTradeNo: 'other',
  });
  expect((await gateway.query('told')).data.status).toBe('SUCCESS');
  const unsent = await gateway.control('POST', '/payermax/webhooks/send', { payment: 'told' });
  expect(unsent.status).toBe(409);
  const both = await gateway.control('POST', '/payermax/webhooks/send', { payment: 'told', refund: 'x' });
  expect(both.status).toBe(400);
});

it('never shows an address', async () => {
  await pay('secret', { frontCallbackUrl: 'https://shop.example/return/token' });
  await settled('secret');
  const shown = JSON.stringify([await gateway.deliveries('secret'), await gateway.calls('reference=secret')]);
  expect(shown).not.toMatch(/hooks|return\/token|ptok_|sk_/);
});

/** Takes requests and never answers. */
async function startSilentServer() {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
