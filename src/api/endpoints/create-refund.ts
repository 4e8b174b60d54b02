import { randomUUID } from 'node:crypto';
import { refundRequestSchema } from '../../contract/http';
import { refundSchema } from '../../contract/http/refund';
import type { RefundRequest } from '../../domain/refund';
import { endpoint } from '../endpoint';
import { createUpdateIdOf, fingerprintOf, refundIdOf } from '../idempotency';
import { ownPayment } from '../own-payment';
import { Problem } from '../problem';
import { asProblems } from '../refused-update';
import { checkRefundable } from '../refunds';

export const createRefund = endpoint({
  operationId: 'createRefund',
  tag: 'Refunds',
  summary: 'Give money back',
  method: 'post',
  path: '/v1/payments/{id}/refunds',
  body: refundRequestSchema,
  answer: refundSchema,
  answerText: 'The refund, perhaps still processing; the first answer again for a repeated key',
  status: 201,
  idempotent: true,
  refusals: ['not_found', 'not_refundable', 'refund_too_large', 'idempotency_key_reused'],
  async handle({ store, refunds, rules }, { parameters, body, caller, idempotencyKey }) {
    const stored = await ownPayment(store, parameters.id, caller);
    const { id } = stored.payment;
    const wanted: RefundRequest = {
      id: refundIdOf(caller, id, idempotencyKey),
      amount: body.amount ?? null,
      reason: body.reason ?? null,
      fingerprint: fingerprintOf(body),
      requestId: randomUUID(),
    };
    checkRefundable(stored, wanted, rules.connections);
    const answer = await asProblems(() =>
      refunds.create(store.asClosed(stored), wanted, createUpdateIdOf(idempotencyKey)),
    );
    if (answer.fingerprint !== wanted.fingerprint) {
      const detail = 'this Idempotency-Key was used with another body: use a new key for another refund';
      throw new Problem('idempotency_key_reused', detail);
    }
    const { refund } = answer;
    return {
      body: refund,
      headers: {
        Location: `/v1/payments/${id}/refunds/${refund.id}`,
        ...(answer.requestId !== wanted.requestId && { 'Idempotent-Replayed': 'true' }),
      },
    };
  },
});
