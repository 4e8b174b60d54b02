/** Where a payment stands. See docs/payment-life-cycle.md. */
export const PAYMENT_STATUSES = [
  'processing',
  'requires_action',
  'requires_confirmation',
  'succeeded',
  'failed',
  'expired',
  'cancelled',
  'needs_review',
] as const;

export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

const ENDS: readonly PaymentStatus[] = ['succeeded', 'failed', 'expired', 'cancelled', 'needs_review'];

const NEXT: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  processing: ['requires_action', 'requires_confirmation', ...ENDS],
  requires_action: ['processing', ...ENDS],
  requires_confirmation: ['processing', ...ENDS],
  succeeded: [],
  failed: ['needs_review'],
  expired: ['needs_review'],
  cancelled: ['needs_review'],
  needs_review: ['succeeded', 'failed'],
};

/** Whether a payment may go from one status to another. States only move forward: a success is never undone. */
export function mayBecome(from: PaymentStatus, to: PaymentStatus): boolean {
  return NEXT[from].includes(to);
}

const OPEN: readonly PaymentStatus[] = ['processing', 'requires_action', 'requires_confirmation'];

/** Whether the payment is still on its way: it has not ended, and no person has to decide. */
export function isOpen(status: PaymentStatus): boolean {
  return OPEN.includes(status);
}

/** Whether the payment has ended for its backend. `needs_review` has not: a person still decides. */
export function isEnd(status: PaymentStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'expired' || status === 'cancelled';
}
