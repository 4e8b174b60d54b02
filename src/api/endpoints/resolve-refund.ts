import { resolveRefundSchema } from '../../contract/http';
import { refundSchema } from '../../contract/http/refund';
import { endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';
import { Problem } from '../problem';
import { asProblems } from '../refused-update';
import { refundOf } from '../refunds';

export const resolveRefund = endpoint({
  operationId: 'resolveRefund',
  tag: 'Refunds',
  summary: 'End the review of a refund by a person',
  method: 'post',
  path: '/v1/payments/{id}/refunds/{refundId}/resolve',
  body: resolveRefundSchema,
  bodyRequired: true,
  answer: refundSchema,
  answerText: 'The refund',
  refusals: ['not_found', 'nothing_to_resolve'],
  async handle({ store, refunds }, { parameters, body, caller }) {
    const stored = await ownPayment(store, parameters.id, caller);
    const refund = refundOf(stored, parameters.refundId);
    const resolved = await asProblems(() => refunds.resolve(stored.payment.id, refund.id, body));
    if (!resolved) {
      throw new Problem('nothing_to_resolve', `the refund is ${refund.status}, not needs_review`);
    }
    return { body: resolved };
  },
});
