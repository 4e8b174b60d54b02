import { startReceiver, startTestSandbox, type TestSandbox } from './sandbox-client';

const AUTHORIZATION = '/shop/v1/pos/authorization';
const BASIC = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;

let sandbox: TestSandbox;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeEach(async () => {
  sandbox = await startTestSandbox();
  receiver = await startReceiver();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const create = (reference: string, fields: Record<string, unknown> = {}) =>
  sandbox.create({ merchant_custom_id: reference, webhooks: { ALL: receiver.url }, ...fields });
const act = (key: string, action: string) =>
  sandbox.control('POST', `/droppay/authorizations/${key}/${action}`);
const rule = (order: Record<string, unknown>) => sandbox.control('POST', '/droppay/webhooks/rules', order);
const deliveries = async (reference: string) =>
  (await sandbox.control('GET', `/droppay/webhooks/deliveries?reference=${reference}`)).body.deliveries;
const statuses = () => receiver.received.map(({ body }) => (body.edata ?? body).status);

/** The deliveries of a reference once none of them is on its way any more. */
async function settled(reference: string) {
  for (;;) {
    const found = await deliveries(reference);
    if (found.length > 0 && found.every(({ state }: { state: string }) => state !== 'pending')) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('posts the granted authorization in the envelope, with Basic credentials (V5)', async () => {
  const { id } = await create('v5');
  await act('v5', 'approve');
  await receiver.arrived(1);
  const [webhook] = receiver.received;
  expect(webhook).toMatchObject({ path: '/hooks/droppay', authorization: BASIC });
  expect(webhook?.body).toMatchObject({
    etime: expect.stringMatching(/\+01:00$/),
    etype: 'shop.pos.authorization.status_update',
    edata: { id, status: 'GRANTED', pay_token: { charge_available: 1 } },
  });
  expect(webhook?.text).toContain('"charge_amount":12.30,');
  expect(await settled('v5')).toMatchObject([
    {
      subject: id,
      label: 'GRANTED',
      shape: 'enveloped',
      state: 'delivered',
      attempts: [{ statusCode: 200 }],
    },
  ]);
});

it('posts the bare authorization by switch or by rule (V6)', async () => {
  await sandbox.control('POST', '/droppay/settings', { clientId: sandbox.clientId, bareWebhooks: true });
  const { id } = await create('v6');
  await act('v6', 'refuse');
  await receiver.arrived(1);
  await sandbox.control('POST', '/droppay/settings', { clientId: sandbox.clientId, bareWebhooks: false });
  await rule({ match: { reference: 'v6-rule' }, shape: 'bare' });
  await create('v6-rule');
  await act('v6-rule', 'approve');
  await receiver.arrived(2);
  expect(receiver.received[0]?.body).toMatchObject({ id, status: 'REFUSED' });
  expect(receiver.received[1]?.body).toMatchObject({ merchant_custom_id: 'v6-rule', status: 'GRANTED' });
});

it('tells every change: refused, cancelled, revoked, expired, confirmed', async () => {
  await create('refused');
  await act('refused', 'refuse');
  await receiver.arrived(1);
  const cancelled = await create('cancelled');
  await sandbox.api('DELETE', `${AUTHORIZATION}/${cancelled.id}`);
  await receiver.arrived(2);
  await create('revoked');
  await act('revoked', 'approve');
  await act('revoked', 'revoke');
  await receiver.arrived(4);
  await create('expired');
  await sandbox.control('POST', '/clock', { advanceMs: 900_000 });
  await receiver.arrived(5);
  const confirmed = await create('confirmed', { pos_id: sandbox.acquirerPosId });
  await sandbox.api('PATCH', `${AUTHORIZATION}/${confirmed.id}`, { status: 'GRANTED' });
  await receiver.arrived(6);
  expect(statuses()).toEqual(['REFUSED', 'CANCELLED', 'GRANTED', 'REVOKED', 'EXPIRED', 'GRANTED']);
});

it('drops', async () => {
  await rule({ match: { reference: 'dropped' }, drop: true });
  await create('dropped');
  await act('dropped', 'approve');
  await create('kept');
  await act('kept', 'approve');
  await receiver.arrived(1);
  await settled('kept');
  expect(receiver.received).toHaveLength(1);
  expect(await deliveries('dropped')).toMatchObject([{ state: 'dropped', attempts: [] }]);
});

it('duplicates', async () => {
  await rule({ match: { reference: 'twice' }, duplicates: 2 });
  await create('twice');
  await act('twice', 'approve');
  await receiver.arrived(3);
  expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
  expect(await settled('twice')).toHaveLength(3);
});

it('delays until the clock got there; a later one overtakes', async () => {
  await rule({ match: { reference: 'late' }, delayMs: 60_000, times: 1 });
  await create('late');
  await act('late', 'approve');
  await act('late', 'revoke');
  await receiver.arrived(1);
  expect(await deliveries('late')).toMatchObject([{ state: 'pending' }, {}]);
  await sandbox.control('POST', '/clock', { advanceMs: 60_000 });
  await receiver.arrived(2);
  expect(statuses()).toEqual(['REVOKED', 'GRANTED']);
});

it('reorders: the held one follows the next of the same authorization', async () => {
  await rule({ match: { reference: 'swapped' }, reorder: true, times: 1 });
  await create('swapped');
  await act('swapped', 'approve');
  expect(await deliveries('swapped')).toMatchObject([{ state: 'held' }]);
  await act('swapped', 'revoke');
  await receiver.arrived(2);
  expect(statuses()).toEqual(['REVOKED', 'GRANTED']);
});

it('flushes what is held', async () => {
  await rule({ reorder: true });
  await create('held');
  await act('held', 'approve');
  expect((await sandbox.control('POST', '/droppay/webhooks/flush')).body).toEqual({ flushed: 1 });
  expect(statuses()).toEqual(['GRANTED']);
  expect(await deliveries('held')).toMatchObject([{ state: 'delivered' }]);
});

it('delivers before the create answer and before the PATCH answer', async () => {
  await sandbox.control('POST', '/droppay/settings', { createdWebhooks: true });
  await rule({ match: { clientId: sandbox.clientId }, beforeAnswer: true });
  const { id } = await create('early', { pos_id: sandbox.acquirerPosId });
  expect(statuses()).toEqual(['WAITING']);
  await sandbox.api('PATCH', `${AUTHORIZATION}/${id}`, { status: 'GRANTED' });
  expect(statuses()).toEqual(['WAITING', 'GRANTED']);
});

it('still sends the webhook of a call whose answer was lost', async () => {
  const { id } = await create('lost', { pos_id: sandbox.acquirerPosId });
  await sandbox.control('POST', '/droppay/faults', { call: 'patch', kind: 'reset', apply: 'before' });
  await expect(sandbox.api('PATCH', `${AUTHORIZATION}/${id}`, { status: 'GRANTED' })).rejects.toThrow();
  await receiver.arrived(1);
  expect(statuses()).toEqual(['GRANTED']);
});

it('does not try again by default, and as often as set otherwise', async () => {
  await receiver.close();
  receiver = await startReceiver([500, 503, 200, 500]);
  await sandbox.control('POST', '/droppay/settings', { webhookRetries: 2, webhookRetryDelayMs: 10 });
  await create('retried');
  await act('retried', 'approve');
  expect(await settled('retried')).toMatchObject([
    { state: 'delivered', attempts: [{ statusCode: 500 }, { statusCode: 503 }, { statusCode: 200 }] },
  ]);
  await sandbox.control('POST', '/droppay/settings', { webhookRetries: 0 });
  await create('once');
  await act('once', 'approve');
  expect(await settled('once')).toMatchObject([{ state: 'failed', attempts: [{ statusCode: 500 }] }]);
  expect(receiver.received).toHaveLength(4);
});

it('says when nobody listens', async () => {
  await receiver.close();
  await create('nobody');
  await act('nobody', 'approve');
  expect(await settled('nobody')).toMatchObject([
    { state: 'failed', attempts: [{ statusCode: null, error: expect.stringContaining('ECONNREFUSED') }] },
  ]);
  receiver = await startReceiver();
});

it.each([
  ['https on another port', 'https://127.0.0.1:8443/hook'],
  ['http elsewhere', 'http://shop.example/hook'],
  ['an address that looks like this machine', 'http://127.0.0.1.shop.example/hook'],
  ['no address at all', 'not a url'],
])('accepts %s silently and never delivers', async (_what, ALL) => {
  await create('silent', { webhooks: { ALL } });
  await act('silent', 'approve');
  expect(await settled('silent')).toMatchObject([{ state: 'undeliverable', attempts: [] }]);
});

it('tries https on 443', async () => {
  await create('https', { webhooks: { ALL: 'https://127.0.0.1/hook' } });
  await act('https', 'approve');
  expect(await settled('https')).toMatchObject([{ state: 'failed', attempts: [{ statusCode: null }] }]);
});

it('delivers to loopback http only by the named switch', async () => {
  const strict = await startTestSandbox({ allowLoopbackHttpWebhooks: false });
  await strict.create({ merchant_custom_id: 'strict', webhooks: { ALL: receiver.url } });
  await strict.control('POST', '/droppay/authorizations/strict/approve');
  const sent = await strict.control('POST', '/droppay/webhooks/send', { authorization: 'strict' });
  expect(sent.body.state).toBe('undeliverable');
  await strict.close();
  expect(receiver.received).toEqual([]);
});

it('sends now: the truth, a lie, anything, and without credentials', async () => {
  const { id } = await create('now');
  const send = async (order: Record<string, unknown>) =>
    (await sandbox.control('POST', '/droppay/webhooks/send', { authorization: 'now', ...order })).body;
  expect(await send({})).toMatchObject({ state: 'delivered', label: 'WAITING' });
  await send({ status: 'GRANTED', shape: 'bare' });
  await send({ body: { hello: 'you' }, omitCredentials: true });
  expect(receiver.received.map(({ body }) => body)).toMatchObject([
    { edata: { id, status: 'WAITING' } },
    { id, status: 'GRANTED' },
    { hello: 'you' },
  ]);
  expect(receiver.received.map(({ authorization }) => authorization)).toEqual([BASIC, BASIC, undefined]);
  expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).body.status).toBe('WAITING');
});

it('never shows the address of a webhook', async () => {
  await create('secret');
  await act('secret', 'approve');
  const shown = JSON.stringify(await settled('secret'));
  expect(shown).not.toMatch(/user|p%40ss|hooks/);
});

it('lists and clears rules', async () => {
  const { id } = (await rule({ drop: true })).body;
  expect((await sandbox.control('GET', '/droppay/webhooks/rules')).body.rules).toMatchObject([
    { id, drop: true },
  ]);
  expect((await sandbox.control('DELETE', '/droppay/webhooks/rules')).body).toEqual({ cleared: 1 });
  expect((await rule({ dorp: true })).status).toBe(400);
});
