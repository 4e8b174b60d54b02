import type { Payment } from '../../src/domain/payment';
import type { Refund } from '../../src/domain/refund';
import type { SeenPayment, SeenRefund } from '../model/recorded-run';

/** The part of a payment that the model judges. */
export function seenPayment(payment: Payment): SeenPayment {
  const { id, provider, status, amount, amountReceived, amountRefunded, currency, updatedAt } = payment;
  const { failure, review } = payment;
  return {
    id,
    provider,
    status,
    amount,
    amountReceived,
    amountRefunded,
    currency,
    failure: failure && { code: failure.code, message: failure.message },
    review: review && { reason: review.reason, detail: review.detail },
    updatedAt,
  };
}

export function seenRefund({ id, status, amount, currency }: Refund): SeenRefund {
  return { id, status, amount, currency };
}
