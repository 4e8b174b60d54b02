import { randomBytes, randomUUID } from 'node:crypto';
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createEventActivities, type EventActivities } from '../../src/activities/events';
import {
  createRefundUpdate,
  enqueueEventSignal,
  EVENTS_QUEUE,
  EVENTS_WORKFLOW,
  eventsWorkflowIdOf,
  REFUNDS_WORKFLOW,
  refundsWorkflowIdOf,
  resolveRefundUpdate,
} from '../../src/contract/workflow';
import type { BackendEvent } from '../../src/domain/backend-event';
import { newPayment, type PaymentRequest } from '../../src/domain/payment';
import type { Refunding } from '../../src/domain/provider-answer';
import { dataConverter } from '../../src/temporal/data-converter';
import { EventBackend } from '../client/event-backend';
import { NEW_SECRET, sampleEvent } from '../client/sample-events';
import { eventually } from '../support/eventually';
import { startTimeSkippingEnvironment } from '../support/temporal-servers';
import { FakeDropPay } from './fake-droppay';
import { StoryRig } from './story-rig';
import { scaled } from '../support/patience';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const ALL = ['payment.requires_action', 'payment.processing', 'payment.succeeded'];
const KEY_RING = [{ id: 'test', key: randomBytes(32) }];

let backend: EventBackend;
let activities: EventActivities;
/** The real activities, which exist only once there is a server to give them a client of. */
const events: EventActivities = {
  deliverEvent: (event) => activities.deliverEvent(event),
  queueEvent: (event) => activities.queueEvent(event),
  isPaymentOpen: (paymentId) => activities.isPaymentOpen(paymentId),
  sendEvent: (event) => activities.sendEvent(event),
};

function activitiesOn(client: Client): EventActivities {
  return createEventActivities({
    client,
    taskQueue: 'holdfast',
    url: backend.url,
    secrets: [NEW_SECRET],
    answerWithinMs: scaled(1_000),
  });
}

beforeAll(async () => {
  backend = await EventBackend.start();
});
beforeEach(() => backend.reset());
afterAll(() => backend.goAway());

