import type { RecordedAnswer, RecordedPayment, SeenPayment } from './recorded-run';

/** A payment as it was shown once, and where. */
export interface View {
  view: SeenPayment;
  where: string;
}

/** Every view of a payment that came out: by answers, by events, at the end. */
export function viewsOf({ answers, deliveries, final }: RecordedPayment): View[] {
  return [
    ...answers.flatMap((answer) =>
      answer.payment ? [{ view: answer.payment, where: `the answer to ${nameOf(answer)}` }] : [],
    ),
    ...deliveries.flatMap(({ payment, type, webhookId }) =>
      payment ? [{ view: payment, where: `the event ${type} ${webhookId}` }] : [],
    ),
    ...(final ? [{ view: final.payment, where: 'its last reading' }] : []),
  ];
}

function nameOf({ call, sentAt, status }: RecordedAnswer): string {
  return `${call} (sent ${new Date(sentAt).toISOString()}, ${status})`;
}
