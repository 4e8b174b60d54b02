import { BROKEN_RUNS } from './broken-runs';
import { judge } from './judge';
import type { RecordedPayment } from './recorded-run';
import {
  AFTER_REVIEW,
  answer,
  at,
  BY_PERSON,
  call,
  charge,
  givenBack,
  LEDGER_PAID,
  PAID_AFTER_END,
  recorded,
  refund,
  refunded,
  reserved,
  resolved,
  succeeded,
  SURPLUS,
  told,
  view,
  withRefund,
} from './sample-runs';
import { type Rule, RULES } from './violation';

function rulesBroken(payment: RecordedPayment): Rule[] {
  return [...new Set(judge({ payments: [payment] }).map(({ rule }) => rule))];
}

const GOOD: Record<string, RecordedPayment> = {
  'paid as asked': succeeded(),
  'paid when it was sent again, after the provider said that it was not done': succeeded({
    calls: [
      call('charge', 30, { answered: false }),
      call('state', 31),
      call('charge', 32),
      call('charge', 33, { done: true }),
      call('refund', 40, { done: true }),
      call('refund', 41, { done: true, reference: 'payone 2' }),
    ],
  }),
  'refunded in parts': refunded(),
  'refused by the provider': recorded([view('failed', 40)]),
  expired: recorded([view('expired', 40)]),
  'reserved, and released when it expired': recorded([view('expired', 40)], {
    ledger: { charges: [], refunds: [], reserved: [reserved({ over: 'released' })] },
  }),
  'reserved and taken': succeeded({ ledger: { ...LEDGER_PAID, reserved: [reserved({ over: 'taken' })] } }),
  'reserved, and a person is told': recorded([view('needs_review', 40)], {
    ledger: { charges: [], refunds: [], reserved: [reserved()] },
  }),
  'reserved, and a person who was told so says failed': {
    ...resolved(view('failed', 90, BY_PERSON), 'failed', {
      ledger: { charges: [], refunds: [], reserved: [reserved()] },
    }),
    deliveries: resolved(view('failed', 90, BY_PERSON), 'failed').deliveries.map((delivery) =>
      delivery.payment?.review
        ? {
            ...delivery,
            payment: { ...delivery.payment, review: { reason: 'unexpected_answer', detail: 'held' } },
          }
        : delivery,
    ),
  },
  cancelled: recorded([view('cancelled', 40)]),
  'under review': recorded([view('needs_review', 40)]),
  'under review, and charged': recorded([view('needs_review', 40)], { ledger: LEDGER_PAID }),
  'paid after it expired': recorded([view('expired', 40), view('needs_review', 90, PAID_AFTER_END)], {
    ledger: LEDGER_PAID,
  }),
  'a person says succeeded, the books say nothing': resolved(view('succeeded', 90), 'succeeded'),
  'a person says failed, the books say charged': resolved(view('failed', 90, BY_PERSON), 'failed', {
    ledger: LEDGER_PAID,
  }),
  'given back after a review': resolved(view('failed', 90, AFTER_REVIEW), 'refund', {
    ledger: { charges: [charge()], refunds: [givenBack(1250)] },
  }),
  'a refund after a review that nobody knows of': recorded(
    [view('needs_review', 40, { amountReceived: 1250 })],
    {
      answers: [answer('resolve', 90, { decision: 'refund', status: 409, code: 'not_refundable' })],
      ledger: { charges: [charge()], refunds: [givenBack(1250)] },
    },
  ),
  'never acknowledged, never started': {
    ...recorded([]),
    id: null,
    answers: [answer('create', 1, { status: 503, code: 'temporarily_unavailable' })],
    deliveries: [],
    final: null,
  },
  'refunded at the dashboard': refunded({
    ledger: {
      charges: [charge()],
      refunds: [
        givenBack(500, { byDashboard: true }),
        givenBack(700, { byDashboard: true }),
        givenBack(50, { byDashboard: true }),
      ],
    },
  }),
  'a refund under review, carried out': withRefund(refund('re_a', 'needs_review', 300), [300]),
  'a refund under review, not carried out': withRefund(refund('re_a', 'needs_review', 300), []),
  'paid twice by the payer': succeeded({
    deliveries: [...succeeded().deliveries, told(SURPLUS, { type: 'payment.needs_review' })],
    final: { payment: SURPLUS, refunds: [] },
  }),
  'an event of no address': { ...succeeded(), deliveries: [], events: 'none' },
  'a backend that is gone': {
    ...succeeded(),
    deliveries: [told(view('requires_action', 1), { taken: false })],
    events: 'gone',
  },
  'an answer that was overtaken': succeeded({
    answers: [
      answer('create', 1, { payment: view('requires_action', 1), replayed: false }),
      answer('read', 39, { payment: view('processing', 25), answeredAt: at(60) }),
      answer('read', 41, { payment: view('succeeded', 40), answeredAt: at(42) }),
    ],
  }),
  'an event that came twice': succeeded({
    deliveries: succeeded().deliveries.flatMap((one, index) => [
      { ...one, taken: false },
      { ...one, at: one.at + index * 60_000 },
    ]),
  }),
  'two reviews in a row': recorded([
    view('needs_review', 40),
    view('needs_review', 60, { review: { reason: 'amount_mismatch', detail: 'more' } }),
  ]),
};

describe('what is as promised', () => {
  test.each(Object.entries(GOOD))('%s', (_name, payment) => {
    expect(judge({ payments: [payment] })).toEqual([]);
  });
});

describe('what is not', () => {
  const cases = Object.entries(BROKEN_RUNS).flatMap(([rule, payments]) =>
    payments.map((payment, index) => [rule as Rule, index + 1, payment] as const),
  );

  test.each(cases)('%s, %d', (rule, _index, payment) => {
    expect(rulesBroken(payment)).toContain(rule);
    const found = judge({ payments: [payment] }).find((one) => one.rule === rule);
    expect(found).toMatchObject({ kind: RULES[rule], key: 'order-1' });
    expect(found?.sentence.length).toBeGreaterThan(10);
  });
});

test('payments are judged each by itself', () => {
  const other = { ...succeeded({ ledger: { charges: [], refunds: [] } }), key: 'order-2' };
  const found = judge({ payments: [succeeded(), other] });
  expect(new Set(found.map(({ key }) => key))).toEqual(new Set(['order-2']));
});
