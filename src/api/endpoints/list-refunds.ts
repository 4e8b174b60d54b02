import { refundListSchema } from '../../contract/http/refund';
import { endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';

export const listRefunds = endpoint({
  operationId: 'listRefunds',
  tag: 'Refunds',
  summary: 'The refunds of a payment',
  method: 'get',
  path: '/v1/payments/{id}/refunds',
  answer: refundListSchema,
  answerText: 'Every refund, newest first; those made at the provider appear too',
  refusals: ['not_found'],
  async handle({ store }, { parameters, caller }) {
    const { refunds } = await ownPayment(store, parameters.id, caller);
    return { body: { data: [...refunds].reverse(), nextCursor: null } };
  },
});
