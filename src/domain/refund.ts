/** Where a refund stands. `needs_review`: what happened cannot be known; a person decides. */
export const REFUND_STATUSES = ['processing', 'succeeded', 'failed', 'needs_review'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

const URGENCY: readonly RefundStatus[] = ['needs_review', 'processing', 'succeeded', 'failed'];

/** What several refunds of one payment are found by: that a person has to decide about one comes first. Null without any. */
export function mostUrgentStatus(refunds: readonly { status: RefundStatus }[]): RefundStatus | null {
  return URGENCY.find((status) => refunds.some((refund) => refund.status === status)) ?? null;
}

/** How often a provider gives money back: never, once per payment (any part of it), or in several parts. */
export type RefundRule = 'none' | 'once' | 'full_and_partial';

export const REFUND_FAILURE_CODES = ['declined', 'not_sent', 'resolved_as_failed'] as const;

export interface RefundFailure {
  code: (typeof REFUND_FAILURE_CODES)[number];
  message: string;
  providerCode?: string;
}

/** The public view of a refund. Amount in minor units. */
export interface Refund {
  id: string;
  object: 'refund';
  paymentId: string;
  amount: number;
  currency: string;
  status: RefundStatus;
  reason: string | null;
  failure: RefundFailure | null;
  createdAt: string;
  updatedAt: string;
}

/** A refund as its backend asked for it. `amount` null: all that is left. */
export interface RefundRequest {
  id: string;
  amount: number | null;
  reason: string | null;
  fingerprint: string;
  requestId: string;
}

export type RefundRefusal = { code: 'not_refundable' | 'refund_too_large'; message: string };

/**
 * How much may be refunded for this request, or why nothing may. Whatever may have left already counts as gone: refunds in
 * progress and under review included, failed ones not.
 *
 * @param received what the payment took, in minor units
 */
export function refundableAmount(
  received: number,
  refunds: readonly Refund[],
  rule: RefundRule,
  asked: number | null,
): { amount: number } | RefundRefusal {
  const live = refunds.filter(({ status }) => status !== 'failed');
  const left = received - live.reduce((sum, { amount }) => sum + amount, 0);
  if (rule === 'none') return { code: 'not_refundable', message: 'this provider has no refunds' };
  if (received === 0) return { code: 'not_refundable', message: 'nothing has been received' };
  if (rule === 'once' && live.length > 0) {
    return { code: 'not_refundable', message: 'this provider refunds a payment once, and it has been' };
  }
  if (left <= 0) return { code: 'not_refundable', message: 'everything has been refunded' };
  if ((asked ?? left) > left)
    return { code: 'refund_too_large', message: `at most ${left} (minor units) can be refunded` };
  return { amount: asked ?? left };
}

/** What has certainly been given back, in minor units. */
export function amountRefunded(refunds: readonly Refund[]): number {
  return refunds.reduce((sum, { status, amount }) => (status === 'succeeded' ? sum + amount : sum), 0);
}
