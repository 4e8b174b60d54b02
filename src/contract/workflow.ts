import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { BackendEvent } from '../domain/backend-event';
import type { Payment, PaymentRequest, ProviderId } from '../domain/payment';
import type { TimelineEntry } from '../domain/timeline';
import type { ProviderEvent, SeenRefund } from '../domain/provider-answer';
import type { Refund, RefundRequest } from '../domain/refund';

/** The task queue of all workflows, and of activities that call no provider and no backend. */
export const TASK_QUEUE = 'holdfast';

/**
 * The task queue of the calls to one provider: when it hangs, only its own calls wait. A wire name, made of the provider's.
 */
export function providerQueue(provider: ProviderId): string {
  return `${TASK_QUEUE}/${provider}`;
}

/** The task queue of the calls to backends. */
export const EVENTS_QUEUE = 'holdfast-events';

/**
 * How long a call to a provider may wait for a worker. When a provider hangs, its calls queue up. A call that moves money must
 * not be made late, and a question is better asked anew. So when the provider comes back, it gets the calls of this time at
 * once and no more. The same for both kinds: they wait in one queue, and those that may wait longer would fill it.
 */
export const CALL_WAITS_AT_MOST_MS = 20_000;

/** Workflow type of each provider's story. Wire names: they never change. */
export const WORKFLOW_TYPES: Readonly<Record<ProviderId, string>> = {
  'droppay-pos': 'dropPayPos',
  'droppay-acquirer': 'dropPayAcquirer',
  payermax: 'payerMax',
  pomelo: 'pomelo',
  etpay: 'etpay',
};

export type PaymentWorkflow = (request: PaymentRequest) => Promise<Payment>;

/** The first answer, stored under the idempotency key and given again to every repeat. */
export interface CreateAnswer {
  payment: Payment;
  fingerprint: string;
  requestId: string;
}

export interface ConfirmInput {
  paymentToken?: string;
  clientIp?: string;
  userAgent?: string;
}

export interface ResolveInput {
  decision: 'succeeded' | 'failed' | 'refund';
  note: string;
  by: string;
}

/**
 * `ApplicationFailure.type` of a refused update, and the API's error code for it.
 */
export type RefusalCode =
  | 'not_cancellable'
  | 'not_confirmable'
  | 'not_refundable'
  | 'refund_too_large'
  | 'nothing_to_resolve'
  | 'invalid_request'
  | 'rate_limited';

export const createUpdate = defineUpdate<CreateAnswer, []>('create');
export const confirmUpdate = defineUpdate<Payment, [ConfirmInput]>('confirm');
export const cancelUpdate = defineUpdate<Payment, []>('cancel');
export const resolveUpdate = defineUpdate<Payment, [ResolveInput]>('resolve');
export const recheckUpdate = defineUpdate<Payment, []>('recheck');
export const providerEventSignal = defineSignal<[ProviderEvent]>('providerEvent');
export const paymentQuery = defineQuery<Payment>('payment');

/** How long the first answer waits for the payer's next step before it says `processing`. */
export const CREATE_WAIT_MS = 10_000;

/** What a payment's workflow keeps in its memo: the read model of the API. Encrypted like every payload. */
export interface PaymentMemo {
  payment: Payment;
  timeline: TimelineEntry[];
  private: PaymentPrivate;
  /** Of the request: tells a retry from another request when the stored first answer is gone. */
  fingerprint?: string;
  /** Of a late workflow: what those before it wrote down. Set at its start, kept by every later write of its memo. */
  earlierTimeline?: TimelineEntry[];
}

/** The part that is never shown: whose payment it is, and what its callbacks are checked with. */
export interface PaymentPrivate {
  caller: string;
  returnUrl?: string;
  callbackSecrets?: Record<string, string>;
  /** A refund after a review was sent and nobody knows whether it left: nothing else may be given back. */
  refundInDoubt?: boolean;
  /** How many refunds after a review were begun: each has a reference of its own. */
  reviewRefunds?: number;
  /** Whether somebody was told that the provider says two amounts: the next decision is about the smaller. */
  refundContradicted?: boolean;
  /** The provider's id of the charge, where refunds need it. */
  chargeReference?: string;
}

/** What a workflow about a payment whose own workflow has closed needs to know of it. */
export interface ClosedPayment {
  request: PaymentRequest;
  payment: Payment;
  private: PaymentPrivate;
}

/**
 * `late/<paymentId>`, started by a callback for a closed payment: asks the provider, and raises `needs_review` when the
 * truth has changed. Its memo is a PaymentMemo: where it exists, its payment is the one to show. Takes `resolve` and
 * `recheck` like the payment itself.
 */
export const LATE_WORKFLOW = 'latePayment';
export type LateWorkflow = (closed: ClosedPayment) => Promise<Payment>;
export const lateWorkflowIdOf = (paymentId: string): string => `late/${paymentId}`;

/** `refunds/<paymentId>`: every refund of one payment, one after the other. */
export const REFUNDS_WORKFLOW = 'paymentRefunds';
export type RefundsWorkflow = (closed: ClosedPayment, carried?: RefundsState) => Promise<Refund[]>;
export const refundsWorkflowIdOf = (paymentId: string): string => `refunds/${paymentId}`;

/** The first answer to a refund request, stored under its idempotency key. */
export interface RefundAnswer {
  refund: Refund;
  fingerprint: string;
  requestId: string;
}

/** What a run of the refunds workflow hands to the next. */
export interface RefundsState {
  refunds: Refund[];
  answers: Record<string, RefundAnswer>;
  providerReferences: Record<string, string>;
  /** Times in a row that the provider was asked in vain about refunds under review. */
  unanswered?: number;
}

export interface RefundsMemo {
  refunds: Refund[];
  caller: string;
}

/** Started with the workflow (update-with-start, USE_EXISTING, REJECT_DUPLICATE); refused with `not_refundable` or `refund_too_large`. */
export const createRefundUpdate = defineUpdate<RefundAnswer, [RefundRequest]>('createRefund');
/** Ends a refund that needs a review. */
export const resolveRefundUpdate = defineUpdate<Refund, [refundId: string, ResolveInput]>('resolveRefund');
/** Refunds that were made at the provider's own dashboard. */
export const refundsSeenSignal = defineSignal<[SeenRefund[]]>('refundsSeen');

/** `events/<paymentId>`: the events that the backend did not take at once, and those of refunds and of late truth. */
export const EVENTS_WORKFLOW = 'paymentEvents';
export const eventsWorkflowIdOf = (paymentId: string): string => `events/${paymentId}`;
/** `afterPayment`: to be sent when the payment's own workflow has closed and so has nothing more to say. */
export const enqueueEventSignal =
  defineSignal<[event: BackendEvent, order?: { afterPayment: boolean }]>('enqueueEvent');
