import type { SeenPayment, SeenRefund } from '../model/recorded-run';

type Json = Record<string, unknown>;

/** A payment as an answer or an event shows it, without what no rule is about. */
export function seenPayment(payment: Json): SeenPayment {
  const { failure, review } = payment as Pick<SeenPayment, 'failure' | 'review'>;
  return {
    id: String(payment['id']),
    provider: String(payment['provider']),
    status: String(payment['status']),
    amount: Number(payment['amount']),
    amountReceived: Number(payment['amountReceived']),
    amountRefunded: Number(payment['amountRefunded']),
    currency: String(payment['currency']),
    failure: failure && { code: failure.code, message: failure.message },
    review: review && { reason: review.reason, detail: review.detail },
    updatedAt: String(payment['updatedAt']),
  };
}

export function seenRefund(refund: Json): SeenRefund {
  return {
    id: String(refund['id']),
    status: String(refund['status']),
    amount: Number(refund['amount']),
    currency: String(refund['currency']),
  };
}
