import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { $CONSTANT$_VARIABLES } from '../../src/providers/$id$/config';
import { $Pascal$ } from '../simulation/companies/$id$';
import type { Lies } from './lie';
import type { ProviderUnderTest, Stage } from './provider-under-test';

/** What the payer, or time, does to the payment at the stand-in (src/sandbox/$id$/control.ts). */
const act =
  (verb: string) =>
  async (stage: Stage, { id, failure }: Payment): Promise<void> => {
    if (failure) throw new Error(`the payment failed before the payer came: ${failure.message}`);
    await stage.control('POST', `/$id$/payments/${referenceAtProvider(id)}/${verb}`);
  };

/** Fails the case that sends it, and that case alone. */
const notWritten = (what: string): object => ({
  toJSON(): never {
    throw new Error(`not written yet: test/companies/$id$.ts, ${what}`);
  },
});

/**
 * Fields of the payment object that say something else than the truth (docs/providers/$id$.md §2), and what that must come
 * to. Those of the answers to `open` go beside `read`, once it is known what comes of them.
 */
const lies: Lies = {
  read: {
    amount: {
      body: notWritten('lies: the field that tells another amount'),
      end: { review: 'amount_mismatch', charges: 1 },
    },
    currency: {
      body: notWritten('lies: the field that tells another currency'),
      end: { review: 'currency_mismatch', charges: 1 },
    },
    reference: {
      body: notWritten('lies: the field that tells another reference'),
      end: { review: 'reference_mismatch', charges: 1 },
    },
    status: {
      body: notWritten('lies: the field that tells a state nobody documents'),
      times: 1,
      end: { unclear: 'succeeded' },
    },
  },
};

/** What the suites have to know of $Name$. test/companies/provider-under-test.ts says what each member is. */
export const $camel$: ProviderUnderTest = {
  provider: '$id$',
  company: '$id$',
  variables: $CONSTANT$_VARIABLES,
  order: { amount: 1250, currency: 'EUR' },
  calls: { open: 'create', read: 'read' },
  callsBesides: [],
  pay: act('approve'),
  conformance: {
    decline: act('decline'),
    expire: act('expire'),
    payLate: act('pay-late'),
    lies,
    settlesSoon: false,
    skips: {
      cancelled: '$Name$ cannot be told to stop',
      refunded: '$Name$ has no refund call',
    },
  },
  simulation: { company: $Pascal$, usual: [{ do: 'approve' }] },
  chaos: {
    stories: { paid: 85, declined: 15 },
    page: {
      path: ({ providerReference }) => `/$id$/payments/${providerReference ?? ''}`,
      approve: 'approve',
      refuse: 'decline',
    },
  },
};
