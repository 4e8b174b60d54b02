import { isCurrency } from './currency';
import type { PaymentStatus } from './status';

/** The provider ids, one per story. Wire names: they never change. */
export const PROVIDERS = ['droppay-pos', 'droppay-acquirer', 'payermax', 'pomelo', 'etpay'] as const;
export type ProviderId = (typeof PROVIDERS)[number];

/** What the payer or the backend has to do next. */
export type NextAction =
  | { type: 'redirect'; url: string; qr?: string }
  | { type: 'dropin'; sessionKey: string; clientKey: string; environment: string }
  | { type: 'confirm' }
  /** The payer has the request on another device, by this channel: there is nothing to show. */
  | { type: 'notified'; channel: string }
  | { type: 'wait'; nextCheckAt: string };

export interface Customer {
  id?: string;
  name?: string;
  email?: string;
  phone?: string;
  country?: string;
}

/** Everything a payment's workflow is started with. Times are RFC 3339 UTC, the amount is in minor units. */
export interface PaymentRequest {
  id: string;
  /** Name of the API key that asked; a payment belongs to it. */
  caller: string;
  provider: ProviderId;
  connection: string;
  amount: number;
  currency: string;
  reference: string;
  description: string;
  returnUrl?: string;
  customer?: Customer;
  metadata: Record<string, string>;
  providerOptions: Record<string, unknown>;
  createdAt: string;
  expiresAt: string;
  /** Addresses that carry our own per-payment token. */
  urls: { webhook: string; return: string; checkout: string };
  /** SHA-256 over the request's body: tells a retry from another payment under the same idempotency key. */
  fingerprint: string;
  /** The HTTP request that started it: tells the first answer from a replayed one. */
  requestId: string;
  /** Whether its backend is told by events. */
  notify?: boolean;
}

export const FAILURE_CODES = [
  'declined',
  'payer_refused',
  'authorization_ended',
  'provider_refused_request',
  'resolved_as_failed',
  'refunded_after_review',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** Why a payment failed, in our words; `providerCode` in theirs. */
interface Failure {
  code: FailureCode;
  message: string;
  providerCode?: string;
}

export const REVIEW_REASONS = [
  'outcome_unknown',
  'amount_mismatch',
  'currency_mismatch',
  'reference_mismatch',
  'paid_after_end',
  'unexpected_answer',
] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

/** Why a person has to decide, and since when. */
interface Review {
  reason: ReviewReason;
  since: string;
  detail: string;
}

/** The public view of a payment: what the API answers and what its workflow keeps in its memo. */
export interface Payment {
  id: string;
  object: 'payment';
  provider: ProviderId;
  connection: string;
  status: PaymentStatus;
  amount: number;
  amountReceived: number;
  amountRefunded: number;
  currency: string;
  reference: string;
  description: string;
  metadata: Record<string, string>;
  providerReference: string | null;
  nextAction: NextAction | null;
  checkoutUrl: string;
  failure: Failure | null;
  review: Review | null;
  expiresAt: string;
  createdAt: string;
  updatedAt: string;
  workflowId: string;
}

/** What makes it impossible to run this payment, or null. The API checks more; a backend may also start workflows itself. */
export function problemOfRequest(request: PaymentRequest | null): string | null {
  if (!request)
    return 'the request cannot be read: start payments with the data converter of holdfast/workflow';
  if (!/^pay_[a-z0-9]{1,40}$/.test(request.id)) return 'id must be pay_ and lower-case letters and digits';
  if (!isCurrency(request.currency)) return 'currency must be an ISO 4217 code in capitals';
  if (!Number.isSafeInteger(request.amount) || request.amount <= 0)
    return 'amount must be whole minor units above zero';
  const times = [request.createdAt, request.expiresAt].map((time) => Date.parse(time));
  return times.some(Number.isNaN) ? 'createdAt and expiresAt must be RFC 3339 times' : null;
}

/** The view of a payment that has just been asked for. */
export function newPayment(request: PaymentRequest): Payment {
  return {
    id: request.id,
    object: 'payment',
    provider: request.provider,
    connection: request.connection,
    status: 'processing',
    amount: request.amount,
    amountReceived: 0,
    amountRefunded: 0,
    currency: request.currency,
    reference: request.reference,
    description: request.description,
    metadata: request.metadata,
    providerReference: null,
    nextAction: null,
    checkoutUrl: request.urls.checkout,
    failure: null,
    review: null,
    expiresAt: request.expiresAt,
    createdAt: request.createdAt,
    updatedAt: request.createdAt,
    workflowId: workflowIdOf(request.id),
  };
}

/** The workflow that is this payment. */
export function workflowIdOf(paymentId: string): string {
  return `payment/${paymentId}`;
}

/**
 * Our reference at a provider: the payment id without its underscore, lower-case letters and digits only, which
 * fits every provider's alphabet. Further attempts of one payment add `x2`, `x3`.
 */
export function referenceAtProvider(paymentId: string, attempt = 1): string {
  const reference = paymentId.replace('_', '');
  return attempt === 1 ? reference : `${reference}x${attempt}`;
}
