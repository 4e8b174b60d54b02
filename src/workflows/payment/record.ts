import { setCurrentDetails, upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../../contract/search-attributes';
import type { PaymentPrivate } from '../../contract/workflow';
import { describePayment } from '../../domain/description';
import type { PaymentEventType } from '../../domain/backend-event';
import { newPayment, type Payment, type PaymentRequest } from '../../domain/payment';
import { mayBecome, type PaymentStatus } from '../../domain/status';
import type { Fact, TimelineEntry } from '../../domain/timeline';
import { Outbox } from '../events/outbox';

/** More facts than any payment has: beyond it only changes of status and decisions of people are written down. */
const LONGEST_TIMELINE = 200;

/**
 * What is known of the payment, and its publication: the memo that the API reads, the search attributes and the details
 * that people see in the Temporal UI, the events to its backend.
 */
export class PaymentRecord {
  readonly timeline: TimelineEntry[] = [];
  private view: Payment;
  private hidden: PaymentPrivate;
  private published: Payment;
  private dirty = false;
  private readonly outbox: Outbox;

  /** @param known what an earlier workflow left of the payment */
  constructor(request: PaymentRequest, known?: { payment: Payment; private: PaymentPrivate }) {
    this.view = this.published = known?.payment ?? newPayment(request);
    this.hidden = known?.private ?? {
      caller: request.caller,
      ...(request.returnUrl && { returnUrl: request.returnUrl }),
    };
    this.outbox = new Outbox(
      request,
      known ? `${request.id}_late_${workflowInfo().runId.slice(0, 8)}` : request.id,
      known ? 'aftermath' : 'payment',
    );
    this.note(
      known
        ? {
            from: 'provider',
            type: 'late_callback',
            detail: `a callback came after it was ${this.view.status}`,
          }
        : { from: 'backend', type: 'requested', detail: describePayment(this.view) },
    );
  }

  get payment(): Payment {
    return this.view;
  }

  get status(): PaymentStatus {
    return this.view.status;
  }

  get private(): PaymentPrivate {
    return this.hidden;
  }

  /** Adds a fact to the timeline; the same fact again, with nothing in between, is no news. */
  note(fact: Fact): void {
    const last = this.timeline.at(-1);
    const repeated = last?.type === fact.type && last.detail === fact.detail;
    if (repeated || this.timeline.length >= LONGEST_TIMELINE) return;
    this.append(fact);
  }

  /** Adds a fact however long the timeline is. */
  append(fact: Fact): void {
    this.timeline.push({ at: new Date().toISOString(), ...fact });
    this.dirty = true;
  }

  /** Changes the view without changing the status. */
  update(change: Partial<Payment>): void {
    this.view = { ...this.view, ...change, updatedAt: new Date().toISOString() };
    this.dirty = true;
  }

  /**
   * Moves the payment to another status, if that is forward; a step back is written down and changes nothing.
   * @returns whether it moved
   */
  become(status: PaymentStatus, fact: Fact, change: Partial<Payment> = {}): boolean {
    const before = this.view.status;
    if (status !== before && !mayBecome(before, status)) {
      this.note({ from: 'holdfast', type: 'ignored', detail: `${fact.detail} (already ${before})` });
      return false;
    }
    this.append(fact);
    this.update({ nextAction: null, ...change, status });
    // A review whose reason or amount has changed is news too.
    const type = status === before && status !== 'needs_review' ? undefined : EVENTS[status];
    if (type) this.outbox.post(type, { payment: this.view });
    return true;
  }

  /** Tells a change that leaves the status as it is. */
  tell(type: PaymentEventType, fact: Fact, change: Partial<Payment>): void {
    this.append(fact);
    this.update(change);
    this.outbox.post(type, { payment: this.view });
  }

  keepPrivate(facts: Partial<PaymentPrivate>): void {
    this.hidden = { ...this.hidden, ...facts };
    this.dirty = true;
  }

  /** Makes what changed visible outside. Called before every wait: one write however much changed. */
  publish(): void {
    if (!this.dirty) return;
    const { status, providerReference } = this.view;
    if (status !== this.published.status || providerReference !== this.published.providerReference) {
      upsertSearchAttributes([
        { key: SEARCH_ATTRIBUTES.status, value: status },
        { key: SEARCH_ATTRIBUTES.providerReference, value: providerReference },
      ]);
    }
    upsertMemo({ payment: this.view, timeline: this.timeline, private: this.hidden });
    setCurrentDetails(this.details());
    this.published = this.view;
    this.dirty = false;
  }

  /** Waits until every event was delivered or handed over. */
  flushed(): Promise<void> {
    return this.outbox.flushed();
  }

  private details(): string {
    const { review, failure } = this.view;
    const facts = this.timeline.map(
      ({ at, from, type, detail }) => `- ${at} · ${from} · **${type}** ${detail}`,
    );
    return [
      `### ${this.view.status}`,
      describePayment(this.view),
      ...(review ? [`**Needs review:** ${review.reason}: ${review.detail}`] : []),
      ...(failure ? [`**Failed:** ${failure.code}: ${failure.message}`] : []),
      ...facts,
    ].join('\n\n');
  }
}

/** A backend that was told `processing` only because it is the first status has learned nothing. */
const EVENTS: Readonly<Partial<Record<PaymentStatus, PaymentEventType>>> = {
  requires_action: 'payment.requires_action',
  processing: 'payment.processing',
  succeeded: 'payment.succeeded',
  failed: 'payment.failed',
  expired: 'payment.expired',
  cancelled: 'payment.cancelled',
  needs_review: 'payment.needs_review',
};
