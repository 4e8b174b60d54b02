import { randomBytes, randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import {
  createRefundUpdate,
  type PaymentMemo,
  providerQueue,
  REFUNDS_WORKFLOW,
  type RefundAnswer,
  type RefundsMemo,
  refundsWorkflowIdOf,
  TASK_QUEUE,
} from '../../src/contract/workflow';
import { newPayment } from '../../src/domain/payment';
import type { Refunding } from '../../src/domain/provider-answer';
import type { FactType } from '../../src/domain/timeline';
import { dataConverter } from '../../src/temporal/data-converter';
import { eventually } from '../support/eventually';
import { FakeDropPay } from './fake-droppay';
import { StoryRig } from './story-rig';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The workflows run all the time; whether anybody has room for DropPay's calls, the tests say. */
describe('a call that the provider has no room for', () => {
  const dropPay = new FakeDropPay();
  const refundsSent: string[] = [];
  const activities = {
    ...dropPay,
    dropPayRefund: ({ refundReference }: { refundReference: string }): Promise<Refunding> => {
      refundsSent.push(refundReference);
      return Promise.resolve({ outcome: 'succeeded' });
    },
  };
  const keyRing = [{ id: 'test', key: randomBytes(32) }];
  let rig: StoryRig;
  let calls: { worker: Worker; running: Promise<void> };

  beforeAll(async () => {
    rig = await StoryRig.start(activities, keyRing, ({ connection, namespace }) =>
      Worker.create({
        connection,
        namespace,
        taskQueue: TASK_QUEUE,
        workflowsPath: require.resolve('../../src/workflows'),
        interceptors: { workflowModules: [require.resolve('./impatient-calls')] },
        dataConverter: dataConverter(keyRing),
      }),
    );
  });
  beforeEach(makeRoom);
  afterEach(takeRoom);
  afterAll(() => rig.stop());

  async function makeRoom(): Promise<void> {
    const worker = await Worker.create({
      connection: rig.env.nativeConnection,
      taskQueue: providerQueue('droppay-pos'),
      activities,
      dataConverter: dataConverter(keyRing),
    });
    calls = { worker, running: worker.run() };
  }

  /** What is under way is answered. */
  async function takeRoom(): Promise<void> {
    if (calls.worker.getState() === 'RUNNING') calls.worker.shutdown();
    await calls.running;
  }

  /** The payer has agreed and the look-up says so; then nobody takes the charge. */
  async function untilChargeWaits(expiresInMs = 15 * MINUTE) {
    const request = await rig.request({}, expiresInMs);
    const { id } = request;
    await rig.create(request);
    const fake = dropPay.of(id);
    fake.state = 'granted';
    fake.next('read', (call) => {
      calls.worker.shutdown();
      return fake.finding(call);
    });
    await rig.hint(id);
    await untilNoted(id, 'collecting');
    await calls.running;
    return { id, fake };
  }

  const typesOf = async (id: string) => {
    // A workflow that has just been started has none.
    const { timeline = [] } = (await rig.memo(id)) as Partial<PaymentMemo>;
    return timeline.map(({ type }) => type);
  };
  const untilNoted = (id: string, type: FactType) =>
    eventually(
      () => typesOf(id),
      (types) => types.includes(type),
    );

  it('is not made once it has waited too long, and made once when there is room', async () => {
    const { id, fake } = await untilChargeWaits();
    await untilNoted(id, 'not_sent');
    await makeRoom();
    expect(await rig.end(id)).toMatchObject({ status: 'succeeded' });
    expect(fake.calls.filter((call) => call === 'charge')).toHaveLength(1);
    expect(await typesOf(id)).not.toContain('outcome_unknown');
  });

  it('is never made after the payment was given up', async () => {
    const { id, fake } = await untilChargeWaits(5 * MINUTE);
    for (let steps = 0; !(await typesOf(id)).includes('expiring'); steps += 1) {
      if (steps > 200) throw new Error('the payment is not given up');
      await rig.env.sleep(MINUTE);
    }
    await makeRoom();
    await rig.until(id, 'expired', 3 * HOUR, MINUTE);
    expect(fake.calls).not.toContain('charge');
    expect(fake.charges).toBe(0);
    await rig.handle(id).terminate();
  });

  it('leaves the payment cancellable after it was not made', async () => {
    const { id, fake } = await untilChargeWaits();
    await untilNoted(id, 'not_sent');
    await rig.handle(id).cancel();
    await untilNoted(id, 'cancelling');
    await makeRoom();
    await rig.until(id, 'cancelled');
    expect(fake.calls).not.toContain('charge');
  });

  it('that only asks is given up soon, and asked again when there is room', async () => {
    await takeRoom();
    const request = await rig.request();
    await rig.start(request);
    await untilNoted(request.id, 'no_answer');
    const { events } = await rig.handle(request.id).fetchHistory();
    const timeouts = (events ?? []).flatMap(
      (event) => event.activityTaskTimedOutEventAttributes?.failure?.timeoutFailureInfo?.timeoutType ?? [],
    );
    expect(new Set(timeouts)).toEqual(
      new Set([temporal.api.enums.v1.TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START]),
    );
    await makeRoom();
    await rig.until(request.id, 'requires_action');
    await rig.handle(request.id).terminate();
  });

  it('that gives money back is made once too', async () => {
    const request = await rig.request();
    const payment = {
      ...newPayment(request),
      status: 'succeeded',
      amountReceived: 1250,
      providerReference: 'CHT1',
    } as const;
    const closed = { request, payment, private: { caller: 'shop', chargeReference: 'CHA1' } };
    await takeRoom();
    const id = `re_${randomUUID().replaceAll('-', '').slice(0, 26)}`;
    const asked = { id, amount: null, reason: null, fingerprint: 'f', requestId: randomUUID() };
    const startWorkflowOperation = new WithStartWorkflowOperation(REFUNDS_WORKFLOW, {
      workflowId: refundsWorkflowIdOf(payment.id),
      taskQueue: 'holdfast',
      args: [closed],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const answer: RefundAnswer = await rig.workflows.executeUpdateWithStart(createRefundUpdate, {
      args: [asked],
      updateId: id,
      startWorkflowOperation,
    });
    expect(answer.refund.status).toBe('processing');
    await rig.env.sleep(5 * MINUTE);
    expect(refundsSent).toEqual([]);
    await makeRoom();
    const refunds = rig.workflows.getHandle(refundsWorkflowIdOf(payment.id));
    const statusNow = async () => {
      await rig.env.sleep(MINUTE);
      return ((await refunds.describe()).memo as unknown as RefundsMemo).refunds[0]?.status;
    };
    expect(await eventually(statusNow, (status) => status !== 'processing')).toBe('succeeded');
    expect(refundsSent).toHaveLength(1);
  });
});
