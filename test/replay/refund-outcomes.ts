import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, type WorkflowClient } from '@temporalio/client';
import {
  type ClosedPayment,
  createRefundUpdate,
  providerEventSignal,
  REFUNDS_WORKFLOW,
  type RefundsMemo,
  refundsSeenSignal,
  refundsWorkflowIdOf,
  type ResolveInput,
  resolveRefundUpdate,
} from '../../src/contract/workflow';
import { newPayment, type PaymentRequest, type ProviderId } from '../../src/domain/payment';
import type { SeenRefund } from '../../src/domain/provider-answer';
import type { Refund, RefundRequest } from '../../src/domain/refund';
import type { FakeAccount, FakeAccounts } from './fake-accounts';
import { HOUR, type Outcomes, outOfReach } from './outcome';

/** What the refunds are played with: time that can be skipped, and requests. */
interface Surroundings {
  workflows: WorkflowClient;
  sleep: (ms: number) => Promise<unknown>;
  request: (change: Partial<PaymentRequest>) => Promise<PaymentRequest>;
}

/** Where the refunds of a payment are played. */
export class RefundStage {
  constructor(
    readonly around: Surroundings,
    readonly accounts: FakeAccounts,
  ) {}

  async paid(
    provider: ProviderId = 'payermax',
  ): Promise<{ closed: ClosedPayment; id: string; fake: FakeAccount }> {
    const request = await this.around.request({ provider, amount: 1000, notify: true });
    const taken = { status: 'succeeded', amountReceived: 1000, providerReference: 'T1' } as const;
    const payment = { ...newPayment(request), ...taken };
    const closed = { request, payment, private: { caller: 'shop', chargeReference: 'C1' } };
    return { closed, id: request.id, fake: this.accounts.of(request.id) };
  }

  handle(id: string) {
    return this.around.workflows.getHandle(refundsWorkflowIdOf(id));
  }

