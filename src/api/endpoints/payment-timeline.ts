import { timelineSchema } from '../../contract/http';
import { endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';

export const listPaymentEvents = endpoint({
  operationId: 'listPaymentEvents',
  tag: 'Payments',
  summary: 'The timeline of a payment',
  method: 'get',
  path: '/v1/payments/{id}/events',
  answer: timelineSchema,
  answerText: 'Every fact, oldest first',
  refusals: ['not_found'],
  async handle({ store }, { parameters, caller }) {
    const { timeline } = await ownPayment(store, parameters.id, caller);
    return { body: { data: timeline, nextCursor: null } };
  },
});
