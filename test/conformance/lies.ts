import type { Payment, ReviewReason } from '../../src/domain/payment';
import type { Refund } from '../../src/domain/refund';

/** An answer that says something else than the truth, and what it must come to. */
export interface Lie {
  /** Merged into the true answer. */
  body: unknown;
  /** Headers of the answer instead of its own. */
  headers?: Record<string, string>;
  /** How often it is told; for as long as the payment lasts when absent. */
  times?: number;
  end: LieEnd;
}

export type LieEnd =
  /** A person decides, for this reason; the money that the provider really took. */
  | { review: ReviewReason; charges: 0 | 1 }
  /** No news about the payment, which is noted: the status that it has afterwards. */
  | { unclear: Payment['status'] }
  /** What is given back, where the lie is about that. */
  | { refund: Refund['status'] }
  /** Without effect, and why. */
  | { harmless: string };

/** By the call whose answer lies, and what it lies about. */
export type Lies = Partial<Record<'open' | 'read' | 'take' | 'stop' | 'refund', Record<string, Lie>>>;

const OTHER_AMOUNT = { charge_amount: 99.5 };
const OTHER_REFERENCE = { merchant_custom_id: 'payother' };
const READ_BEFORE_CHARGING = {
  harmless: 'what is charged is what a reading shows, right before it, and compared with what was asked',
};
const READ_AFTER_TAKING = { harmless: 'an answer that does not fit is not believed: a reading decides' };
const READ_AFTER_STOPPING = { harmless: 'a reading decides, whatever the answer to the stop says' };

export const DROPPAY_POS_LIES: Lies = {
  open: {
    amount: { body: OTHER_AMOUNT, end: READ_BEFORE_CHARGING },
    reference: { body: OTHER_REFERENCE, end: READ_BEFORE_CHARGING },
    status: { body: { status: 'SOMETHING' }, end: READ_BEFORE_CHARGING },
  },
  read: {
    amount: { body: OTHER_AMOUNT, end: { review: 'amount_mismatch', charges: 0 } },
    reference: { body: OTHER_REFERENCE, end: { review: 'reference_mismatch', charges: 0 } },
    status: { body: { status: 'SOMETHING' }, times: 1, end: { unclear: 'succeeded' } },
  },
  take: {
    amount: { body: { amount: 99.5 }, end: { review: 'amount_mismatch', charges: 1 } },
    reference: { body: { authorization_id: 'CHTOTHER' }, end: READ_AFTER_TAKING },
    status: { body: { status: 'SOMETHING' }, end: READ_AFTER_TAKING },
  },
  stop: { status: { body: { status: 'SOMETHING' }, end: READ_AFTER_STOPPING } },
  refund: {
    amount: { body: { amount: 99.5 }, end: { refund: 'needs_review' } },
    reference: { body: { charge_id: 'CHAOTHER' }, end: { refund: 'needs_review' } },
    status: { body: { status: 'SOMETHING' }, end: { refund: 'needs_review' } },
  },
};

export const DROPPAY_ACQUIRER_LIES: Lies = {
  open: {
    amount: { body: OTHER_AMOUNT, end: { review: 'outcome_unknown', charges: 0 } },
    reference: { body: OTHER_REFERENCE, end: READ_BEFORE_CHARGING },
    status: { body: { status: 'SOMETHING' }, end: { review: 'outcome_unknown', charges: 0 } },
  },
  read: {
    amount: { body: OTHER_AMOUNT, end: { review: 'amount_mismatch', charges: 0 } },
    reference: { body: OTHER_REFERENCE, end: { review: 'reference_mismatch', charges: 0 } },
    // The first is told to the reading that goes before the grant: that is then not sent.
    status: { body: { status: 'SOMETHING' }, times: 2, end: { unclear: 'succeeded' } },
  },
  take: {
    amount: { body: OTHER_AMOUNT, end: { review: 'amount_mismatch', charges: 1 } },
    reference: { body: OTHER_REFERENCE, end: { review: 'reference_mismatch', charges: 1 } },
    status: { body: { status: 'SOMETHING' }, end: READ_AFTER_TAKING },
  },
  stop: { status: { body: { status: 'SOMETHING' }, end: READ_AFTER_STOPPING } },
};

const NO_SUCH_ORDER = { code: 'ORDER_NOT_EXIST', msg: 'no such order', data: null };
const NOT_YET_THERE = { harmless: 'until an order can no longer appear, its absence proves nothing' };

export const PAYERMAX_LIES: Lies = {
  read: {
    amount: { body: { data: { totalAmount: 99.5 } }, end: { review: 'amount_mismatch', charges: 1 } },
    currency: { body: { data: { currency: 'EUR' } }, end: { review: 'currency_mismatch', charges: 1 } },
    reference: { body: { data: { outTradeNo: 'payother' } }, end: { unclear: 'processing' } },
    // The first is told to the reading that goes with the order, and leaves that pending.
    status: { body: { data: { status: 'SOMETHING' } }, times: 2, end: { unclear: 'succeeded' } },
    // Once to the reading that goes with the order, once to a look-up.
    absent: { body: NO_SUCH_ORDER, times: 2, end: NOT_YET_THERE },
    'absent, unsigned': { body: NO_SUCH_ORDER, headers: { sign: '' }, times: 2, end: NOT_YET_THERE },
  },
  take: {
    reference: { body: { data: { outTradeNo: 'payother' } }, end: READ_AFTER_TAKING },
    status: { body: { data: { status: 'SOMETHING' } }, end: READ_AFTER_TAKING },
    'status failed': { body: { data: { status: 'FAILED' } }, end: READ_AFTER_TAKING },
  },
  refund: {
    reference: { body: { data: { outRefundNo: 'reother' } }, end: { refund: 'succeeded' } },
    status: { body: { data: { status: 'SOMETHING' } }, end: { refund: 'succeeded' } },
  },
};

export const POMELO_LIES: Lies = {
  open: {
    amount: { body: { amount: 9950 }, end: { review: 'outcome_unknown', charges: 0 } },
    currency: { body: { currency: 'EUR' }, end: { review: 'outcome_unknown', charges: 0 } },
    reference: { body: { localId: 'payother' }, end: { review: 'outcome_unknown', charges: 0 } },
    status: {
      body: { state: 'CONFIRMED' },
      end: { harmless: 'nothing is paid but by the word of a read, which follows' },
    },
  },
  read: {
    amount: { body: { amount: 9950 }, end: { review: 'amount_mismatch', charges: 1 } },
    currency: { body: { currency: 'EUR' }, end: { review: 'currency_mismatch', charges: 1 } },
    reference: { body: { localId: 'payother' }, end: { review: 'reference_mismatch', charges: 1 } },
    status: { body: { state: 'SOMETHING' }, times: 1, end: { unclear: 'succeeded' } },
  },
};

export const ETPAY_LIES: Lies = {
  open: {
    key: {
      body: { signature_token: 'another-key' },
      end: { harmless: 'the callbacks are refused then, and a look-up finds the money' },
    },
  },
  read: {
    amount: { body: { merchant_amount: 1 }, end: { review: 'amount_mismatch', charges: 1 } },
    currency: { body: { merchant_currency: 'USD' }, end: { review: 'currency_mismatch', charges: 1 } },
    reference: { body: { merchant_order_id: 'payother' }, end: { unclear: 'requires_action' } },
    status: {
      body: { payment_status: 'SOMETHING' },
      times: 1,
      end: { harmless: 'only "success" decides anything: the next look-up finds it' },
    },
  },
};
