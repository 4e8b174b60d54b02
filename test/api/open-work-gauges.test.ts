import { Client } from '@temporalio/client';
import { countOpenWork } from '../../src/api/open-work';
import { refundSchema } from '../../src/contract/http/refund';
import {
  EVENTS_WORKFLOW,
  eventsWorkflowIdOf,
  REFUNDS_WORKFLOW,
  refundsWorkflowIdOf,
  WORKFLOW_TYPES,
} from '../../src/contract/workflow';
import {
  newPayment,
  type Payment,
  type ProviderId,
  PROVIDERS,
  referenceAtProvider,
  workflowIdOf,
} from '../../src/domain/payment';
import { freePort, impatientConnection } from '../../src/local/temporal-server';
import { paymentSearchAttributes } from '../../src/temporal/search-attributes';
import { eventually } from '../support/eventually';
import { requestAt } from '../workflows/story-rig';
import { ApiRig } from './api-rig';
import { SandboxRig } from './sandbox-rig';
import { patience } from '../support/patience';

jest.setTimeout(patience(60_000));

const DAY_MS = 86_400_000;

let rig: SandboxRig;
beforeAll(async () => {
  rig = await SandboxRig.start();
});
afterAll(() => rig.stop());

/** The samples of a scrape, by name and labels. A new process has nothing in its memory. */
async function scrapedBy(api: ApiRig): Promise<Map<string, number>> {
  const { status, text } = await api.call({ path: '/metrics', key: null });
  if (status !== 200) throw new Error(text);
  const samples = text.split('\n').filter((line) => line.startsWith('holdfast_'));
  return new Map(samples.map((line) => [line.replace(/ \S+$/, ''), Number(/\S+$/.exec(line)?.[0])]));
}

async function scrape(): Promise<Map<string, number>> {
  const api = await rig.anotherApi({});
  return scrapedBy(api).finally(() => api.stop());
}

/** Visibility lags behind by some milliseconds. */
const untilShown = (sample: string, value: number) =>
  eventually(scrape, (samples) => samples.get(sample) === value, 15_000);

const byAda = (decision: string) => ({ decision, note: 'seen in their books', by: 'Ada' });

async function underReview(): Promise<Payment> {
  const payment = await rig.created('pomelo');
  const match = { reference: referenceAtProvider(payment.id) };
  const body = { amount: 9_950 };
  await rig.control('POST', '/pomelo/faults', { call: 'read', kind: 'override', body, times: null, match });
  await rig.control('POST', `/pomelo/payments/${match.reference}/approve`);
  return rig.until(payment, 'needs_review');
}

/** A payment's workflow that no worker runs. */
async function abandoned(provider: ProviderId, status: Payment['status'], expiredForMs: number) {
  const request = { ...requestAt(Date.now(), { provider }), expiresAt: timeBefore(expiredForMs) };
  const payment: Payment = { ...newPayment(request), status };
  return rig.client.workflow.start(WORKFLOW_TYPES[provider], {
    workflowId: workflowIdOf(request.id),
    taskQueue: 'nobody',
    args: [request],
    typedSearchAttributes: paymentSearchAttributes(payment, 'shop'),
  });
}

const timeBefore = (ms: number) => new Date(Date.now() - ms).toISOString();

test('a payment under review is counted for its provider until somebody decides', async () => {
  const sample = 'holdfast_payments_open{provider="pomelo",status="needs_review"}';
  expect((await scrape()).get(sample)).toBe(0);
  const payment = await underReview();
  const samples = await untilShown(sample, 1);
  expect(samples.get('holdfast_payments_open{provider="etpay",status="needs_review"}')).toBe(0);
  expect((await rig.post(payment, 'resolve', byAda('succeeded'))).status).toBe(200);
  await untilShown(sample, 0);
});

test('a refund under review is counted until somebody decides', async () => {
  const payment = await rig.paid(await rig.created('droppay-pos'));
  const match = { reference: referenceAtProvider(payment.id) };
  await rig.control('POST', '/droppay/faults', { call: 'refund', kind: 'reset', apply: 'before', match });
  const { id } = refundSchema.parse((await rig.refund(payment, {})).body);
  await untilShown('holdfast_refunds_open{status="needs_review"}', 1);
  expect((await rig.post(payment, `refunds/${id}/resolve`, byAda('failed'))).status).toBe(200);
  const samples = await untilShown('holdfast_refunds_open{status="needs_review"}', 0);
  expect(samples.get('holdfast_refunds_open{status="processing"}')).toBe(0);
});

test('what nobody works on is overdue, and one that was terminated is cut off', async () => {
  const late = await abandoned('etpay', 'requires_action', 6 * 60_000);
  const inTime = await abandoned('etpay', 'requires_action', -60_000);
  const overdue = (provider: string) =>
    `holdfast_payments_overdue{provider="${provider}",status="requires_action",by="5m"}`;
  const samples = await untilShown(overdue('etpay'), 1);
  expect(samples.get(overdue('pomelo'))).toBe(0);
  expect(samples.get('holdfast_payments_cut_off{provider="etpay"}')).toBe(0);
  await late.terminate();
  await inTime.terminate();
  const after = await untilShown('holdfast_payments_cut_off{provider="etpay"}', 2);
  expect(after.get(overdue('etpay'))).toBe(0);
});

