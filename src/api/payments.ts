import { type RequestHandler, Router } from 'express';
import type { UpdateDefinition } from '@temporalio/common';
import {
  confirmSchema,
  emptySchema,
  IDEMPOTENCY_KEY,
  listPaymentsQuerySchema,
  type ProblemCode,
  readPaymentQuerySchema,
  refundRequestSchema,
  resolveSchema,
} from '../contract/http';
import {
  cancelUpdate,
  confirmUpdate,
  type PaymentMemo,
  recheckUpdate,
  resolveUpdate,
} from '../contract/workflow';
import { type Payment, type PaymentRequest, PROVIDERS } from '../domain/payment';
import { createUpdateIdOf, PAYMENT_ID } from './idempotency';
import type { ApiMetrics } from './metrics';
import { callerOf } from './middleware/authentication';
import { jsonBody } from './middleware/request-body';
import { readPaymentRequest, type RequestRules } from './payment-request';
import type { PaymentStore } from './payment-store';
import type { PaymentTokens } from './payment-tokens';
import { notFound, Problem, valid } from './problem';
import { addRoute, pathParameter } from './routes';
import type { RefusalCode } from '../contract/workflow';
import { refusalOf } from './temporal-errors';
import { waitForChange } from './wait-for-change';

export interface PaymentsDependencies {
  store: PaymentStore;
  tokens: PaymentTokens;
  rules: RequestRules;
  metrics: ApiMetrics;
  /** Aborted when the process stops: held answers are given at once. */
  stopping: AbortSignal;
}

/** Routes of `/v1/payments`, behind authentication. */
export function paymentRoutes(dependencies: PaymentsDependencies): Router {
  const { store, stopping } = dependencies;
  const router = Router();
  addRoute(router, '/v1/payments', { get: [list(store)], post: [jsonBody, create(dependencies)] });
  addRoute(router, '/v1/payments/:id', { get: [read(store, stopping)] });
  addRoute(router, '/v1/payments/:id/confirm', { post: [jsonBody, confirm(store)] });
  addRoute(router, '/v1/payments/:id/cancel', { post: [jsonBody, cancel(store)] });
  addRoute(router, '/v1/payments/:id/recheck', { post: [jsonBody, recheck(store)] });
  addRoute(router, '/v1/payments/:id/resolve', { post: [jsonBody, resolve(store)] });
  addRoute(router, '/v1/payments/:id/events', { get: [timeline(store)] });
  addRoute(router, '/v1/payments/:id/refunds', {
    get: [listRefunds(store)],
    post: [jsonBody, refund(store)],
  });
  return router;
}

function create({ store, tokens, rules, metrics }: PaymentsDependencies): RequestHandler {
  return async (request, response) => {
    const provider = PROVIDERS.find(
      (id) => id === (request.body as { provider?: unknown } | undefined)?.provider,
    );
    try {
      const key = readIdempotencyKey(request.get('idempotency-key'));
      const asked = readPaymentRequest(request.body, callerOf(response), key, rules, tokens);
      const { payment, replayed } = await createOnce(store, asked, createUpdateIdOf(key));
      metrics.create(asked.provider, replayed ? 'replayed' : 'created');
      if (replayed) response.set('Idempotent-Replayed', 'true');
      response.status(201).location(`/v1/payments/${payment.id}`).json(payment);
    } catch (error) {
      metrics.create(provider ?? 'none', error instanceof Problem ? error.code : 'internal_error');
      throw error;
    }
  };
}

async function createOnce(store: PaymentStore, asked: PaymentRequest, updateId: string) {
  const { payment, fingerprint, requestId } = await store.create(asked, updateId);
  if (fingerprint !== asked.fingerprint) {
    const detail = 'this Idempotency-Key was used with another body: use a new key for another payment';
    throw new Problem('idempotency_key_reused', detail);
  }
  return { payment, replayed: requestId !== asked.requestId };
}

function readIdempotencyKey(key: string | undefined): string {
  if (key === undefined) {
    throw new Problem(
      'idempotency_key_missing',
      'send an Idempotency-Key header: the same key never pays twice',
    );
  }
  if (!IDEMPOTENCY_KEY.test(key)) {
    throw new Problem('idempotency_key_invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters');
  }
  return key;
}

function read(store: PaymentStore, stopping: AbortSignal): RequestHandler {
  return async (request, response) => {
    const { wait } = valid(readPaymentQuerySchema, request.query);
    const known = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    const { payment } = await waitForChange(store, known, wait * 1_000, response, stopping);
    response.json(payment);
  };
}

function list(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    const query = valid(listPaymentsQuerySchema, request.query);
    const { payments, nextCursor } = await store.list(callerOf(response), query);
    response.json({ data: payments, nextCursor });
  };
}

function confirm(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    const input = valid(confirmSchema, request.body ?? {});
    const { payment } = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    const ended = new Problem('not_confirmable', `the payment has ended (${payment.status})`);
    response.json(await update(store, payment.id, confirmUpdate, [input], ended));
  };
}

function cancel(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    valid(emptySchema, request.body ?? {});
    const { payment } = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    const ended = new Problem('not_cancellable', `the payment has ended (${payment.status})`);
    response.json(await update(store, payment.id, cancelUpdate, [], ended));
  };
}

function resolve(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    const input = valid(resolveSchema, request.body ?? {});
    const { payment } = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    const ended = new Problem('nothing_to_resolve', `the payment is ${payment.status}, not needs_review`);
    response.json(await update(store, payment.id, resolveUpdate, [input], ended));
  };
}

function recheck(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    valid(emptySchema, request.body ?? {});
    const caller = callerOf(response);
    const { payment } = await ownPayment(store, pathParameter(request, 'id'), caller);
    const rechecked = await refused(() => store.update(payment.id, recheckUpdate, []));
    // Closed: its end is certain, there is nothing left to ask.
    response.json(rechecked ?? (await ownPayment(store, payment.id, caller)).payment);
  };
}

function timeline(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    const memo = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    response.json({ data: memo.timeline, nextCursor: null });
  };
}

function listRefunds(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    response.json({ data: [], nextCursor: null });
  };
}

function refund(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    readIdempotencyKey(request.get('idempotency-key'));
    valid(refundRequestSchema, request.body ?? {});
    const { payment } = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    throw new Problem('not_refundable', `${payment.provider} payments cannot be refunded here`);
  };
}

/** @throws Problem not_found, the same for what does not exist and for what belongs to another caller */
async function ownPayment(store: PaymentStore, id: string, caller: string): Promise<PaymentMemo> {
  const memo = PAYMENT_ID.test(id) ? await store.read(id) : null;
  if (memo?.private.caller !== caller) throw notFound();
  return memo;
}

async function update<Args extends [unknown, ...unknown[]] | []>(
  store: PaymentStore,
  id: string,
  definition: UpdateDefinition<Payment, Args>,
  args: Args,
  whenClosed: Problem,
): Promise<Payment> {
  const payment = await refused(() => store.update(id, definition, args));
  if (!payment) throw whenClosed;
  return payment;
}

/** The type of a refused update is the API's error code. */
async function refused<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal || !REFUSABLE.includes(refusal.code)) throw error;
    throw new Problem(refusal.code as ProblemCode, refusal.message, {
      headers: refusal.code === 'rate_limited' ? { 'Retry-After': '60' } : {},
    });
  }
}

/** What a payment's workflow may refuse an update for. */
const REFUSABLE: readonly string[] = [
  'not_cancellable',
  'not_confirmable',
  'not_refundable',
  'nothing_to_resolve',
  'invalid_request',
  'rate_limited',
] satisfies RefusalCode[];
