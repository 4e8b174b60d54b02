import { DropPayAcquirer } from '../simulation/companies/droppay-acquirer';
import {
  authorization,
  DROPPAY,
  DROPPAY_ORDER,
  OTHER_AMOUNT,
  OTHER_REFERENCE,
  READ_AFTER_STOPPING,
  READ_AFTER_TAKING,
  READ_BEFORE_CHARGING,
} from './droppay';
import type { Lies } from './lie';
import type { ProviderUnderTest } from './provider-under-test';

const LIES: Lies = {
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

export const dropPayAcquirer: ProviderUnderTest = {
  ...DROPPAY,
  provider: 'droppay-acquirer',
  order: DROPPAY_ORDER,
  calls: { open: 'create', read: 'read', take: 'patch', stop: 'delete' },
  takingReads: true,
  pay: async ({ api }, { id }) => {
    await api.confirm(id);
  },
  conformance: {
    expire: authorization('expire'),
    lies: LIES,
    settlesSoon: true,
    skips: {
      declined: 'the terminal, not DropPay, declines: the backend cancels then',
      refunded: 'DropPay Acquirer has no refunds',
      'paid after the end': 'only our own PATCH pays, and it is never sent after the end',
    },
  },
  simulation: { company: DropPayAcquirer, usual: [{ do: 'confirm' }] },
  chaos: {
    stories: { paid: 50, confirmed_twice: 15, cancelled: 10, cancelled_while_paying: 15, walked_away: 10 },
    expiresInSeconds: { walkedAway: 60, others: 900 },
  },
};
