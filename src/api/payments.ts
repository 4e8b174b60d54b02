import { type RequestHandler, Router } from 'express';
import type { UpdateDefinition } from '@temporalio/common';
import {
  confirmSchema,
  CONFIRMATIONS,
  emptySchema,
  listPaymentsQuerySchema,
  readPaymentQuerySchema,
  resolveSchema,
} from '../contract/http';
import { cancelUpdate, confirmUpdate } from '../contract/workflow';
import { type Payment, type PaymentRequest, PROVIDERS } from '../domain/payment';
import { createUpdateIdOf } from './idempotency';
import { readIdempotencyKey } from './idempotency-key';
import type { InFlightLimit, InFlightLimits } from './in-flight-limit';
import type { ApiMetrics } from './metrics';
import { callerOf } from './middleware/authentication';
import { jsonBody } from './middleware/request-body';
import { ownPayment } from './own-payment';
import { listPayments } from './payment-index';
import { readPaymentRequest, type RequestRules } from './payment-request';
import type { PaymentStore } from './payment-store';
import type { PaymentTokens } from './payment-tokens';
import { Problem, valid } from './problem';
import { asProblems } from './refused-update';
import { addRoute, pathParameter } from './routes';
import type { TemporalCalls } from './temporal-calls';
import { waitForChange } from './wait-for-change';

export interface PaymentsDependencies {
  store: PaymentStore;
  calls: TemporalCalls;
  limits: InFlightLimits;
  tokens: PaymentTokens;
  rules: RequestRules;
  metrics: ApiMetrics;
  /** Aborted when the process stops: held answers are given at once. */
  stopping: AbortSignal;
}

/** Routes of `/v1/payments`, behind authentication. */
export function paymentRoutes(dependencies: PaymentsDependencies): Router {
  const { store, calls, limits, stopping } = dependencies;
  const router = Router();
  addRoute(router, '/v1/payments', {
    get: [list(calls)],
    post: [roomIn(limits.create), jsonBody, create(dependencies)],
  });
  addRoute(router, '/v1/payments/:id', { get: [read(store, stopping)] });
  addRoute(router, '/v1/payments/:id/confirm', { post: [jsonBody, confirm(store)] });
  addRoute(router, '/v1/payments/:id/cancel', { post: [jsonBody, cancel(store)] });
  addRoute(router, '/v1/payments/:id/recheck', { post: [jsonBody, recheck(store)] });
  addRoute(router, '/v1/payments/:id/resolve', { post: [jsonBody, resolve(store)] });
  addRoute(router, '/v1/payments/:id/events', { get: [timeline(store)] });
  return router;
}

/** Refuses before the body is read, let alone checked: being refused must cost little. */
function roomIn(limit: InFlightLimit): RequestHandler {
  return (_request, _response, next) => {
    limit.assertRoom();
    next();
  };
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

function read(store: PaymentStore, stopping: AbortSignal): RequestHandler {
  return async (request, response) => {
    const { wait } = valid(readPaymentQuerySchema, request.query);
    const known = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    const { payment } = await waitForChange(store, known, wait * 1_000, response, stopping);
    response.json(payment);
  };
}

function list(calls: TemporalCalls): RequestHandler {
  return async (request, response) => {
    const query = valid(listPaymentsQuerySchema, request.query);
    const { payments, nextCursor } = await listPayments(calls, callerOf(response), query);
    response.json({ data: payments, nextCursor });
  };
}

function confirm(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    const given = valid(confirmSchema, request.body ?? {});
    const { payment } = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    const input = valid(CONFIRMATIONS[payment.provider] ?? confirmSchema, given);
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
    const resolved = await asProblems(() => store.resolve(payment.id, input));
    if (!resolved) {
      throw new Problem('nothing_to_resolve', `the payment is ${payment.status}, not needs_review`);
    }
    response.json(resolved);
  };
}

function recheck(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    valid(emptySchema, request.body ?? {});
    const caller = callerOf(response);
    const { payment } = await ownPayment(store, pathParameter(request, 'id'), caller);
    await asProblems(() => store.recheck(payment.id));
    response.json((await ownPayment(store, payment.id, caller)).payment);
  };
}

function timeline(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    const stored = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    response.json({ data: stored.timeline, nextCursor: null });
  };
}

async function update<Args extends [unknown, ...unknown[]] | []>(
  store: PaymentStore,
  id: string,
  definition: UpdateDefinition<Payment, Args>,
  args: Args,
  whenClosed: Problem,
): Promise<Payment> {
  const payment = await asProblems(() => store.update(id, definition, args));
  if (!payment) throw whenClosed;
  return payment;
}