describe('events about payments', () => {
  const provider = new FakeDropPay();
  const refunding = { answer: { outcome: 'succeeded' } as Refunding };
  let rig: StoryRig;

  beforeAll(async () => {
    const dropPayRefund = async () => refunding.answer;
    rig = await StoryRig.start({ ...provider, dropPayRefund, ...events }, KEY_RING);
    const { connection } = rig.env;
    activities = activitiesOn(new Client({ connection, dataConverter: dataConverter(KEY_RING) }));
    backend.now = () => rig.env.currentTimeMs();
  });
  afterAll(() => rig.stop());

  const waiting = (id: string) => rig.workflows.getHandle(eventsWorkflowIdOf(id));
  const typesAbout = (id: string) => backend.about(id).map(({ type }) => type);
  const stillTries = async (id: string) => (await waiting(id).describe()).status.name === 'RUNNING';

  /** The order in which the backend first got, and took, each event. */
  function taken(id: string, from: number): string[] {
    const later = backend.about(id).slice(from);
    return later
      .filter((each, at) => later.findIndex((other) => other.id === each.id) === at)
      .map(({ type }) => type);
  }

  /** Waits, in real time, until so many tries about a payment have come. */
  async function tries(id: string, count: number): Promise<void> {
    await eventually(
      async () => backend.about(id).length,
      (deliveries) => deliveries === count,
    );
  }

  /** The payer's next step is known; the backend was told so, or would have been. */
  async function opened(change: Partial<PaymentRequest> = {}): Promise<PaymentRequest> {
    const request = await rig.request({ notify: true, ...change });
    await rig.create(request);
    return request;
  }

  async function paid(change: Partial<PaymentRequest> = {}): Promise<PaymentRequest> {
    const request = await opened(change);
    provider.of(request.id).state = 'granted';
    await rig.hint(request.id);
    expect((await rig.end(request.id)).status).toBe('succeeded');
    return request;
  }

  it('tells each fact once, in order, and leaves nothing running', async () => {
    const { id } = await paid();
    expect(typesAbout(id)).toEqual(ALL);
    expect(new Set(backend.about(id).map((delivery) => delivery.id)).size).toBe(3);
    expect(JSON.parse(backend.about(id).at(-1)?.body ?? '').data.payment).toEqual(await rig.payment(id));
    await expect(waiting(id).describe()).rejects.toThrow('not found');
  });

  it('keeps what a worker without an address cannot send until there is one', async () => {
    const withAddress = activities;
    const client = new Client({ connection: rig.env.connection, dataConverter: dataConverter(KEY_RING) });
    activities = createEventActivities({ client, taskQueue: 'holdfast', url: null, secrets: [] });
    try {
      const { id } = await opened();
      provider.of(id).state = 'granted';
      await rig.hint(id);
      await rig.until(id, 'succeeded');
      await rig.env.sleep(10 * HOUR);
      expect(typesAbout(id)).toEqual([]);
      expect((await rig.handle(id).describe()).status.name).toBe('RUNNING');
      activities = withAddress;
      expect((await rig.end(id)).status).toBe('succeeded');
      expect(typesAbout(id)).toEqual(ALL);
    } finally {
      activities = withAddress;
    }
  });

  it('tells nothing of a payment whose backend did not ask for it', async () => {
    const { id } = await paid({ notify: undefined });
    expect(backend.about(id)).toEqual([]);
    const { events: history } = await rig.handle(id).fetchHistory();
    const scheduled = (history ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: activity }) => activity?.activityType?.name ?? [],
    );
    expect(scheduled).toContain('dropPayCharge');
    expect(scheduled).not.toContain('deliverEvent');
  });

  describe.each([
    ['answers 500', () => void (backend.answer = 500), () => void (backend.answer = 204)],
    ['hangs', () => void (backend.answer = 'hang'), () => void (backend.answer = 204)],
    ['is away', () => backend.goAway(), () => backend.comeBack()],
  ])('a backend that %s for an hour', (_, fall, recover) => {
    it('holds no payment up, and gets every event afterwards, in order', async () => {
      await fall();
      const { id } = await paid();
      expect(await stillTries(id)).toBe(true);
      await rig.env.sleep(HOUR);
      expect(await stillTries(id)).toBe(true);
      const inVain = backend.about(id);
      await recover();
      await waiting(id).result();
      expect(taken(id, inVain.length)).toEqual(ALL);
      expect(backend.about(id)).toHaveLength(inVain.length + 3);
      // Only the first was tried in vain: the others waited behind it.
      const first = backend.about(id)[inVain.length];
      expect(inVain.every((each) => each.id === first?.id && each.body === first.body)).toBe(true);
    });
  });

  it('gives the first events again to a backend that fell in the middle, in order', async () => {
    const request = await opened();
    await tries(request.id, 1);
    backend.answer = 503;
    provider.of(request.id).state = 'granted';
    await rig.hint(request.id);
    await rig.end(request.id);
    const inVain = backend.about(request.id).length;
    backend.answer = 204;
    await waiting(request.id).result();
    expect(taken(request.id, inVain)).toEqual(ALL.slice(1));
  });

  it('sends what comes after all was caught up without waiting', async () => {
    backend.answer = 503;
    const request = await opened();
    await tries(request.id, 1);
    backend.answer = 204;
    await rig.env.sleep(10 * SECOND);
    expect(await stillTries(request.id)).toBe(true);
    const before = await rig.env.currentTimeMs();
    provider.of(request.id).state = 'granted';
    await rig.hint(request.id);
    await rig.end(request.id);
    const succeeded = await eventually(
      async () => backend.about(request.id).find(({ type }) => type === 'payment.succeeded'),
      (found) => found !== undefined,
    );
    expect((succeeded?.at ?? Infinity) - before).toBeLessThan(5 * SECOND);
  });

  it('tries at widening gaps for three days, gives up, and tries the next one', async () => {
    backend.answer = 503;
    const { id } = await paid();
    await waiting(id).result();
    const [first = [], ...others] = ALL.map((type) => backend.about(id).filter((each) => each.type === type));
    const gaps = first.slice(1).map(({ at }, before) => Math.round((at - (first[before]?.at ?? 0)) / SECOND));
    // A try itself takes up to a few seconds of the server's clock.
    [5, 30, 120, 600, 1_800, 3_600, 10_800, 10_800].forEach((gap, index) => {
      expect(gaps[index]).toBeGreaterThanOrEqual(gap);
      expect(gaps[index]).toBeLessThan(gap + 5);
    });
    const lived = (first.at(-1)?.at ?? 0) - Date.parse(JSON.parse(first[0]?.body ?? '').timestamp);
    expect(Math.abs(lived - 72 * HOUR)).toBeLessThan(60 * SECOND);
    for (const later of others) {
      expect(later.length).toBeGreaterThanOrEqual(1);
      expect(later.length).toBeLessThanOrEqual(2);
    }
  });

  it('stops at 410: what waits is dropped, and so is what comes later', async () => {
    backend.answer = 503;
    const request = await opened();
    await tries(request.id, 1);
    provider.of(request.id).state = 'granted';
    await rig.hint(request.id);
    await rig.end(request.id);
    backend.answer = 410;
    const before = backend.about(request.id).length;
    await waiting(request.id).result();
    expect(backend.about(request.id)).toHaveLength(before + 1);
    backend.answer = 204;
    await refundOf(request);
    await posted(request, 1);
    expect(backend.about(request.id)).toHaveLength(before + 1);
  });

  it('stops at a 410 to the first try too', async () => {
    backend.answer = 410;
    const { id } = await paid();
    expect(typesAbout(id)).toEqual(ALL.slice(0, 1));
    expect((await waiting(id).describe()).memo).toEqual({ gone: true });
    await waiting(id).result();
    expect(typesAbout(id)).toEqual(ALL.slice(0, 1));
  });

  async function refundOf(request: PaymentRequest): Promise<string> {
    const payment = {
      ...newPayment(request),
      status: 'succeeded',
      amountReceived: 1250,
      providerReference: 'T',
    };
    const closed = { request, payment, private: { caller: 'shop', chargeReference: 'CHA1' } };
    const id = `re_${randomBytes(13).toString('hex')}`;
    const startWorkflowOperation = new WithStartWorkflowOperation(REFUNDS_WORKFLOW, {
      workflowId: refundsWorkflowIdOf(request.id),
      taskQueue: 'holdfast',
      args: [closed],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const asked = { id, amount: null, reason: null, fingerprint: 'f', requestId: randomUUID() };
    await rig.workflows.executeUpdateWithStart(createRefundUpdate, { args: [asked], startWorkflowOperation });
    return id;
  }

  /** Waits, in real time, until the payment's refunds have got rid of so many events. */
  async function posted(request: PaymentRequest, count: number): Promise<void> {
    const handle = rig.workflows.getHandle(refundsWorkflowIdOf(request.id));
    await eventually(
      async () => {
        const { events: history = [] } = await handle.fetchHistory();
        const scheduled = history?.filter(
          ({ activityTaskScheduledEventAttributes: activity }) =>
            activity?.activityType?.name === 'queueEvent',
        );
        const { raw } = await handle.describe();
        return { scheduled: scheduled?.length, pending: raw.pendingActivities?.length ?? 0 };
      },
      ({ scheduled, pending }) => scheduled === count && pending === 0,
    );
  }

  it('tells of refunds, behind what waits of their payment', async () => {
    backend.answer = 503;
    const request = await paid();
    await refundOf(request);
    await posted(request, 1);
    const inVain = backend.about(request.id).length;
    backend.answer = 204;
    await waiting(request.id).result();
    expect(taken(request.id, inVain)).toEqual([...ALL, 'refund.succeeded']);
  });

  it('tells of a refund after what the payment is still sending', async () => {
    const request = await opened();
    await tries(request.id, 1);
    backend.answer = 'hang';
    provider.of(request.id).state = 'granted';
    await rig.hint(request.id);
    await tries(request.id, 2);
    backend.answer = 204;
    await refundOf(request);
    await posted(request, 1);
    await rig.end(request.id);
    await waiting(request.id).result();
    expect(new Set(typesAbout(request.id))).toEqual(new Set([...ALL, 'refund.succeeded']));
    expect(taken(request.id, 1)).toEqual([...ALL.slice(1), 'refund.succeeded']);
  });

  it('tells what a person decided in a workflow that was cancelled in Temporal', async () => {
    refunding.answer = {
      outcome: 'unknown',
      detail: 'no answer',
      settledAfter: new Date().toISOString(),
    } as Refunding;
    const request = await paid();
    const id = await refundOf(request);
    await posted(request, 1);
    refunding.answer = { outcome: 'succeeded' };
    const handle = rig.workflows.getHandle(refundsWorkflowIdOf(request.id));
    await handle.cancel();
    const decision = { decision: 'succeeded', note: 'seen in their portal', by: 'ada' } as const;
    await handle.executeUpdate(resolveRefundUpdate, { args: [id, decision] });
    await posted(request, 2);
    await waiting(request.id).result();
    expect(typesAbout(request.id).slice(3)).toEqual(['refund.needs_review', 'refund.succeeded']);
  });

  it('sends an event that was handed over twice once', async () => {
    const event = sampleEvent({ timestamp: new Date(await rig.env.currentTimeMs()).toISOString() });
    const start = { workflowId: eventsWorkflowIdOf(event.paymentId), taskQueue: 'holdfast', args: [] as [] };
    const signal = { signal: enqueueEventSignal, signalArgs: [event] as [typeof event] };
    await rig.workflows.signalWithStart(EVENTS_WORKFLOW, { ...start, ...signal });
    await rig.workflows.signalWithStart(EVENTS_WORKFLOW, { ...start, ...signal });
    await waiting(event.paymentId).result();
    expect(backend.about(event.paymentId)).toHaveLength(1);
  });
});

