import type {
  RecordedAnswer,
  RecordedCall,
  RecordedDelivery,
  RecordedPayment,
  SeenPayment,
  SeenRefund,
} from './recorded-run';

/** Everything happens some seconds after this. */
const START = Date.parse('2026-01-31T10:00:00Z');

export function at(seconds: number): number {
  return START + seconds * 1_000;
}

/** A view of the payment that every sample is about: 1250 EUR cents at payermax. */
export function view(status: string, seconds: number, change: Partial<SeenPayment> = {}): SeenPayment {
  const taken = status === 'succeeded' ? 1250 : 0;
  return {
    id: 'pay_one',
    provider: 'payermax',
    status,
    amount: 1250,
    amountReceived: taken,
    amountRefunded: 0,
    currency: 'EUR',
    failure: status === 'failed' ? { code: 'declined', message: 'no' } : null,
    review: status === 'needs_review' ? { reason: 'outcome_unknown', detail: 'nobody knows' } : null,
    updatedAt: new Date(at(seconds)).toISOString(),
    ...change,
  };
}

export function answer(
  call: RecordedAnswer['call'],
  seconds: number,
  more: Partial<RecordedAnswer> = {},
): RecordedAnswer {
  const status = call === 'create' || call === 'refund' ? 201 : 200;
  return { call, sentAt: at(seconds), answeredAt: at(seconds) + 100, status, ...more };
}

/** The event of a view, tried when the view became true. */
export function told(payment: SeenPayment, more: Partial<RecordedDelivery> = {}): RecordedDelivery {
  return {
    at: Date.parse(payment.updatedAt) + 200,
    webhookId: `msg_${payment.status}_${payment.updatedAt}`,
    taken: true,
    type: `payment.${payment.status}`,
    timestamp: payment.updatedAt,
    payment,
    ...more,
  };
}

export function refundTold(
  refund: SeenRefund,
  seconds: number,
  more: Partial<RecordedDelivery> = {},
): RecordedDelivery {
  return {
    at: at(seconds) + 200,
    webhookId: `msg_${refund.id}_${refund.status}`,
    taken: true,
    type: `refund.${refund.status}`,
    timestamp: new Date(at(seconds)).toISOString(),
    refund,
    ...more,
  };
}

export function charge(more: Partial<RecordedPayment['ledger']['charges'][number]> = {}) {
  return { amount: 1250, currency: 'EUR', at: at(30), ...more };
}

/** Money that the payer reserved by agreeing. */
export function reserved(more: { over?: 'taken' | 'released' } = {}) {
  return { amount: 1250, currency: 'EUR', at: at(20), ...more };
}

export function givenBack(amount: number, more: { byDashboard?: boolean } = {}) {
  return { amount, currency: 'EUR', at: at(100), ...more };
}

export function refund(id: string, status: string, amount: number): SeenRefund {
  return { id, status, amount, currency: 'EUR' };
}

const opened = view('requires_action', 1);
const collecting = view('processing', 25);

/** A payment whose create was answered, and that went through the given ends. */
export function recorded(ends: readonly SeenPayment[], more: Partial<RecordedPayment> = {}): RecordedPayment {
  const last = ends.at(-1) ?? opened;
  return {
    key: 'order-1',
    id: 'pay_one',
    provider: 'payermax',
    asked: { amount: 1250, currency: 'EUR' },
    answers: [answer('create', 1, { payment: opened, replayed: false })],
    deliveries: [opened, collecting, ...ends].map((seen) => told(seen)),
    final: { payment: last, refunds: [] },
    ledger: { charges: [], refunds: [] },
    ...more,
  };
}

/** Paid as asked, read while it ran and at the end, created twice under its key. */
export function succeeded(more: Partial<RecordedPayment> = {}): RecordedPayment {
  const end = view('succeeded', 40);
  return recorded([end], {
    answers: [
      answer('create', 1, { payment: opened, replayed: false }),
      answer('read', 26, { payment: collecting }),
      answer('read', 50, { payment: end }),
      answer('create', 60, { payment: opened, replayed: true }),
    ],
    ledger: { charges: [charge()], refunds: [] },
    ...more,
  });
}

export function call(
  about: RecordedCall['about'],
  seconds: number,
  more: Partial<RecordedCall> = {},
): RecordedCall {
  return { about, reference: 'payone', at: at(seconds), done: about === 'state', answered: true, ...more };
}

/** Paid, then given back in two parts; a third was refused by the provider. */
export function refunded(more: Partial<RecordedPayment> = {}): RecordedPayment {
  const end = view('succeeded', 40);
  const refunds = [
    refund('re_c', 'failed', 50),
    refund('re_b', 'succeeded', 700),
    refund('re_a', 'succeeded', 500),
  ];
  const asked = refunds.map((one, index) =>
    answer('refund', 100 - index, { refund: one, refundKey: one.id, refundAmount: one.amount }),
  );
  return succeeded({
    answers: [
      answer('create', 1, { payment: opened, replayed: false }),
      ...asked,
      ...asked,
      answer('read_refunds', 120, { refunds }),
    ],
    deliveries: [
      ...[opened, collecting, end].map((seen) => told(seen)),
      ...refunds.map((one) => refundTold(one, 110)),
    ],
    final: { payment: { ...end, amountRefunded: 1200 }, refunds },
    ledger: { charges: [charge()], refunds: [givenBack(500), givenBack(700)] },
    ...more,
  });
}

/** Under review, then ended by a person. */
export function resolved(
  end: SeenPayment,
  decision: NonNullable<RecordedAnswer['decision']>,
  more: Partial<RecordedPayment> = {},
): RecordedPayment {
  const review = view('needs_review', 40, { amountReceived: decision === 'refund' ? 1250 : 0 });
  return recorded([review, end], {
    answers: [
      answer('create', 1, { payment: opened, replayed: false }),
      answer('resolve', 90, { decision, payment: end }),
    ],
    ...more,
  });
}

export const BY_PERSON = { failure: { code: 'resolved_as_failed', message: 'a person said so' } };
export const AFTER_REVIEW = {
  failure: { code: 'refunded_after_review', message: 'given back' },
  amountReceived: 1250,
  amountRefunded: 1250,
};

export const PAID_AFTER_END = {
  review: { reason: 'paid_after_end', detail: 'paid after all' },
  amountReceived: 1250,
};
export const LEDGER_PAID = { charges: [charge()], refunds: [] };

/** A paid payment with one refund. */
export function withRefund(one: SeenRefund, booked: number[], seen: SeenRefund = one): RecordedPayment {
  const end = view('succeeded', 40, { amountRefunded: one.status === 'succeeded' ? one.amount : 0 });
  return succeeded({
    answers: [
      answer('create', 1, { payment: view('requires_action', 1) }),
      answer('refund', 80, { refund: seen, refundKey: 'k' }),
    ],
    deliveries: [...succeeded().deliveries, ...(one.status === 'processing' ? [] : [refundTold(one, 90)])],
    final: { payment: end, refunds: [one] },
    ledger: { charges: [charge()], refunds: booked.map((amount) => givenBack(amount)) },
  });
}

export function withAnswers(payment: RecordedPayment, more: RecordedPayment['answers']): RecordedPayment {
  return { ...payment, answers: [...payment.answers, ...more] };
}

/** A success after which a second payment of the payer was found. */
export const SURPLUS = view('succeeded', 300, {
  amountReceived: 2500,
  review: { reason: 'amount_mismatch', detail: '2500 were received in all' },
});
