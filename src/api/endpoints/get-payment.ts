import { readPaymentQuerySchema } from '../../contract/http';
import { paymentSchema } from '../../contract/http/payment';
import { endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';
import { waitForChange } from '../wait-for-change';

export const getPayment = endpoint({
  operationId: 'getPayment',
  tag: 'Payments',
  summary: 'Read a payment, or wait until it changes',
  method: 'get',
  path: '/v1/payments/{id}',
  query: readPaymentQuerySchema,
  answer: paymentSchema,
  answerText: 'The payment',
  refusals: ['not_found'],
  async handle({ store }, { parameters, query, caller, gone }) {
    const known = await ownPayment(store, parameters.id, caller);
    const { payment } = await waitForChange(store, known, query.wait * 1_000, gone());
    return { body: payment };
  },
});
