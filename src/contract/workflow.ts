import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Payment, PaymentRequest, ProviderId, TimelineEntry } from '../domain/payment';
import type { ProviderEvent } from '../domain/provider-answer';

/** The task queue of all workflows. */
export const TASK_QUEUE = 'holdfast';

/** Workflow type of each provider's story. Wire names: they never change. */
export const WORKFLOW_TYPES: Readonly<Record<ProviderId, string>> = {
  'droppay-pos': 'dropPayPos',
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
}

/** The part that is never shown: whose payment it is, and what its callbacks are checked with. */
export interface PaymentPrivate {
  caller: string;
  returnUrl?: string;
  callbackSecrets?: Record<string, string>;
}

/** Id of the workflow that keeps a connection's DropPay access token. */
export function dropPayTokenWorkflowId(connection: string): string {
  return `droppay-token/${connection}`;
}

export interface AccessToken {
  value: string;
  /** RFC 3339 */
  expiresAt: string;
}

/**
 * Asks the keeper for an access token other than the one whose SHA-256 is given (null: any that is alive).
 * However many ask at once, the provider is asked once.
 */
export const accessTokenUpdate = defineUpdate<AccessToken, [staleTokenHash: string | null]>('accessToken');
export const DROPPAY_TOKEN_WORKFLOW = 'dropPayAccessToken';
export interface DropPayTokenMemo {
  accessToken: AccessToken;
}
