import { paymentSchema } from '../../contract/http/payment';
import { cancelUpdate } from '../../contract/workflow';
import { endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';
import { Problem } from '../problem';
import { asProblems } from '../refused-update';

export const cancelPayment = endpoint({
  operationId: 'cancelPayment',
  tag: 'Payments',
  summary: 'Stop a payment at the provider',
  method: 'post',
  path: '/v1/payments/{id}/cancel',
  answer: paymentSchema,
  answerText: 'The payment',
  refusals: ['not_found', 'not_cancellable'],
  async handle({ store }, { parameters, caller }) {
    const { payment } = await ownPayment(store, parameters.id, caller);
    const cancelled = await asProblems(() => store.update(payment.id, cancelUpdate, []));
    if (!cancelled) throw new Problem('not_cancellable', `the payment has ended (${payment.status})`);
    return { body: cancelled };
  },
});