  /** Asks for a refund without waiting for its end; the update's own answer comes from `result()`. */
  ask(closed: ClosedPayment, amount: number | null = null, id = `re_${randomUUID().replaceAll('-', '')}`) {
    const startWorkflowOperation = new WithStartWorkflowOperation(REFUNDS_WORKFLOW, {
      workflowId: refundsWorkflowIdOf(closed.payment.id),
      taskQueue: 'holdfast',
      args: [closed],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
    const request = { id, amount, reason: null, fingerprint: 'f', requestId: randomUUID() };
    return this.around.workflows.startUpdateWithStart(createRefundUpdate, {
      args: [request] as [RefundRequest],
      waitForStage: 'ACCEPTED',
      startWorkflowOperation,
    });
  }

  async refund(closed: ClosedPayment, amount: number | null = null): Promise<Refund> {
    return (await (await this.ask(closed, amount)).result()).refund;
  }

  async shown(id: string): Promise<Refund[]> {
    return ((await this.handle(id).describe()).memo as Partial<RefundsMemo>).refunds ?? [];
  }

  /** Lets time pass until no refund is in progress. */
  async decided(id: string): Promise<Refund[]> {
    for (let steps = 0; steps < 400; steps += 1) {
      const refunds = await this.shown(id);
      if (refunds.length > 0 && refunds.every(({ status }) => status !== 'processing')) return refunds;
      await this.around.sleep(60_000);
    }
    throw new Error('a refund was never decided');
  }

  async resolve(id: string, refundId: string, decision: ResolveInput['decision']): Promise<void> {
    const resolution: ResolveInput = { decision, note: 'as the books say', by: 'ada' };
    await this.handle(id).executeUpdate(resolveRefundUpdate, { args: [refundId, resolution] });
  }

  async calledBack(id: string): Promise<void> {
    const receivedAt = new Date().toISOString();
    const statement = 'it says how a refund ended';
    await this.handle(id).signal(providerEventSignal, { id: randomUUID(), receivedAt, statement });
  }

  async seen(id: string, ...refunds: SeenRefund[]): Promise<void> {
    await this.handle(id).signal(refundsSeenSignal, refunds);
  }
}

const of = (status: Refund['status'], amount: number) => ({ status, amount });
const failed = (code: string) => ({ status: 'failed', failure: { code } });
const reset = { outcome: 'unknown', detail: 'connection reset' } as const;

/** The look-up shows another amount than was asked for. */
async function underReview(stage: RefundStage) {
  const { closed, id, fake } = await stage.paid();
  fake.next('refund', () => reset);
  fake.next('find_refund', () => ({ state: 'succeeded', amount: 1, currency: 'EUR' }));
  await stage.ask(closed);
  await stage.decided(id);
  return { id, fake };
}

/** Every way in which the refunds of a payment can go, by name, but the one into the next run. */
export const REFUND_OUTCOMES: Outcomes<RefundStage> = {
  'in-two-parts-until-the-window-closed': {
    shows: { refunds: [of('succeeded', 300), of('succeeded', 700)], caller: 'shop' },
    async play(stage) {
      const { closed, id } = await stage.paid();
      await stage.refund(closed, 300);
      await stage.refund(closed);
      await stage.handle(id).result();
      return id;
    },
  },
  'asked-for-many-at-once': {
    shows: { refunds: Array.from({ length: 3 }, () => of('succeeded', 300)) },
    async play(stage) {
      const { closed, id } = await stage.paid();
      await Promise.allSettled(Array.from({ length: 6 }, () => stage.refund(closed, 300)));
      return id;
    },
  },
  'shown-beside-one-in-progress': {
    shows: { refunds: [of('succeeded', 300), of('succeeded', 700)] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid();
      fake.next('refund', () => ({ outcome: 'not_sent', detail: 'connection refused' }), 3);
      await stage.ask(closed, 300);
      await stage.ask(closed);
      expect(await stage.shown(id)).toMatchObject([of('processing', 300), of('processing', 700)]);
      await stage.decided(id);
      return id;
    },
  },
  'asked-for-again': {
    shows: { refunds: [of('succeeded', 300)] },
    async play(stage) {
      const { closed, id } = await stage.paid();
      const refundId = (await stage.refund(closed, 300)).id;
      await (await stage.ask(closed, 300, refundId)).result();
      return id;
    },
  },
  'once-at-droppay': {
    shows: { refunds: [of('succeeded', 300)] },
    async play(stage) {
      const { closed, id } = await stage.paid('droppay-pos');
      await stage.refund(closed, 300);
      await expect(stage.refund(closed, 1)).rejects.toMatchObject({ cause: { type: 'not_refundable' } });
      return id;
    },
  },
  'not-sent-then-declined-then-taken': {
    shows: { refunds: [failed('declined'), of('succeeded', 1000)] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid();
      fake.next('refund', () => ({ outcome: 'not_sent', detail: 'connection refused' }));
      fake.next('refund', () => ({ outcome: 'declined', message: 'not now', providerCode: 'REFUND_FAILED' }));
      await stage.ask(closed);
      await stage.decided(id);
      await stage.refund(closed);
      return id;
    },
  },
  'never-sent-in-two-days': {
    shows: { refunds: [failed('not_sent')] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid();
      fake.next('refund', () => ({ outcome: 'not_sent', detail: 'connection refused' }), 1_000);
      await stage.ask(closed);
      await stage.around.sleep(48 * HOUR);
      await stage.decided(id);
      return id;
    },
  },
  'pending-then-succeeded': {
    shows: { refunds: [of('succeeded', 1000)] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid();
      fake.next('refund', () => ({ outcome: 'pending', providerRefundReference: 'R1' }));
      fake.next('find_refund', () => ({ state: 'pending' }), 3);
      await stage.ask(closed);
      await stage.decided(id);
      return id;
    },
  },
  'pending-then-failed': {
    shows: { refunds: [failed('declined')] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid();
      fake.next('refund', () => ({ outcome: 'pending' }));
      fake.next('find_refund', () => ({ state: 'failed', message: 'account closed', providerCode: 'X' }));
      await stage.ask(closed);
      await stage.decided(id);
      return id;
    },
  },
  'called-back-while-pending': {
    shows: { refunds: [of('succeeded', 1000)] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid();
      fake.next('refund', () => ({ outcome: 'pending' }));
      fake.next('find_refund', () => ({ state: 'pending' }), 3);
      await stage.ask(closed);
      await stage.around.sleep(20_000);
      await stage.calledBack(id);
      await stage.decided(id);
      return id;
    },
  },
  'unknown-found-by-look-up': {
    shows: { refunds: [of('succeeded', 1000)] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid();
      fake.next('refund', () => reset).next('find_refund', () => ({ state: 'absent' }), 2);
      fake.next('find_refund', outOfReach, 2);
      await stage.ask(closed);
      await stage.decided(id);
      return id;
    },
  },
  'of-another-amount-review': {
    shows: { refunds: [of('needs_review', 1000)] },
    async play(stage) {
      return (await underReview(stage)).id;
    },
  },
  'asked-about-under-review-until-answered': {
    shows: { refunds: [of('succeeded', 1000)] },
    async play(stage) {
      const { id, fake } = await underReview(stage);
      fake.next('find_refund', outOfReach, 20);
      await stage.calledBack(id);
      await stage.around.sleep(2 * HOUR);
      return id;
    },
  },
  'worker-died': {
    shows: { refunds: [of('succeeded', 1000)] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid();
      fake.next('refund', () => Promise.reject(new Error('the worker died')));
      await stage.ask(closed);
      await stage.decided(id);
      return id;
    },
  },
  'unknown-at-droppay-resolved-failed-then-taken': {
    shows: { refunds: [failed('resolved_as_failed'), of('succeeded', 1000)] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid('droppay-pos');
      fake.next('refund', () => reset);
      const refund = await stage.refund(closed);
      await stage.resolve(id, refund.id, 'failed');
      await stage.refund(closed);
      return id;
    },
  },
  'unknown-found-by-its-status-resolved-succeeded': {
    shows: { refunds: [of('succeeded', 1000)] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid('droppay-pos');
      fake.next('refund', () => reset);
      const refund = await stage.refund(closed);
      await stage.resolve(id, refund.id, 'succeeded');
      return id;
    },
  },
  'unknown-cancelled-in-temporal-resolved-succeeded': {
    shows: { refunds: [of('succeeded', 1000)] },
    async play(stage) {
      const { closed, id, fake } = await stage.paid('droppay-pos');
      fake.next('refund', () => reset);
      const refund = await stage.refund(closed);
      await stage.handle(id).cancel();
      await stage.resolve(id, refund.id, 'succeeded');
      return id;
    },
  },
  'made-at-the-dashboard': {
    shows: { refunds: [of('succeeded', 300), of('succeeded', 700)] },
    async play(stage) {
      const { closed, id } = await stage.paid();
      await stage.refund(closed, 300);
      const seen = { providerReference: 'x/refund', status: 'processing', amount: null } as const;
      await stage.seen(id, seen);
      await stage.seen(id, seen, { ...seen, status: 'succeeded' });
      await stage.around.sleep(1_000);
      return id;
    },
  },
  'turned-down-at-the-dashboard-and-asked-for-again': {
    shows: { refunds: [of('succeeded', 300), of('failed', 700), of('succeeded', 700)] },
    async play(stage) {
      const { closed, id } = await stage.paid();
      await stage.refund(closed, 300);
      const seen = { providerReference: 'x/refund', status: 'processing', amount: null } as const;
      await stage.seen(id, seen);
      await stage.seen(id);
      await stage.seen(id, { ...seen, status: 'succeeded' });
      await stage.around.sleep(1_000);
      return id;
    },
  },
};
