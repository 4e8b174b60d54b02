import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { NativeConnection } from '@temporalio/worker';
import { paymentListSchema, paymentSchema, timelineSchema } from '../../src/contract/http/payment';
import { type Payment, workflowIdOf } from '../../src/domain/payment';
import {
  createPaymentWorkers,
  createWorkflowWorker,
  type PaymentWorkers,
} from '../../src/worker/payment-workers';
import { dataConverter } from '../../src/temporal/data-converter';
import { registerSearchAttributes } from '../../src/temporal/search-attributes';
import { eventually } from '../support/eventually';
import { createNamespace, sharedDevServerAddress } from '../support/temporal-servers';
import { FakeDropPay } from '../workflows/fake-droppay';
import { ApiRig, goodRequest, OTHER_KEY } from './api-rig';
import { patience } from '../support/patience';

jest.setTimeout(patience(60_000));

const keyRing = [{ id: 'test', key: randomBytes(32) }];
const dropPay = new FakeDropPay();
let api: ApiRig;
let client: Client;
let workers: PaymentWorkers;
let running: Promise<void>;
let close: () => Promise<void>;
let native: NativeConnection;

beforeAll(async () => {
  const address = sharedDevServerAddress();
  const namespace = await createNamespace(address, 'api');
  const connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
  await registerSearchAttributes(connection, namespace);
  client = new Client({ connection, namespace, dataConverter: dataConverter(keyRing) });
  workers = await createPaymentWorkers({
    connection: native,
    namespace,
    keyRing,
    activities: { ...dropPay },
  });
  running = workers.run();
  api = await ApiRig.start(client, { publicUrl: 'http://pay.example' });
  close = async () => {
    await native.close();
    await connection.close();
  };
});

afterAll(async () => {
  await api.stop();
  workers.shutdown();
  await running;
  await close();
});

const post = (path: string, body?: unknown, key?: string) =>
  api.call({ method: 'POST', path, body, ...(key && { key }) });
const at = ({ id }: Payment, call = '') => `/v1/payments/${id}${call}`;
const local = (url: string) => url.replace('http://pay.example', '');
const webhook = ({ id }: Payment) => `/webhooks/droppay-pos/${id}/${api.tokens.sign('webhook', id)}`;
const granted = { id: 'CHT1', status: 'GRANTED' };

async function created(change: Record<string, unknown> = {}, idempotencyKey?: string): Promise<Payment> {
  const { status, body } = await api.create(goodRequest(change), idempotencyKey);
  expect(status).toBe(201);
  return paymentSchema.parse(body);
}

async function paid(payment: Payment): Promise<Payment> {
  dropPay.of(payment.id).state = 'granted';
  expect((await api.call({ method: 'POST', path: webhook(payment), body: granted, key: null })).status).toBe(
    200,
  );
  const read = async () => (await api.call({ path: at(payment) })).body as unknown as Payment;
  return eventually(read, ({ status }) => status === 'succeeded');
}

const closed = (payment: Payment) =>
  eventually(
    async () => (await client.workflow.getHandle(workflowIdOf(payment.id)).describe()).status.name,
    (name) => name === 'COMPLETED',
  );

test('create, callback, paid: the whole way over HTTP', async () => {
  const payment = await created({ returnUrl: 'https://shop.example/thanks', metadata: { cart: '9' } });
  expect(payment).toMatchObject({ status: 'requires_action', amount: 1250, metadata: { cart: '9' } });
  expect(payment.nextAction).toMatchObject({ type: 'redirect' });
  const end = await paid(payment);
  expect(end).toMatchObject({ amountReceived: 1250, nextAction: null });
  expect(dropPay.of(payment.id).charges).toBe(1);
  const events = timelineSchema.parse((await api.call({ path: at(payment, '/events') })).body);
  expect(events.data.map(({ from }) => from)).toEqual(expect.arrayContaining(['backend', 'provider']));
});

