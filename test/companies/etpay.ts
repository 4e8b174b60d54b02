import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { ETPAY_VARIABLES } from '../../src/providers/etpay/config';
import { EtPay } from '../simulation/companies/etpay';
import type { Lies } from './lie';
import type { ProviderUnderTest, Stage } from './provider-under-test';

const LIES: Lies = {
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

/** What the payer, the bank or time does to the session at the stand-in. */
const act =
  (...verbs: ('approve' | 'refuse' | 'expire' | 'pay-late')[]) =>
  async ({ control }: Stage, { id }: Payment): Promise<void> => {
    for (const verb of verbs) await control('POST', `/etpay/payments/${referenceAtProvider(id)}/${verb}`);
  };

export const etPay: ProviderUnderTest = {
  provider: 'etpay',
  company: 'etpay',
  variables: ETPAY_VARIABLES,
  order: { amount: 15990, currency: 'CLP' },
  calls: { open: 'initialize', read: 'status' },
  callsBesides: [],
  pay: act('approve'),
  conformance: {
    decline: act('refuse'),
    payLate: act('expire', 'pay-late'),
    lies: LIES,
    settlesSoon: false,
    skips: {
      expired: 'ETpay says nothing when a session runs out: see time up',
      cancelled: 'ETpay cannot be told to stop',
      refunded: 'ETpay has no refund call',
    },
  },
  simulation: { company: EtPay, usual: [{ do: 'approve' }], callbacksNeedSecrets: true },
  chaos: {
    stories: { paid: 85, declined: 15 },
    page: {
      // Several sessions of one payment have one reference: the address names the one that is shown.
      path: (_payment, url) => `/etpay/payments/${new URL(url).pathname.split('/').at(-1) ?? ''}`,
      approve: 'approve',
      refuse: 'refuse',
    },
    // A look-up does not show a refusal: when every message of it was lost, the payment ends at its expiry.
    refusedComesBack: true,
    onlyTimeIsWanting: (_status, inBooks) => inBooks.includes('FAILED'),
  },
};
