import { resolveSchema } from '../../contract/http';
import { paymentSchema } from '../../contract/http/payment';
import { endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';
import { Problem } from '../problem';
import { asProblems } from '../refused-update';

export const resolvePayment = endpoint({
  operationId: 'resolvePayment',
  tag: 'Payments',
  summary: 'End a review by a person',
  method: 'post',
  path: '/v1/payments/{id}/resolve',
  body: resolveSchema,
  bodyRequired: true,
  answer: paymentSchema,
  answerText: 'The payment',
  refusals: ['not_found', 'nothing_to_resolve', 'not_refundable'],
  async handle({ store }, { parameters, body, caller }) {
    const { payment } = await ownPayment(store, parameters.id, caller);
    const resolved = await asProblems(() => store.resolve(payment.id, body));
    if (!resolved) {
      throw new Problem('nothing_to_resolve', `the payment is ${payment.status}, not needs_review`);
    }
    return { body: resolved };
  },
});
