import type { ClosedPayment, PaymentMemo, RefundsMemo } from '../contract/workflow';
import type { Payment, PaymentRequest } from '../domain/payment';
import type { TimelineEntry } from '../domain/timeline';
import { amountRefunded, type Refund } from '../domain/refund';

/** All that is kept of a payment, whichever of its workflows keeps it. */
export interface StoredPayment extends PaymentMemo {
  /** Oldest first. */
  refunds: Refund[];
  /** The part of the timeline that late workflows wrote. */
  lateTimeline: TimelineEntry[];
}

/** What came after the payment's own workflow. */
export interface Aftermath {
  late: PaymentMemo | null;
  refunds: RefundsMemo | null;
}

/** One view of a payment: late truth replaces what its own workflow said, refunds are counted beside it. */
export function mergeStored(own: PaymentMemo, { late, refunds }: Aftermath): StoredPayment {
  const made = refunds?.refunds ?? [];
  const lateTimeline = late ? [...(late.earlierTimeline ?? []), ...late.timeline] : [];
  return {
    ...own,
    payment: withRefunds(late?.payment ?? own.payment, made),
    timeline: [...own.timeline, ...lateTimeline],
    lateTimeline,
    private: { ...own.private, ...late?.private },
    refunds: made,
  };
}

/** A payment with what its refunds workflow has given back. */
function withRefunds(payment: Payment, refunds: readonly Refund[]): Payment {
  const refunded = Math.max(payment.amountRefunded, amountRefunded(refunds));
  if (refunded === payment.amountRefunded) return payment;
  const changes = refunds.filter(({ status }) => status === 'succeeded').map(({ updatedAt }) => updatedAt);
  const updatedAt = [payment.updatedAt, ...changes].sort().at(-1) ?? payment.updatedAt;
  return { ...payment, amountRefunded: refunded, updatedAt };
}

/** What is known of a closed payment, for a workflow that goes on with it. Of its customer nothing is kept. */
export function closedPayment(
  { payment, private: hidden, fingerprint }: StoredPayment,
  { urls, notify }: Pick<PaymentRequest, 'urls' | 'notify'>,
): ClosedPayment {
  const { id, provider, connection, amount, currency, reference, description } = payment;
  const { metadata, createdAt, expiresAt } = payment;
  const request: PaymentRequest = {
    id,
    caller: hidden.caller,
    provider,
    connection,
    amount,
    currency,
    reference,
    description,
    metadata,
    providerOptions: {},
    ...(hidden.returnUrl !== undefined && { returnUrl: hidden.returnUrl }),
    createdAt,
    expiresAt,
    urls,
    fingerprint: fingerprint ?? '',
    requestId: '',
    ...(notify && { notify }),
  };
  return { request, payment, private: hidden };
}
