import { refundSchema } from '../../contract/http/refund';
import { endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';
import { refundOf } from '../refunds';

export const getRefund = endpoint({
  operationId: 'getRefund',
  tag: 'Refunds',
  summary: 'Read a refund',
  method: 'get',
  path: '/v1/payments/{id}/refunds/{refundId}',
  answer: refundSchema,
  answerText: 'The refund',
  refusals: ['not_found'],
  async handle({ store }, { parameters, caller }) {
    return { body: refundOf(await ownPayment(store, parameters.id, caller), parameters.refundId) };
  },
});