test('the same key gives the first answer again, open and closed; another body is refused', async () => {
  const key = randomUUID();
  const [one, two] = await Promise.all([api.create(goodRequest(), key), api.create(goodRequest(), key)]);
  expect(two.body).toEqual(one.body);
  expect([one, two].map(({ headers }) => headers.get('idempotent-replayed')).sort()).toEqual([null, 'true']);
  const payment = one.body as unknown as Payment;
  await paid(payment);
  await closed(payment);
  const again = await api.create(goodRequest(), key);
  expect(again).toMatchObject({ status: 201, body: one.body });
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const reused = await api.create(goodRequest({ amount: 1251 }), key);
  expect(reused).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  expect((await api.create(goodRequest({ amount: 1251 }), key, OTHER_KEY)).status).toBe(201);
});

test('the timeline answers by its older name too', async () => {
  const payment = await created();
  const [timeline, events] = await Promise.all([
    api.call({ path: at(payment, '/timeline') }),
    api.call({ path: at(payment, '/events') }),
  ]);
  expect(timelineSchema.parse(timeline.body).data[0]).toMatchObject({ from: 'backend', type: 'requested' });
  expect({ status: events.status, body: events.body }).toEqual({ status: 200, body: timeline.body });
});

test('a payment belongs to its caller', async () => {
  const payment = await created();
  for (const call of ['', '/timeline', '/events', '/refunds']) {
    expect((await api.call({ path: at(payment, call), key: OTHER_KEY })).status).toBe(404);
  }
  for (const call of ['/cancel', '/recheck', '/confirm']) {
    expect((await post(at(payment, call), {}, OTHER_KEY)).status).toBe(404);
  }
});

test('cancel works once; afterwards every call says why not', async () => {
  const payment = await created();
  expect(await post(at(payment, '/confirm'))).toMatchObject({
    status: 409,
    body: { code: 'not_confirmable' },
  });
  const review = { decision: 'failed', note: 'n', by: 'Ada' };
  expect(await post(at(payment, '/resolve'), review)).toMatchObject({
    status: 409,
    body: { code: 'nothing_to_resolve' },
  });
  expect(await post(at(payment, '/cancel'))).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  await closed(payment);
  expect(await post(at(payment, '/cancel'))).toMatchObject({
    status: 409,
    body: { code: 'not_cancellable' },
  });
  expect(await post(at(payment, '/confirm'))).toMatchObject({
    status: 409,
    body: { code: 'not_confirmable' },
  });
  expect(await post(at(payment, '/resolve'), review)).toMatchObject({
    status: 409,
    body: { code: 'nothing_to_resolve' },
  });
  expect(await post(at(payment, '/recheck'))).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  expect((await api.call({ path: at(payment, '/refunds') })).body).toEqual({ data: [], nextCursor: null });
  expect((await api.call({ method: 'POST', path: webhook(payment), body: granted, key: null })).status).toBe(
    200,
  );
});

test('recheck finds what no callback told', async () => {
  const payment = await created();
  dropPay.of(payment.id).state = 'granted';
  const { status } = await post(at(payment, '/recheck'));
  expect(status).toBe(200);
  await eventually(
    async () => (await api.call({ path: at(payment) })).body,
    (body) => body['status'] === 'succeeded',
  );
});

test('wait holds the answer until the payment changes', async () => {
  const payment = await created();
  const started = Date.now();
  const held = api.call({ path: at(payment, '?wait=20') });
  await paid(payment);
  expect((await held).body['status']).not.toBe('requires_action');
  expect(Date.now() - started).toBeLessThan(15_000);
});

test('a callback for a payment that never was is the same 404', async () => {
  const id = `pay_${'a'.repeat(26)}`;
  const path = `/webhooks/droppay-pos/${id}/${api.tokens.sign('webhook', id)}`;
  expect(await api.call({ method: 'POST', path, body: granted, key: null })).toMatchObject({ status: 404 });
  expect((await api.call({ path: `/v1/payments/${id}` })).status).toBe(404);
});

