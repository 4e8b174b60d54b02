import { listPaymentsQuerySchema } from '../../contract/http';
import { paymentListSchema } from '../../contract/http/payment';
import { endpoint } from '../endpoint';
import { readPayments } from '../payment-index';

export const listPayments = endpoint({
  operationId: 'listPayments',
  tag: 'Payments',
  summary: "List the caller's payments, newest first",
  method: 'get',
  path: '/v1/payments',
  query: listPaymentsQuerySchema,
  answer: paymentListSchema,
  answerText: 'One page',
  refusals: [],
  async handle({ calls }, { query, caller }) {
    const { payments, nextCursor } = await readPayments(calls, caller, query);
    return { body: { data: payments, nextCursor } };
  },
});
