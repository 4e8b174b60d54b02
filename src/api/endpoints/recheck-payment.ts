import { paymentSchema } from '../../contract/http/payment';
import { endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';
import { asProblems } from '../refused-update';

export const recheckPayment = endpoint({
  operationId: 'recheckPayment',
  tag: 'Payments',
  summary: 'Ask the provider now',
  method: 'post',
  path: '/v1/payments/{id}/recheck',
  answer: paymentSchema,
  answerText: 'The payment after it',
  refusals: ['not_found'],
  async handle({ store }, { parameters, caller }) {
    const { payment } = await ownPayment(store, parameters.id, caller);
    await asProblems(() => store.recheck(payment.id));
    return { body: (await ownPayment(store, payment.id, caller)).payment };
  },
});
