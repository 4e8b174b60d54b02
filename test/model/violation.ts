/** What kind of broken promise it is. A report counts by it. */
export const VIOLATION_KINDS = [
  /** The payer was charged more than once. */
  'double_charge',
  /** A payment, or its money, that nobody will be told of. */
  'lost',
  /** Something was reported that did not happen. */
  'invented',
  /** The amount or the currency is not the one that was asked for. */
  'wrong_amount',
  /** What the payer reserved is still held though the payment ended without it, and nobody was told. */
  'held',
  /** More was given back than was received. */
  'over_refunded',
  /** A refund says something else than the books. */
  'wrong_refund',
  /** What moves money was sent again without knowing that it was not done: only the provider's care kept the money right. */
  'sent_again',
  /** A status went back, or an answer was older than an earlier one. */
  'went_back',
  /** An answer under one idempotency key, or an event under one id, is not the first one again. */
  'answer_changed',
  /** An event never came, came in the wrong order, or tells of nothing. */
  'event',
  /** A state that has no reason. */
  'unexplained',
] as const;
export type ViolationKind = (typeof VIOLATION_KINDS)[number];

/** Stable names of the rules, and what it means to break each. */
export const RULES = {
  charged_at_most_once: 'double_charge',
  acknowledged_payment_is_kept: 'lost',
  payment_ends: 'lost',
  charge_is_known: 'lost',
  end_without_money_has_no_charge: 'lost',
  success_has_its_charge: 'invented',
  received_money_was_taken: 'invented',
  success_is_of_the_amount_asked: 'wrong_amount',
  review_refund_gave_everything_back: 'wrong_refund',
  reserved_money_is_released: 'held',
  refunds_within_charges: 'over_refunded',
  refunds_within_received: 'over_refunded',
  refund_is_kept: 'lost',
  refund_ends: 'lost',
  refund_is_of_the_amount_asked: 'wrong_refund',
  amount_refunded_is_the_sum: 'wrong_refund',
  refunds_agree_with_the_books: 'wrong_refund',
  what_was_done_is_not_sent_again: 'sent_again',
  what_may_be_done_is_not_sent_again: 'sent_again',
  statuses_move_forward: 'went_back',
  answers_are_not_older: 'went_back',
  refund_statuses_move_forward: 'went_back',
  replay_is_the_first_answer: 'answer_changed',
  only_one_answer_is_the_first: 'answer_changed',
  refund_replay_is_the_first_answer: 'answer_changed',
  same_event_same_body: 'answer_changed',
  every_event_is_taken: 'event',
  every_end_has_its_event: 'event',
  every_refund_end_has_its_event: 'event',
  events_in_order: 'event',
  event_says_its_type: 'event',
  answers_are_of_this_payment: 'unexplained',
  view_is_consistent: 'unexplained',
  decision_was_taken: 'unexplained',
} as const satisfies Record<string, ViolationKind>;
export type Rule = keyof typeof RULES;

export interface Violation {
  rule: Rule;
  kind: ViolationKind;
  /** The payment's idempotency key. */
  key: string;
  /** For people: what is wrong, with the figures. */
  sentence: string;
}

export function violation(rule: Rule, key: string, sentence: string): Violation {
  return { rule, kind: RULES[rule], key, sentence };
}
