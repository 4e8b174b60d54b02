import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import {
  type ClosedPayment,
  createRefundUpdate,
  providerEventSignal,
  type RefundAnswer,
  REFUNDS_WORKFLOW,
  refundsSeenSignal,
  refundsWorkflowIdOf,
  type ResolveInput,
  resolveRefundUpdate,
} from '../../src/contract/workflow';
import { newPayment, type ProviderId } from '../../src/domain/payment';
import type { RefundCall, RefundFinding, Refunding } from '../../src/domain/provider-answer';
import type { Refund, RefundRequest } from '../../src/domain/refund';
import { eventually } from '../support/eventually';
import { StoryRig } from './story-rig';

type Answer<T> = (call: RefundCall) => T | Promise<T>;

/** The provider's refunds at the port: scripted per payment, and a ledger of what left. */
class FakeRefunds {
  readonly sent: RefundCall[] = [];
  readonly given: number[] = [];
  private readonly sends = new Map<string, Answer<Refunding>[]>();
  private readonly reads = new Map<string, Answer<RefundFinding>[]>();

  nextSend(paymentId: string, ...answers: Answer<Refunding>[]): void {
    this.sends.set(paymentId, answers);
  }

  nextRead(paymentId: string, ...answers: Answer<RefundFinding>[]): void {
    this.reads.set(paymentId, answers);
  }

  readonly send = async (call: RefundCall): Promise<Refunding> => {
    this.sent.push(call);
    const scripted = this.sends.get(call.paymentId)?.shift();
    if (scripted) return scripted(call);
    this.given.push(call.amount);
    return { outcome: 'succeeded' };
  };

  readonly read = async (call: RefundCall): Promise<RefundFinding> =>
    (await this.reads.get(call.paymentId)?.shift()?.(call)) ?? {
      state: 'succeeded',
      amount: call.amount,
      currency: call.currency,
    };

  of(paymentId: string): RefundCall[] {
    return this.sent.filter((call) => call.paymentId === paymentId);
  }
}

