import type { Payment } from './payment';
import type { Refund } from './refund';

export type PaymentEventType =
  | 'payment.requires_action'
  | 'payment.processing'
  | 'payment.succeeded'
  | 'payment.failed'
  | 'payment.expired'
  | 'payment.cancelled'
  | 'payment.needs_review';
export type RefundEventType = 'refund.succeeded' | 'refund.failed' | 'refund.needs_review';

/** What a backend is told. `id` is the `webhook-id` of every try. */
export interface BackendEvent {
  id: string;
  paymentId: string;
  type: PaymentEventType | RefundEventType;
  /** RFC 3339: when it became a fact. */
  timestamp: string;
  data: { payment: Payment } | { refund: Refund };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const GAPS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR];

/** How long an event is tried. */
export const EVENT_LIFE_MS = 72 * HOUR;

/** How long to wait before try number `tries + 1`, in milliseconds: 5 s, widening to 3 h. */
export function gapBeforeTry(tries: number): number {
  return GAPS[Math.min(Math.max(tries, 1), GAPS.length) - 1] ?? HOUR;
}
