/** The payment goes on: somebody has a step to take, or money may be moving. */
export const OPEN_STATUSES = ['processing', 'requires_action', 'requires_confirmation'] as const;

/** The payment has ended for its backend. */
const END_STATUSES = ['succeeded', 'failed', 'expired', 'cancelled'] as const;

/** Where a payment stands. `needs_review` is neither open nor an end: a person decides. See docs/payment-life-cycle.md. */
export const PAYMENT_STATUSES = [...OPEN_STATUSES, ...END_STATUSES, 'needs_review'] as const;

export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

const SETTLED: readonly PaymentStatus[] = [...END_STATUSES, 'needs_review'];

const NEXT: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  processing: ['requires_action', 'requires_confirmation', ...SETTLED],
  requires_action: ['processing', ...SETTLED],
  requires_confirmation: ['processing', ...SETTLED],
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

/** Whether the payment has ended for its backend. `needs_review` has not: a person still decides. */
export function isEnd(status: PaymentStatus): boolean {
  return (END_STATUSES as readonly PaymentStatus[]).includes(status);
}

/** Whether the payer, the backend or the provider still has something to do: neither an end nor a review. */
export function isOpen(status: PaymentStatus): boolean {
  return (OPEN_STATUSES as readonly PaymentStatus[]).includes(status);
}

/** Whether nothing more happens for the payer: an end, or a review, which is the shop's business. */
export function isSettled(status: PaymentStatus): boolean {
  return SETTLED.includes(status);
}
