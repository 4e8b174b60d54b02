import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { POMELO_VARIABLES } from '../../src/providers/pomelo/config';
import { Pomelo } from '../simulation/companies/pomelo';
import type { Lies } from './lie';
import type { ProviderUnderTest, Stage } from './provider-under-test';

const LIES: Lies = {
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

/** What the payer, the bank or time does to the payment at the stand-in. */
const act =
  (verb: 'approve' | 'fail' | 'expire' | 'pay-late') =>
  async ({ control }: Stage, { id }: Payment): Promise<void> => {
    await control('POST', `/pomelo/payments/${referenceAtProvider(id)}/${verb}`);
  };

export const pomelo: ProviderUnderTest = {
  provider: 'pomelo',
  company: 'pomelo',
  variables: POMELO_VARIABLES,
  order: { amount: 2000, currency: 'GBP' },
  calls: { open: 'create', read: 'read' },
  callsBesides: ['list'],
  pay: act('approve'),
  conformance: {
    decline: act('fail'),
    expire: act('expire'),
    payLate: act('pay-late'),
    lies: LIES,
    settlesSoon: false,
    skips: {
      'time up': 'Pomelo makes no page for less than an hour: told in skipped time',
      cancelled: 'Pomelo cannot be told to stop',
      refunded: 'Pomelo refunds at its dashboard only',
    },
  },
  simulation: {
    company: Pomelo,
    usual: [{ do: 'approve' }],
    // docs/providers/pomelo.md §7
    expiresInSeconds: { min: 3_600, max: 7_200 },
  },
  chaos: {
    stories: { paid: 85, declined: 15 },
    page: {
      path: ({ providerReference }) => `/pomelo/payments/${providerReference ?? ''}`,
      approve: 'approve',
      refuse: 'fail',
    },
    refundDone: 'DONE',
  },
};
