import { confirmSchema } from '../../contract/http';
import { paymentSchema } from '../../contract/http/payment';
import { confirmUpdate } from '../../contract/workflow';
import { providerOf } from '../../providers/index';
import { endpoint } from '../endpoint';
import { ownPayment } from '../own-payment';
import { Problem, valid } from '../problem';
import { asProblems } from '../refused-update';

export const confirmPayment = endpoint({
  operationId: 'confirmPayment',
  tag: 'Payments',
  summary: "Give the backend's own word",
  method: 'post',
  path: '/v1/payments/{id}/confirm',
  body: confirmSchema,
  answer: paymentSchema,
  answerText: 'The payment',
  refusals: ['not_found', 'not_confirmable'],
  async handle({ store }, { parameters, body, caller }) {
    const { payment } = await ownPayment(store, parameters.id, caller);
    const input = valid(providerOf(payment.provider).confirmation ?? confirmSchema, body);
    const confirmed = await asProblems(() => store.update(payment.id, confirmUpdate, [input]));
    if (!confirmed) throw new Problem('not_confirmable', `the payment has ended (${payment.status})`);
    return { body: confirmed };
  },
});