describe('an event that comes while events/<id> is closing', () => {
  let env: TestWorkflowEnvironment;
  let client: Client;
  let workers: Worker[] = [];
  let running: Promise<unknown> | undefined;

  beforeAll(async () => {
    env = await startTimeSkippingEnvironment();
    client = new Client({ connection: env.connection, dataConverter: dataConverter(KEY_RING) });
    activities = activitiesOn(client);
    backend.now = () => env.currentTimeMs();
  });
  afterAll(async () => {
    await stopWorker();
    await env.teardown();
  });

  async function startWorker(): Promise<void> {
    const shared = { connection: env.nativeConnection, dataConverter: dataConverter(KEY_RING) };
    const calls = await Worker.create({ ...shared, taskQueue: EVENTS_QUEUE, activities: events });
    const worker = await Worker.create({
      ...shared,
      taskQueue: 'holdfast',
      workflowsPath: require.resolve('../../src/workflows/events/payment-events'),
      // What the first worker knew would otherwise be waited for.
      maxCachedWorkflows: 0,
    });
    workers = [worker, calls];
    running = Promise.all(workers.map((one) => one.run()));
  }

  async function stopWorker(): Promise<void> {
    for (const one of workers) one.shutdown();
    await running;
    workers = [];
  }

  async function timers(workflowId: string, kind: 'timerStarted' | 'timerFired'): Promise<number> {
    const { events: history } = await client.workflow.getHandle(workflowId).fetchHistory();
    return (history ?? []).filter((event) => event[`${kind}EventAttributes`]).length;
  }

  it('is sent', async () => {
    const timestamp = new Date(await env.currentTimeMs()).toISOString();
    const first = sampleEvent({ timestamp });
    const second = sampleEvent({ paymentId: first.paymentId, timestamp });
    const workflowId = eventsWorkflowIdOf(first.paymentId);
    const enqueue = (event: BackendEvent) =>
      client.workflow.signalWithStart(EVENTS_WORKFLOW, {
        workflowId,
        taskQueue: 'holdfast',
        args: [],
        signal: enqueueEventSignal,
        signalArgs: [event],
      });
    const tries = (count: number) =>
      eventually(
        async () => backend.about(first.paymentId).map(({ id }) => id),
        ({ length }) => length === count,
      );

    await startWorker();
    await enqueue(first);
    await env.sleep(6 * SECOND);
    await tries(1);
    // The gap before its try, and the wait for more.
    await eventually(
      () => timers(workflowId, 'timerStarted'),
      (started) => started === 2,
    );
    await stopWorker();
    // The wait ends, and nobody is there to see it before the second event comes: a worker meets both at once.
    await env.sleep(61 * SECOND);
    expect(await timers(workflowId, 'timerFired')).toBe(2);
    await enqueue(second);
    await startWorker();
    expect(await tries(2)).toEqual([first.id, second.id]);
  });
});
