import { PAYMENT_STATUSES } from './status';

/** Who or what a fact comes from. */
export const ACTORS = ['payer', 'provider', 'backend', 'timer', 'operator', 'holdfast'] as const;
type Actor = (typeof ACTORS)[number];

/** What a fact may be besides a payment's moving to another status. docs/payment-life-cycle.md says what each means. */
export const OTHER_FACTS = [
  'requested',
  'opened',
  'callback',
  'authorized',
  'step_required',
  'confirmed',
  'collecting',
  'not_sent',
  'outcome_unknown',
  'not_taken',
  'no_answer',
  'unclear',
  'cancel_requested',
  'cancelling',
  'expiring',
  'released',
  'recheck',
  'resolved',
  'refunding',
  'received_other',
  'refunded',
  'refund_failed',
  'refund_in_doubt',
  'received_more',
  'late_callback',
  'ignored',
] as const;

export const FACT_TYPES = [...PAYMENT_STATUSES, ...OTHER_FACTS] as const;
export type FactType = (typeof FACT_TYPES)[number];

/** One fact of a payment's life. */
export interface Fact {
  from: Actor;
  type: FactType;
  detail: string;
}

/** A fact with the time (ISO 8601) at which it was written down. */
export interface TimelineEntry extends Fact {
  at: string;
}