test('refunds and events that were terminated are cut off', async () => {
  const { workflow } = rig.client;
  const start = (type: string, workflowId: string) =>
    workflow.start(type, { workflowId, taskQueue: 'nobody' });
  const samples = await scrape();
  expect(samples.get('holdfast_refunds_cut_off')).toBe(0);
  expect(samples.get('holdfast_event_queues_cut_off')).toBe(0);
  await (await start(REFUNDS_WORKFLOW, refundsWorkflowIdOf('pay_cut'))).terminate();
  await (await start(EVENTS_WORKFLOW, eventsWorkflowIdOf('pay_cut'))).terminate();
  await untilShown('holdfast_refunds_cut_off', 1);
  await untilShown('holdfast_event_queues_cut_off', 1);
});

test('ages are told apart', async () => {
  const { workflow } = rig.client;
  const moving = await abandoned('payermax', 'processing', DAY_MS);
  const waiting = await workflow.start(EVENTS_WORKFLOW, {
    workflowId: eventsWorkflowIdOf('pay_ages'),
    taskQueue: 'nobody',
  });
  const counting = async (query: string) => (await workflow.count(query)).count;
  const countedIn = async (ms: number) => {
    const { overdue, events } = await countOpenWork(counting, Date.now() + ms);
    const late = overdue.filter(({ provider, status }) => provider === 'payermax' && status === 'processing');
    return { late: late.map(({ by, count }) => `${count} by ${by}`), events };
  };
  const now = await eventually(
    () => countedIn(0),
    ({ late, events }) => late[0] === '1 by 15m' && events.all === 1,
  );
  expect(now).toEqual({ late: ['1 by 15m', '0 by 3d'], events: { all: 1, older: { '15m': 0, '1d': 0 } } });
  expect(await countedIn(2.5 * DAY_MS)).toEqual({
    late: ['1 by 15m', '1 by 3d'],
    events: { all: 1, older: { '15m': 1, '1d': 1 } },
  });
  await moving.terminate();
  await waiting.terminate();
});

test('the task queues are shown with who serves them', async () => {
  const samples = await scrape();
  expect(samples.get('holdfast_temporal_reachable')).toBe(1);
  expect(samples.get('holdfast_open_work_counted')).toBe(1);
  const queues = ['holdfast', 'holdfast-events', ...PROVIDERS.map((provider) => `holdfast/${provider}`)];
  for (const queue of [
    '{task_queue="holdfast",kind="workflow"}',
    ...queues.map((name) => `{task_queue="${name}",kind="activity"}`),
  ]) {
    expect(samples.get(`holdfast_task_queue_pollers${queue}`)).toBeGreaterThan(0);
    expect(samples.get(`holdfast_task_queue_waiting${queue}`)).toBe(0);
    expect(samples.get(`holdfast_task_queue_oldest_seconds${queue}`)).toBe(0);
  }
});

test('without Temporal a scrape is answered all the same, and no count is made up', async () => {
  const connection = impatientConnection(`127.0.0.1:${await freePort()}`);
  const api = await ApiRig.start(new Client({ connection }));
  const started = Date.now();
  const samples = await scrapedBy(api);
  expect(Date.now() - started).toBeLessThan(9_000);
  expect(samples.get('holdfast_temporal_reachable')).toBe(0);
  expect(samples.get('holdfast_open_work_counted')).toBe(0);
  const counts = [...samples.keys()].filter((name) => /_(open|overdue|cut_off|queue)/.test(name));
  expect(counts.filter((name) => name !== 'holdfast_open_work_counted')).toEqual([]);
  await api.stop();
  await connection.close();
});

test('a namespace without our search attributes is told apart from one that is out of reach', async () => {
  const { connection, options } = rig.client;
  const client = new Client({ connection, namespace: 'default', dataConverter: options.dataConverter });
  const api = await ApiRig.start(client);
  const samples = await scrapedBy(api);
  expect(samples.get('holdfast_temporal_reachable')).toBe(1);
  expect(samples.get('holdfast_open_work_counted')).toBe(0);
  await api.stop();
});

test('scrapes that follow each other closely ask Temporal once', async () => {
  let counts = 0;
  const { workflow } = rig.client;
  const countedClient = new Proxy(rig.client, {
    get: (target, name, receiver) => {
      if (name !== 'workflow') return Reflect.get(target, name, receiver) as unknown;
      return { count: (query: string) => workflow.count(query).finally(() => (counts += 1)) };
    },
  });
  const api = await ApiRig.start(countedClient);
  await Promise.all([scrapedBy(api), scrapedBy(api)]);
  const once = counts;
  expect(once).toBeGreaterThan(5);
  await scrapedBy(api);
  expect(counts).toBe(once);
  await api.stop();
});
