import type { RecordedAnswer, RecordedPayment } from './recorded-run';

/** Whether a call has, or may have, had its effect: an answer that is missing or 5xx tells nothing. */
export function mayHaveHappened({ status }: RecordedAnswer): boolean {
  return status === 0 || (status >= 200 && status < 300) || status >= 500;
}

/** Whether a person has, or may have, decided so about the payment. */
export function decided(payment: RecordedPayment, decision: RecordedAnswer['decision']): boolean {
  return payment.answers.some(
    (answer) => answer.call === 'resolve' && answer.decision === decision && mayHaveHappened(answer),
  );
}

/** Whether a person asked to give the money back after a review, however that was answered. */
export function askedToGiveBack({ answers }: RecordedPayment): boolean {
  return answers.some(({ call, decision }) => call === 'resolve' && decision === 'refund');
}

/** Whether a person has, or may have, decided about this refund. */
export function refundDecided({ answers }: RecordedPayment, refundId: string): boolean {
  return answers.some(
    (answer) =>
      answer.call === 'resolve_refund' &&
      (answer.refundId ?? answer.refund?.id) === refundId &&
      mayHaveHappened(answer),
  );
}
