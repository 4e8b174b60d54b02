import { randomUUID } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import type { ApiConnections } from '../api-connections';
import { refundRequestSchema, resolveRefundSchema } from '../contract/http';
import { capabilitiesOf } from '../domain/capabilities';
import type { Payment } from '../domain/payment';
import { type Refund, refundableAmount, type RefundRequest } from '../domain/refund';
import { isEnd } from '../domain/status';
import { createUpdateIdOf, fingerprintOf, REFUND_ID, refundIdOf } from './idempotency';
import { readIdempotencyKey } from './idempotency-key';
import { callerOf } from './middleware/authentication';
import { jsonBody } from './middleware/request-body';
import { ownPayment } from './own-payment';
import type { PaymentStore } from './payment-store';
import { notFound, Problem, valid } from './problem';
import { asProblems } from './refused-update';
import type { RefundStore } from './refund-store';
import { addRoute, pathParameter } from './routes';
import type { StoredPayment } from './stored-payment';

export interface RefundsDependencies {
  store: PaymentStore;
  refunds: RefundStore;
  rules: { connections: ApiConnections };
}

/** Routes of `/v1/payments/{id}/refunds`, behind authentication. */
export function refundRoutes(dependencies: RefundsDependencies): Router {
  const { store } = dependencies;
  const router = Router();
  const all = '/v1/payments/:id/refunds';
  addRoute(router, all, { get: [list(store)], post: [jsonBody, create(dependencies)] });
  addRoute(router, `${all}/:refundId`, { get: [read(store)] });
  addRoute(router, `${all}/:refundId/resolve`, { post: [jsonBody, resolve(dependencies)] });
  return router;
}

function create({ store, refunds, rules }: RefundsDependencies): RequestHandler {
  return async (request, response) => {
    const key = readIdempotencyKey(request.get('idempotency-key'));
    const asked = valid(refundRequestSchema, request.body ?? {});
    const caller = callerOf(response);
    const stored = await ownPayment(store, pathParameter(request, 'id'), caller);
    const { payment } = stored;
    const wanted: RefundRequest = {
      id: refundIdOf(caller, payment.id, key),
      amount: asked.amount ?? null,
      reason: asked.reason ?? null,
      fingerprint: fingerprintOf(asked),
      requestId: randomUUID(),
    };
    checkRefundable(stored, wanted, rules.connections);
    const answer = await asProblems(() =>
      refunds.create(store.asClosed(stored), wanted, createUpdateIdOf(key)),
    );
    if (answer.fingerprint !== wanted.fingerprint) {
      const detail = 'this Idempotency-Key was used with another body: use a new key for another refund';
      throw new Problem('idempotency_key_reused', detail);
    }
    if (answer.requestId !== wanted.requestId) response.set('Idempotent-Replayed', 'true');
    const { refund } = answer;
    response.status(201).location(`/v1/payments/${payment.id}/refunds/${refund.id}`).json(refund);
  };
}

/**
 * Refuses what is already known to be refused, before a workflow is started for it. A refund that exists is let through: it
 * gets its first answer again.
 * @throws Problem not_refundable or refund_too_large
 */
function checkRefundable(
  { payment, refunds }: StoredPayment,
  { id, amount }: RefundRequest,
  connections: ApiConnections,
): void {
  const problem = refundsNotOffered(payment, connections) ?? nothingToRefund(payment);
  if (problem !== null) throw new Problem('not_refundable', problem);
  if (refunds.some((refund) => refund.id === id)) return;
  const { refund: rule } = capabilitiesOf(payment.provider);
  const refundable = refundableAmount(payment.amountReceived, refunds, rule, amount);
  if ('code' in refundable) throw new Problem(refundable.code, refundable.message);
}

function refundsNotOffered({ provider, connection }: Payment, connections: ApiConnections): string | null {
  switch (provider) {
    case 'droppay-acquirer':
      return 'DropPay Acquirer has no refunds: give the money back at the terminal';
    case 'pomelo':
      return 'Pomelo refunds are made at its dashboard; they appear here once they are seen';
    case 'etpay':
      return 'ETpay has no refunds by API: give the money back by a transfer of your own';
    case 'droppay-pos':
      return connections['droppay-pos'][connection]?.refunds
        ? null
        : 'refunds at DropPay are offered only when DROPPAY_REFUND_PATH (refundPath of the connection) is set';
    case 'payermax':
      return null;
  }
}

function nothingToRefund({ status, amountReceived, failure }: Payment): string | null {
  if (failure?.code === 'refunded_after_review') return 'everything was refunded, after a review';
  if (status === 'needs_review') return 'the payment is under review: end the review by POST …/resolve first';
  if (!isEnd(status)) return `the payment is ${status}: nothing can be refunded yet`;
  return amountReceived > 0 ? null : `nothing was received (${status})`;
}

function list(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    const { refunds } = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    response.json({ data: [...refunds].reverse(), nextCursor: null });
  };
}

function read(store: PaymentStore): RequestHandler {
  return async (request, response) => {
    const stored = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    response.json(refundOf(stored, pathParameter(request, 'refundId')));
  };
}

function resolve({ store, refunds }: RefundsDependencies): RequestHandler {
  return async (request, response) => {
    const input = valid(resolveRefundSchema, request.body ?? {});
    const stored = await ownPayment(store, pathParameter(request, 'id'), callerOf(response));
    const refund = refundOf(stored, pathParameter(request, 'refundId'));
    const resolved = await asProblems(() => refunds.resolve(stored.payment.id, refund.id, input));
    if (!resolved)
      throw new Problem('nothing_to_resolve', `the refund is ${refund.status}, not needs_review`);
    response.json(resolved);
  };
}

/** @throws Problem not_found */
function refundOf({ refunds }: StoredPayment, id: string): Refund {
  const refund = REFUND_ID.test(id) ? refunds.find((one) => one.id === id) : undefined;
  if (!refund) throw notFound();
  return refund;
}
