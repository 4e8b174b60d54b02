import type { ProblemBody } from '../contract/problem';
import type { Payment } from '../domain/payment';
import type { Refund } from '../domain/refund';
import type { TimelineEntry } from '../domain/timeline';

/** Body of `POST /v1/payments`; amount in minor units. The full contract is at `/docs` of a running API. */
export interface NewPayment {
  provider: Payment['provider'];
  amount: number;
  currency: string;
  reference: string;
  description: string;
  returnUrl?: string;
  expiresInSeconds?: number;
  customer?: { id?: string; name?: string; email?: string; phone?: string; country?: string };
  metadata?: Record<string, string>;
  connection?: string;
  providerOptions?: Record<string, unknown>;
}

export interface List<T> {
  data: T[];
  nextCursor: string | null;
}

/** The API said no. `problem` is its RFC 9457 body. */
export class HoldfastError extends Error {
  override name = 'HoldfastError';
  constructor(readonly problem: ProblemBody) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
  }
}

export interface ClientOptions {
  /** Where the API is, for instance `https://pay.example`. */
  baseUrl: string;
  apiKey: string;
}

/** Payments over HTTP. Needs nothing but `fetch`. Every method throws HoldfastError when the API refuses. */
export function payments({ baseUrl, apiKey }: ClientOptions) {
  const base = baseUrl.replace(/\/+$/, '');

  async function call<T>(method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<T> {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new HoldfastError(answer as ProblemBody);
    return answer as T;
  }

  const at = (id: string) => `/v1/payments/${encodeURIComponent(id)}`;
  return {
    /** Starts a payment. The same key meets the same payment again, whatever happened in between. */
    create: (payment: NewPayment, idempotencyKey: string) =>
      call<Payment>('POST', '/v1/payments', payment, idempotencyKey),
    /** The payment; with `waitSeconds` (up to 20) the answer is held until it changes. */
    get: (id: string, waitSeconds = 0) => call<Payment>('GET', `${at(id)}?wait=${waitSeconds}`),
    list: (filter: Record<string, string> = {}) =>
      call<List<Payment>>('GET', `/v1/payments?${new URLSearchParams(filter).toString()}`),
    /** Every fact of its life, oldest first. */
    timeline: (id: string) => call<List<TimelineEntry>>('GET', `${at(id)}/timeline`),
    confirm: (id: string, input: { paymentToken?: string; clientIp?: string; userAgent?: string } = {}) =>
      call<Payment>('POST', `${at(id)}/confirm`, input),
    cancel: (id: string) => call<Payment>('POST', `${at(id)}/cancel`),
    /** Gives money back; all that is left when no amount is named. */
    refund: (id: string, refund: { amount?: number; reason?: string }, idempotencyKey: string) =>
      call<Refund>('POST', `${at(id)}/refunds`, refund, idempotencyKey),
    refunds: (id: string) => call<List<Refund>>('GET', `${at(id)}/refunds`),
    recheck: (id: string) => call<Payment>('POST', `${at(id)}/recheck`),
    resolve: (id: string, input: { decision: 'succeeded' | 'failed' | 'refund'; note: string; by: string }) =>
      call<Payment>('POST', `${at(id)}/resolve`, input),
  };
}

export type Payments = ReturnType<typeof payments>;