describe('refunds', () => {
  const provider = new FakeRefunds();
  let rig: StoryRig;
  beforeAll(async () => {
    rig = await StoryRig.start({
      payerMaxRefund: provider.send,
      payerMaxRefundQuery: provider.read,
      dropPayRefund: provider.send,
    });
  });
  afterAll(() => rig.stop());

  async function paid(providerId: ProviderId = 'payermax', amount = 1000): Promise<ClosedPayment> {
    const request = await rig.request({ provider: providerId, amount });
    const payment = {
      ...newPayment(request),
      status: 'succeeded',
      amountReceived: amount,
      providerReference: 'T1',
    } as const;
    return { request, payment, private: { caller: 'shop', chargeReference: 'CHA1' } };
  }

  const asked = (change: Partial<RefundRequest> = {}): RefundRequest => ({
    id: `re_${randomUUID().replaceAll('-', '').slice(0, 26)}`,
    amount: null,
    reason: null,
    fingerprint: 'f',
    requestId: randomUUID(),
    ...change,
  });

  function refund(closed: ClosedPayment, request: RefundRequest): Promise<RefundAnswer> {
    const startWorkflowOperation = new WithStartWorkflowOperation(REFUNDS_WORKFLOW, {
      workflowId: refundsWorkflowIdOf(closed.payment.id),
      taskQueue: 'holdfast',
      args: [closed],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
    const options = { args: [request] as [RefundRequest], updateId: request.id, startWorkflowOperation };
    return rig.workflows.executeUpdateWithStart(createRefundUpdate, options);
  }

  const handle = (closed: ClosedPayment) => rig.workflows.getHandle(refundsWorkflowIdOf(closed.payment.id));
  async function listed(closed: ClosedPayment): Promise<Refund[]> {
    const { memo } = await handle(closed).describe();
    return (memo as unknown as { refunds: Refund[] }).refunds;
  }

  const codeOf = (update: Promise<unknown>) =>
    update.then(
      () => undefined,
      (error: { cause?: { type?: string } }) => error.cause?.type,
    );

  async function until(closed: ClosedPayment, id: string, status: Refund['status']): Promise<Refund> {
    for (let waited = 0; waited < 400; waited += 1) {
      const found = (await listed(closed)).find((each) => each.id === id);
      if (found?.status === status) return found;
      await rig.env.sleep(600_000);
    }
    throw new Error(`refund never became ${status}: ${JSON.stringify(await listed(closed))}`);
  }

  /** As `until`, while time goes by by itself. */
  const untilStatus = (closed: ClosedPayment, id: string, status: Refund['status']) =>
    eventually(
      async () => (await listed(closed)).find((each) => each.id === id),
      (found) => found?.status === status,
    );

  it('gives back all that is left when no amount is named', async () => {
    const closed = await paid();
    expect((await refund(closed, asked({ amount: 300 }))).refund).toMatchObject({
      status: 'succeeded',
      amount: 300,
    });
    expect((await refund(closed, asked())).refund).toMatchObject({ status: 'succeeded', amount: 700 });
    expect(await codeOf(refund(closed, asked()))).toBe('not_refundable');
  });

  it('never passes what was received, even when 20 are asked for at once', async () => {
    const closed = await paid();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => refund(closed, asked({ amount: 150 }))),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    const sum = provider.of(closed.payment.id).reduce((total, { amount }) => total + amount, 0);
    expect(sum).toBe(900);
    expect(await codeOf(refund(closed, asked({ amount: 101 })))).toBe('refund_too_large');
    expect((await refund(closed, asked({ amount: 100 }))).refund.status).toBe('succeeded');
  });

  it('answers a repeat with the first answer and sends nothing again', async () => {
    const closed = await paid();
    const request = asked({ amount: 300 });
    const first = await refund(closed, request);
    expect(await refund(closed, { ...request, requestId: 'another' })).toEqual(first);
    expect(provider.of(closed.payment.id)).toHaveLength(1);
  });

  it('refunds a DropPay payment once, in part or whole', async () => {
    const closed = await paid('droppay-pos');
    expect((await refund(closed, asked({ amount: 300 }))).refund.status).toBe('succeeded');
    expect(provider.of(closed.payment.id)[0]).toMatchObject({ chargeReference: 'CHA1', amount: 300 });
    expect(await codeOf(refund(closed, asked({ amount: 1 })))).toBe('not_refundable');
  });

  it('refuses where the provider has no refunds', async () => {
    const closed = await paid('etpay');
    expect(await codeOf(refund(closed, asked()))).toBe('not_refundable');
  });

  it('tries again what was never sent, and frees the amount of what was declined', async () => {
    const closed = await paid();
    provider.nextSend(
      closed.payment.id,
      () => ({ outcome: 'not_sent', detail: 'connection refused' }),
      () => ({ outcome: 'declined', message: 'not now', providerCode: 'REFUND_FAILED' }),
    );
    const request = asked({ amount: 1000 });
    const first = await refund(closed, request);
    expect(['processing', 'failed']).toContain(first.refund.status);
    const failed = await until(closed, request.id, 'failed');
    expect(failed.failure).toMatchObject({ code: 'declined', providerCode: 'REFUND_FAILED' });
    expect((await refund(closed, asked({ amount: 1000 }))).refund.status).toBe('succeeded');
  });

  it('finds out what became of an unknown outcome, and never sends it again', async () => {
    const closed = await paid();
    provider.nextSend(closed.payment.id, () => ({ outcome: 'unknown', detail: 'reset' }));
    provider.nextRead(
      closed.payment.id,
      () => ({ state: 'absent' }),
      () => ({ state: 'pending' }),
    );
    const request = asked({ amount: 400 });
    await refund(closed, request);
    await until(closed, request.id, 'succeeded');
    expect(provider.of(closed.payment.id)).toHaveLength(1);
  });

  it('looks up a refund in progress as soon as a callback comes', async () => {
    const closed = await paid();
    provider.nextSend(closed.payment.id, () => ({ outcome: 'pending' }));
    const askedAt: number[] = [];
    const pending = async (): Promise<RefundFinding> => {
      askedAt.push(await rig.env.currentTimeMs());
      return { state: 'pending' };
    };
    provider.nextRead(closed.payment.id, ...Array.from({ length: 9 }, () => pending));
    const request = asked({ amount: 400 });
    await refund(closed, request);
    // The gap before the next look-up is more than half an hour now.
    while (askedAt.length < 9) await rig.env.sleep(300_000);
    const calledBackAt = await rig.env.currentTimeMs();
    await handle(closed).signal(providerEventSignal, {
      id: randomUUID(),
      receivedAt: new Date(calledBackAt).toISOString(),
      statement: 'it says how a refund ended',
    });
    const done = await untilStatus(closed, request.id, 'succeeded');
    expect(Date.parse(done?.updatedAt ?? '') - calledBackAt).toBeLessThan(60_000);
    expect(provider.of(closed.payment.id)).toHaveLength(1);
  });

  it('treats a worker that did not report back alike', async () => {
    const closed = await paid();
    provider.nextSend(closed.payment.id, () => {
      throw new Error('the worker died');
    });
    const request = asked();
    await refund(closed, request);
    await until(closed, request.id, 'succeeded');
    expect(provider.of(closed.payment.id)).toHaveLength(1);
  });

  it('asks a person when the provider cannot tell, and lets nothing else use the amount meanwhile', async () => {
    const closed = await paid('droppay-pos');
    provider.nextSend(closed.payment.id, () => ({ outcome: 'unknown', detail: 'reset' }));
    const request = asked();
    expect((await refund(closed, request)).refund.status).toBe('needs_review');
    expect(await codeOf(refund(closed, asked({ amount: 1 })))).toBe('not_refundable');
    const resolution = { decision: 'failed', note: 'not in the books', by: 'ada' } as const;
    const resolved = await handle(closed).executeUpdate(resolveRefundUpdate, {
      args: [request.id, resolution],
    });
    expect(resolved).toMatchObject({ status: 'failed', failure: { code: 'resolved_as_failed' } });
    expect((await refund(closed, asked())).refund.status).toBe('succeeded');
    expect(
      await codeOf(handle(closed).executeUpdate(resolveRefundUpdate, { args: [request.id, resolution] })),
    ).toBe('nothing_to_resolve');
  });

  it('asks again when the provider was silent after a callback about a refund under review', async () => {
    const closed = await paid();
    const silence = () => Promise.reject(new Error('out of reach'));
    provider.nextSend(closed.payment.id, () => ({ outcome: 'unknown', detail: 'reset' }));
    provider.nextRead(
      closed.payment.id,
      () => ({ state: 'succeeded', amount: 1, currency: 'EUR' }),
      ...Array.from({ length: 20 }, () => silence),
    );
    const request = asked();
    await refund(closed, request);
    await until(closed, request.id, 'needs_review');
    await handle(closed).signal(providerEventSignal, {
      id: randomUUID(),
      receivedAt: new Date(await rig.env.currentTimeMs()).toISOString(),
      statement: 'it says how a refund ended',
    });
    await until(closed, request.id, 'succeeded');
    expect(provider.of(closed.payment.id)).toHaveLength(1);
  });

  it('goes on waiting for a person when the time for refunds is over', async () => {
    const closed = await paid('droppay-pos');
    provider.nextSend(closed.payment.id, () => ({ outcome: 'unknown', detail: 'reset' }));
    const request = asked();
    await refund(closed, request);
    await rig.env.sleep(201 * 24 * 3_600_000);
    const resolution = { decision: 'succeeded', note: 'in the books', by: 'ada' } as const;
    const args: [string, ResolveInput] = [request.id, resolution];
    await handle(closed).startUpdate(resolveRefundUpdate, { args, waitForStage: 'ACCEPTED' });
    expect(await handle(closed).result()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('shows refunds made at the dashboard once, as they go on', async () => {
    const closed = await paid();
    await refund(closed, asked({ amount: 300 }));
    const seen = { providerReference: 'x/refund', status: 'processing', amount: null } as const;
    await handle(closed).signal(refundsSeenSignal, [seen]);
    await handle(closed).signal(refundsSeenSignal, [seen]);
    await handle(closed).signal(refundsSeenSignal, [{ ...seen, status: 'succeeded' }]);
    await rig.env.sleep(1_000);
    expect(await listed(closed)).toMatchObject([
      { status: 'succeeded', amount: 300 },
      { status: 'succeeded', amount: 700 },
    ]);
    expect(provider.of(closed.payment.id)).toHaveLength(1);
  });

  it('shows what Pomelo refunded at its dashboard, and what it turned down', async () => {
    const closed = await paid('pomelo');
    const seen = { providerReference: 'x/refund', status: 'processing', amount: null } as const;
    await rig.workflows.signalWithStart(REFUNDS_WORKFLOW, {
      workflowId: refundsWorkflowIdOf(closed.payment.id),
      taskQueue: 'holdfast',
      args: [closed],
      signal: refundsSeenSignal,
      signalArgs: [[seen]],
    });
    await rig.env.sleep(1_000);
    expect(await listed(closed)).toMatchObject([{ status: 'processing', amount: 1000 }]);
    await handle(closed).signal(refundsSeenSignal, []);
    await rig.env.sleep(1_000);
    expect(await listed(closed)).toMatchObject([{ status: 'failed' }]);
    // Asked for again, it is another refund: what was told of the first stays true.
    await handle(closed).signal(refundsSeenSignal, [seen]);
    await handle(closed).signal(refundsSeenSignal, []);
    await handle(closed).signal(refundsSeenSignal, [{ ...seen, status: 'succeeded' }]);
    await handle(closed).signal(refundsSeenSignal, [seen]);
    await rig.env.sleep(1_000);
    const all = await listed(closed);
    expect(all).toMatchObject([
      { status: 'failed' },
      { status: 'failed' },
      { status: 'succeeded', amount: 1000 },
    ]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(3);
  });

  it('refuses a refund of a payment that the provider does not know, or whose review refund is in doubt', async () => {
    const closed = await paid();
    const unknown = { ...closed, payment: { ...closed.payment, providerReference: null } };
    expect(await codeOf(refund(unknown, asked()))).toBe('not_refundable');
    const other = await paid();
    const doubtful = { ...other, private: { ...other.private, refundInDoubt: true } };
    expect(await codeOf(refund(doubtful, asked()))).toBe('not_refundable');
    expect(provider.of(closed.payment.id)).toHaveLength(0);
  });
});