test('the payer: checkout page, status, and the way back (V7 of docs/providers/droppay.md)', async () => {
  const payment = await created({ returnUrl: 'https://shop.example/thanks' });
  const page = await api.call({ path: local(payment.checkoutUrl), key: null });
  expect(page.text).toContain('https://dp.example/10/CHT');
  const statusPath = /data-status-url="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const status = await api.call({ path: statusPath, key: null });
  expect(status.body).toEqual({ status: 'requires_action', updatedAt: expect.any(String) });
  const back = await api.call({
    path: `/return/${payment.id}/${api.tokens.sign('return', payment.id)}?dps=1&dpcht=CHTTEST0001`,
    key: null,
  });
  expect([back.status, back.headers.get('location')]).toEqual([303, 'https://shop.example/thanks']);
  await paid(payment);
  expect((await api.call({ path: local(payment.checkoutUrl), key: null })).text).toContain('Paid');
});

test('lists page through open and closed payments, newest first, own ones only', async () => {
  const reference = `it's "100%" \\ ${randomUUID().slice(0, 8)}`;
  const payments: Payment[] = [];
  for (let n = 0; n < 7; n += 1) payments.push(await created({ reference }));
  await Promise.all([1, 4].map((n) => paid(payments[n] as Payment)));
  await api.create(goodRequest({ reference }), undefined, OTHER_KEY);
  const list = async (query: string) => {
    const { body, text } = await api.call({
      path: `/v1/payments?reference=${encodeURIComponent(reference)}&${query}`,
    });
    if (!body['data']) throw new Error(text + api.logs.slice(-2).join(''));
    return paymentListSchema.parse(body);
  };
  await eventually(
    () => list('limit=100'),
    ({ data }) => data.filter(({ status }) => status === 'succeeded').length === 2,
  );
  const seen: string[] = [];
  for (let query = 'limit=3'; ;) {
    const { data, nextCursor } = await list(query);
    seen.push(...data.map(({ id }) => id));
    if (nextCursor === null) break;
    query = `limit=3&cursor=${nextCursor}`;
    if (seen.length === 3) await post(at(payments[0] as Payment, '/cancel'));
  }
  expect(seen).toEqual(payments.map(({ id }) => id).reverse());
  expect((await list('status=succeeded')).data).toHaveLength(2);
  const middle = encodeURIComponent(payments[3]?.createdAt ?? '');
  expect((await list(`createdAfter=${middle}`)).data.map(({ id }) => id)).toEqual(seen.slice(0, 3));
  expect((await list(`createdBefore=${middle}`)).data.map(({ id }) => id)).toEqual(seen.slice(4));
});

test('readyz is green, and nothing readable is kept in Temporal', async () => {
  expect((await api.call({ path: '/readyz', key: null })).body).toEqual({ status: 'ready' });
  const payment = await created({ description: 'a-secret-description' });
  const handle = client.workflow.getHandle(workflowIdOf(payment.id));
  const { raw } = await handle.describe();
  const { history, workflowservice } = temporal.api;
  const kept = Buffer.concat([
    history.v1.History.encode(await handle.fetchHistory()).finish(),
    workflowservice.v1.DescribeWorkflowExecutionResponse.encode(raw).finish(),
  ]);
  expect(kept.includes(payment.id)).toBe(true);
  expect(kept.includes('a-secret-description')).toBe(false);
});

test('without a worker a create is 503 and the same key finishes it later', async () => {
  const key = randomUUID();
  const taskQueue = `idle-${randomUUID()}`;
  const idle = await ApiRig.start(client, {}, { taskQueue });
  const answer = await idle.create(goodRequest(), key);
  expect(answer).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } });
  expect(answer.headers.get('retry-after')).toBe('5');
  const { namespace } = client.options;
  const shared = { connection: native, namespace, dataConverter: dataConverter(keyRing) };
  const late = await createWorkflowWorker(shared, {}, taskQueue);
  await late.runUntil(async () => {
    const finished = await idle.create(goodRequest(), key);
    expect(finished).toMatchObject({ status: 201, body: { status: 'requires_action' } });
    expect(dropPay.of(String(finished.body['id'])).calls.filter((call) => call === 'create')).toHaveLength(1);
  });
  await idle.stop();
});
