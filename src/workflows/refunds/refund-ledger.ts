import { upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../../contract/search-attributes';
import type { ClosedPayment, RefundsState } from '../../contract/workflow';
import type { RefundEventType } from '../../domain/backend-event';
import { referenceAtProvider } from '../../domain/payment';
import { mostUrgentStatus, type Refund, type RefundRequest } from '../../domain/refund';
import { Outbox } from '../events/outbox';

/** The refunds of one payment as they stand: every change is shown at once, and told to the backend. */
export class RefundLedger {
  private readonly outbox: Outbox;

  /** @param state is changed in place, and handed on to the next run */
  constructor(
    private readonly closed: ClosedPayment,
    readonly state: RefundsState,
    private readonly onChange: () => void,
  ) {
    const prefix = `${closed.payment.id}_refunds_${workflowInfo().runId.slice(0, 8)}`;
    this.outbox = new Outbox(closed.request, prefix, 'aftermath');
    this.publish();
  }

  get refunds(): readonly Refund[] {
    return this.state.refunds;
  }

  find(id: string): Refund | undefined {
    return this.refunds.find((refund) => refund.id === id);
  }

  /** Whether we send it; otherwise it was made at the provider's dashboard. */
  isOurs(id: string): boolean {
    return id in this.state.providerReferences;
  }

  /** Those for a person to decide about. */
  undecided(): Refund[] {
    return this.refunds.filter(({ status }) => status === 'needs_review');
  }

  /** The next one that we have to send. */
  nextToSend(): Refund | undefined {
    return this.refunds.find(({ id, status }) => status === 'processing' && this.isOurs(id));
  }

  /** @param amount minor units */
  add({ id, reason }: Pick<RefundRequest, 'id' | 'reason'>, amount: number, by: 'us' | 'dashboard'): void {
    const { payment } = this.closed;
    const now = new Date().toISOString();
    this.state.refunds.push({
      id,
      object: 'refund',
      paymentId: payment.id,
      amount,
      currency: payment.currency,
      status: 'processing',
      reason,
      failure: null,
      createdAt: now,
      updatedAt: now,
    });
    if (by === 'us') this.state.providerReferences[id] = referenceAtProvider(id);
    this.showChange();
  }

  change(id: string, change: Partial<Refund>): Refund {
    const index = this.refunds.findIndex((refund) => refund.id === id);
    const changed = { ...(this.refunds[index] as Refund), ...change, updatedAt: new Date().toISOString() };
    this.state.refunds[index] = changed;
    this.showChange();
    const type = EVENTS[changed.status];
    if (type) this.outbox.post(type, { refund: changed });
    return changed;
  }

  /** Waits until every event was delivered or handed over. */
  flushed(): Promise<void> {
    return this.outbox.flushed();
  }

  /** At once, and not when the refund in progress has ended: that may take days. */
  private showChange(): void {
    this.onChange();
    this.publish();
  }

  private publish(): void {
    upsertMemo({ refunds: this.state.refunds, caller: this.closed.private.caller });
    const status = mostUrgentStatus(this.refunds);
    if (status) upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.status, value: status }]);
  }
}

const EVENTS: Readonly<Partial<Record<Refund['status'], RefundEventType>>> = {
  succeeded: 'refund.succeeded',
  failed: 'refund.failed',
  needs_review: 'refund.needs_review',
};
