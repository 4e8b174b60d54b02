import { DropPayPos } from '../simulation/companies/droppay-pos';
import {
  authorization,
  DROPPAY,
  DROPPAY_ACCOUNT,
  DROPPAY_ORDER,
  OTHER_AMOUNT,
  OTHER_REFERENCE,
  READ_AFTER_STOPPING,
  READ_AFTER_TAKING,
  READ_BEFORE_CHARGING,
  shortPayTokens,
} from './droppay';
import type { Lies } from './lie';
import type { ProviderUnderTest } from './provider-under-test';

const LIES: Lies = {
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

export const dropPayPos: ProviderUnderTest = {
  ...DROPPAY,
  provider: 'droppay-pos',
  variables: DROPPAY_ACCOUNT,
  shortened: shortPayTokens,
  order: DROPPAY_ORDER,
  calls: { open: 'create', read: 'read', take: 'charge', stop: 'delete', refund: 'refund' },
  pay: authorization('approve'),
  conformance: {
    decline: authorization('refuse'),
    expire: authorization('expire'),
    lies: LIES,
    settlesSoon: true,
    unreadableMeansPaid: true,
    skips: { 'paid after the end': 'an ended authorization cannot be charged, and only we charge' },
  },
  simulation: { company: DropPayPos, usual: [{ do: 'approve' }] },
  chaos: {
    stories: { paid: 60, declined: 10, cancelled: 10, cancelled_while_paying: 10, walked_away: 10 },
    // A payment is refunded once (docs/providers/droppay.md §3.7).
    refunding: { none: 70, full: 10, partial: 10, racing: 5, same_key_at_once: 5 },
    expiresInSeconds: { walkedAway: 60, others: 900 },
    page: {
      path: ({ providerReference }) => `/droppay/authorizations/${providerReference ?? ''}`,
      approve: 'approve',
      refuse: 'refuse',
    },
    refundDone: 'DONE',
  },
};
