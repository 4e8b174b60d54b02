/**
 * Which status may follow which (docs/payment-life-cycle.md). Until it ends a payment goes to and fro between the first
 * three; after it has ended it never comes back to them.
 */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  processing: [
    'requires_action',
    'requires_confirmation',
    'succeeded',
    'failed',
    'expired',
    'cancelled',
    'needs_review',
  ],
  requires_action: ['processing', 'succeeded', 'failed', 'expired', 'cancelled', 'needs_review'],
  requires_confirmation: ['processing', 'succeeded', 'failed', 'expired', 'cancelled', 'needs_review'],
  failed: ['needs_review'],
  expired: ['needs_review'],
  cancelled: ['needs_review'],
  needs_review: ['succeeded', 'failed'],
  succeeded: [],
};

const NEXT_OF_REFUND: Readonly<Record<string, readonly string[]>> = {
  processing: ['succeeded', 'failed', 'needs_review'],
  needs_review: ['succeeded', 'failed'],
  succeeded: [],
  failed: [],
};

export const PAYMENT_STATUSES = Object.keys(NEXT);

const FINAL = ['succeeded', 'failed', 'expired', 'cancelled'];

function isFinal(status: string): boolean {
  return FINAL.includes(status);
}

/** Whether nothing more happens without news or a person. */
export function isAtRest(status: string): boolean {
  return isFinal(status) || status === 'needs_review';
}

/** Whether one status may come directly after another. */
export function mayFollow(before: string, after: string): boolean {
  return NEXT[before]?.includes(after) ?? false;
}

/** Whether a payment that was seen in one status may be seen in another later; not every step is seen. */
export function mayBeSeenLater(before: string, after: string): boolean {
  return reachable(NEXT, before, after);
}

/** The same of a refund. One that was turned down and is asked for again is another refund. */
export function refundMayBeSeenLater(before: string, after: string): boolean {
  return reachable(NEXT_OF_REFUND, before, after);
}

function reachable(next: Readonly<Record<string, readonly string[]>>, from: string, to: string): boolean {
  const found = new Set([from]);
  for (const status of found) for (const following of next[status] ?? []) found.add(following);
  return found.has(to);
}
