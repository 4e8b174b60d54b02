import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes';
import type { PaymentPrivate } from '../contract/workflow';
import { describePayment } from '../domain/description';
import {
  type Actor,
  newPayment,
  type Payment,
  type PaymentRequest,
  type TimelineEntry,
} from '../domain/payment';
import { mayBecome, type PaymentStatus } from '../domain/status';

/** More facts than any payment has: beyond it only changes of status are written down. */
const LONGEST_TIMELINE = 200;

export interface Fact {
  from: Actor;
  type: string;
  detail: string;
}

/**
 * What is known of the payment, and its publication: the memo that the API reads, the search attributes and the details
 * that people see in the Temporal UI.
 */
export class PaymentRecord {
  readonly timeline: TimelineEntry[] = [];
  private view: Payment;
  private readonly hidden: PaymentPrivate;
  private published: Payment;
  private dirty = false;

  constructor(request: PaymentRequest) {
    this.view = this.published = newPayment(request);
    this.hidden = { caller: request.caller, ...(request.returnUrl && { returnUrl: request.returnUrl }) };
    this.note({ from: 'backend', type: 'requested', detail: describePayment(this.view) });
  }

  get payment(): Payment {
    return this.view;
  }

  get status(): PaymentStatus {
    return this.view.status;
  }

  /** Adds a fact to the timeline; the same fact again, with nothing in between, is no news. */
  note(fact: Fact): void {
    const last = this.timeline.at(-1);
    const repeated = last?.type === fact.type && last.detail === fact.detail;
    if (repeated || this.timeline.length >= LONGEST_TIMELINE) return;
    this.append(fact);
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
    if (status !== this.view.status && !mayBecome(this.view.status, status)) {
      this.note({
        from: 'holdfast',
        type: 'ignored',
        detail: `${fact.detail} (already ${this.view.status})`,
      });
      return false;
    }
    this.append(fact);
    this.update({ nextAction: null, ...change, status });
    return true;
  }

  keepSecrets(callbackSecrets: Record<string, string>): void {
    this.hidden.callbackSecrets = callbackSecrets;
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

  private append(fact: Fact): void {
    this.timeline.push({ at: new Date().toISOString(), ...fact });
    this.dirty = true;
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
