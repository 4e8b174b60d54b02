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
  refundTold,
  reserved,
  resolved,
  succeeded,
  told,
  view,
  withAnswers,
  withRefund,
} from './sample-runs';
import type { Rule } from './violation';

const [firstDelivery, secondDelivery, ...otherDeliveries] = succeeded().deliveries;
if (!firstDelivery || !secondDelivery) throw new Error('the sample has no events');

/** What breaks each rule, and nothing that merely follows from it is asked for. */
export const BROKEN_RUNS: Record<Rule, RecordedPayment[]> = {
  charged_at_most_once: [succeeded({ ledger: { charges: [charge(), charge({ at: at(41) })], refunds: [] } })],
  acknowledged_payment_is_kept: [succeeded({ final: null, ledger: { charges: [], refunds: [] } })],
  payment_ends: [recorded([view('processing', 40)]), recorded([])],
  charge_is_known: [{ ...succeeded(), answers: [], final: null }],
  end_without_money_has_no_charge: ['failed', 'expired', 'cancelled'].map((status) =>
    recorded([view(status, 40)], { ledger: LEDGER_PAID }),
  ),
  reserved_money_is_released: [
    ...['failed', 'expired', 'cancelled'].map((status) =>
      recorded([view(status, 40)], { ledger: { charges: [], refunds: [], reserved: [reserved()] } }),
    ),
    resolved(view('failed', 90, BY_PERSON), 'failed', {
      ledger: { charges: [], refunds: [], reserved: [reserved()] },
    }),
  ],
  success_has_its_charge: [
    succeeded({ ledger: { charges: [], refunds: [] } }),
    // Its decision was refused.
    resolved(view('succeeded', 90), 'succeeded', {
      answers: [answer('resolve', 90, { decision: 'succeeded', status: 409 })],
    }),
  ],
  received_money_was_taken: [
    recorded([view('needs_review', 40, PAID_AFTER_END)]),
    recorded([view('needs_review', 40, { amountReceived: 10 })]),
  ],
  success_is_of_the_amount_asked: [
    succeeded({ ledger: { charges: [charge({ amount: 12 })], refunds: [] } }),
    succeeded({ ledger: { charges: [charge({ currency: 'USD' })], refunds: [] } }),
    succeeded({ final: { payment: view('succeeded', 40, { amountReceived: 1249 }), refunds: [] } }),
    resolved(view('succeeded', 90, { amountReceived: 0 }), 'succeeded'),
  ],
  review_refund_gave_everything_back: [
    resolved(view('failed', 90, AFTER_REVIEW), 'refund', { ledger: LEDGER_PAID }),
    resolved(view('failed', 90, AFTER_REVIEW), 'refund', {
      ledger: { charges: [charge()], refunds: [givenBack(1000)] },
    }),
  ],
  refunds_within_charges: [
    refunded({ ledger: { charges: [charge()], refunds: [givenBack(1000), givenBack(700)] } }),
  ],
  refunds_within_received: [
    refunded({
      final: {
        payment: view('succeeded', 40, { amountRefunded: 1200 }),
        refunds: [refund('re_a', 'succeeded', 1200), refund('re_b', 'processing', 51)],
      },
    }),
  ],
  refund_is_kept: [
    withAnswers(refunded(), [answer('read_refunds', 130, { refunds: [] })]),
    refunded({ final: { payment: view('succeeded', 40), refunds: [] } }),
    succeeded({ deliveries: [...succeeded().deliveries, refundTold(refund('re_x', 'succeeded', 1), 90)] }),
  ],
  refund_ends: [withRefund(refund('re_a', 'processing', 300), [])],
  refund_is_of_the_amount_asked: [
    withRefund(refund('re_a', 'succeeded', 300), [300], refund('re_a', 'processing', 200)),
    refunded({
      answers: [
        answer('refund', 99, { refund: refund('re_a', 'succeeded', 500), refundKey: 'k', refundAmount: 400 }),
      ],
    }),
  ],
  amount_refunded_is_the_sum: [
    refunded({ final: { payment: view('succeeded', 40), refunds: refunded().final?.refunds ?? [] } }),
    succeeded({ final: { payment: view('succeeded', 40, { amountRefunded: 5 }), refunds: [] } }),
  ],
  refunds_agree_with_the_books: [
    refunded({ ledger: { charges: [charge()], refunds: [givenBack(500)] } }),
    // The one that failed was carried out.
    refunded({ ledger: { charges: [charge()], refunds: [givenBack(500), givenBack(700), givenBack(50)] } }),
    withRefund(refund('re_a', 'needs_review', 300), [200]),
    succeeded({ ledger: { charges: [charge()], refunds: [givenBack(1250)] } }),
  ],
  statuses_move_forward: [
    recorded([view('succeeded', 40), view('failed', 41)], { ledger: LEDGER_PAID }),
    recorded([view('expired', 40), view('cancelled', 41)]),
    recorded([view('failed', 40), view('processing', 41)]),
  ],
  answers_are_not_older: [
    succeeded({
      answers: [
        answer('read', 50, { payment: view('succeeded', 40) }),
        answer('read', 60, { payment: view('processing', 25) }),
      ],
    }),
    // The backend had been told already.
    succeeded({ answers: [answer('read', 60, { payment: view('processing', 25) })] }),
  ],
  refund_statuses_move_forward: [
    withRefund(refund('re_a', 'failed', 300), [], refund('re_a', 'succeeded', 300)),
  ],
  replay_is_the_first_answer: [
    succeeded({
      answers: [
        answer('create', 1, { payment: view('requires_action', 1), replayed: false }),
        answer('create', 50, { payment: view('succeeded', 40), replayed: true }),
      ],
    }),
  ],
  only_one_answer_is_the_first: [
    succeeded({
      answers: [1, 2].map((seconds) =>
        answer('create', seconds, { payment: view('requires_action', 1), replayed: false }),
      ),
    }),
  ],
  what_was_done_is_not_sent_again: [
    succeeded({ calls: [call('charge', 30, { done: true }), call('charge', 31)] }),
    refunded({
      calls: [call('refund', 100, { done: true, answered: false }), call('state', 101), call('refund', 102)],
    }),
  ],
  what_may_be_done_is_not_sent_again: [
    succeeded({ calls: [call('refund', 50, { answered: false }), call('state', 51), call('refund', 52)] }),
    succeeded({ calls: [call('charge', 30, { answered: false }), call('charge', 40, { done: true })] }),
    succeeded({
      calls: [
        call('state', 29),
        call('charge', 30, { answered: false }),
        call('state', 35, { answered: false }),
        call('charge', 40, { done: true }),
      ],
    }),
  ],
  refund_replay_is_the_first_answer: [
    withAnswers(refunded(), [
      answer('refund', 99, { refund: refund('re_a', 'processing', 500), refundKey: 're_a' }),
    ]),
  ],
  same_event_same_body: [
    succeeded({
      deliveries: [...succeeded().deliveries, { ...firstDelivery, timestamp: new Date(at(3)).toISOString() }],
    }),
  ],
  every_event_is_taken: [
    succeeded({ deliveries: succeeded().deliveries.map((one, index) => ({ ...one, taken: index > 0 })) }),
  ],
  every_end_has_its_event: [
    succeeded({ deliveries: [firstDelivery, secondDelivery] }),
    // The review in between was seen, and never told.
    recorded([view('succeeded', 90)], {
      answers: [answer('read', 50, { payment: view('needs_review', 40) })],
      ledger: LEDGER_PAID,
    }),
    recorded([view('expired', 40), view('needs_review', 90, PAID_AFTER_END)], {
      final: { payment: view('expired', 40), refunds: [] },
    }),
  ],
  every_refund_end_has_its_event: [
    refunded({ deliveries: succeeded().deliveries }),
    refunded({
      deliveries: [...refunded().deliveries, refundTold(refund('re_a', 'needs_review', 500), 120)],
    }),
  ],
  events_in_order: [
    refunded({
      deliveries: [...refunded().deliveries].reverse().sort((a, b) => Number(!a.refund) - Number(!b.refund)),
    }),
    succeeded({ deliveries: [...otherDeliveries, firstDelivery, secondDelivery] }),
    // A step was skipped: nobody was told that it needs a person.
    resolved(view('succeeded', 90), 'succeeded', {
      deliveries: [told(view('failed', 40)), told(view('succeeded', 90))],
    }),
    refunded({
      deliveries: [...refunded().deliveries, refundTold(refund('re_a', 'needs_review', 500), 120)],
    }),
  ],
  event_says_its_type: [
    succeeded({
      deliveries: [{ ...firstDelivery, type: 'payment.succeeded' }, secondDelivery, ...otherDeliveries],
    }),
  ],
  answers_are_of_this_payment: [
    withAnswers(succeeded(), [answer('read', 60, { payment: view('succeeded', 40, { id: 'pay_two' }) })]),
    withAnswers(succeeded(), [answer('read', 60, { payment: view('succeeded', 40, { amount: 1 }) })]),
    withAnswers(succeeded(), [answer('read', 60, { payment: view('succeeded', 40, { currency: 'USD' }) })]),
    withAnswers(succeeded(), [answer('read', 60, { payment: view('succeeded', 40, { provider: 'etpay' }) })]),
  ],
  view_is_consistent: [
    recorded([view('failed', 40, { failure: null })]),
    recorded([view('expired', 40, { amountReceived: 1250 })]),
    recorded([view('needs_review', 40, { review: null })]),
    recorded([view('needs_review', 40, { review: { reason: 'bad_mood', detail: '' } })]),
    recorded([view('expired', 40, { review: { reason: 'outcome_unknown', detail: '' } })]),
    withAnswers(succeeded(), [
      answer('read', 60, { payment: view('succeeded', 40, { amountRefunded: 2000 }) }),
    ]),
    withAnswers(succeeded(), [
      answer('read', 60, { payment: view('succeeded', 40, { amountReceived: 12.5 }) }),
    ]),
    withAnswers(succeeded(), [answer('read', 60, { payment: view('paid', 40) })]),
  ],
  decision_was_taken: [
    recorded([view('needs_review', 30), view('failed', 40, BY_PERSON)]),
    recorded([view('needs_review', 30), view('failed', 40, AFTER_REVIEW)], {
      ledger: { charges: [charge()], refunds: [givenBack(1250)] },
    }),
  ],
};
