/** Counters that workflows count up and workers show from zero on: whoever watches the increase sees the first one too. */
export const EVENTS_GIVEN_UP = 'holdfast_events_given_up_total';
export const PAID_TWICE = 'holdfast_payments_paid_twice_total';
export const LONG_HISTORIES = 'holdfast_long_histories_total';
