import { timelineSchema } from '../../contract/http/payment';
import { type Endpoint, endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';

export const getPaymentTimeline = endpoint({
  operationId: 'getPaymentTimeline',
  tag: 'Payments',
  summary: 'The timeline of a payment',
  method: 'get',
  path: '/v1/payments/{id}/timeline',
  answer: timelineSchema,
  answerText: 'Every fact, oldest first',
  refusals: ['not_found'],
  async handle({ store }, { parameters, caller }) {
    const { timeline } = await ownPayment(store, parameters.id, caller);
    return { body: { data: timeline, nextCursor: null } };
  },
});

/** The same by its older name. */
export const listPaymentEvents: Endpoint = {
  ...getPaymentTimeline,
  operationId: 'listPaymentEvents',
  summary: 'The timeline of a payment, by its older name',
  deprecated: true,
  path: '/v1/payments/{id}/events',
};
