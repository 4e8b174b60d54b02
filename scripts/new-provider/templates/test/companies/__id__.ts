//: form
import type { ConfirmInput } from '../../src/contract/workflow';
//: all
import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { $CONSTANT$_VARIABLES } from '../../src/providers/$id$/config';
import { $Pascal$ } from '../simulation/companies/$id$';
import type { Lies } from './lie';
//: hosted-page reserve-and-capture
import type { ProviderUnderTest, Stage } from './provider-under-test';
//: form
import type { Control, ProviderUnderTest, Stage } from './provider-under-test';
//: all

/** What the payer, or time, does to the payment at the stand-in (src/sandbox/$id$/control.ts). */
const act =
  (verb: string) =>
  async (stage: Stage, { id, failure }: Payment): Promise<void> => {
    if (failure) throw new Error(`the payment failed before the payer came: ${failure.message}`);
    await stage.control('POST', `/$id$/payments/${referenceAtProvider(id)}/${verb}`);
  };
//: form

/** What the form gives in the browser, and what the backend adds. */
async function filledForm({ nextAction, failure }: Payment, control: Control): Promise<ConfirmInput> {
  if (nextAction?.type !== 'dropin') throw new Error(`there is no form to fill in: ${failure?.message}`);
  const path = `/$id$/sessions/${nextAction.sessionKey}/payment-token`;
  const { paymentToken } = await control<{ paymentToken: string }>('POST', path);
  return { paymentToken, clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' };
}

async function submitForm({ api, control }: Stage, { id }: Payment): Promise<void> {
  await api.confirm(id, await filledForm(await api.get(id), control));
}
//: all

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
const LIES: Lies = {
  read: {
    amount: {
      body: notWritten('LIES: the field that tells another amount'),
      //: hosted-page form
      end: { review: 'amount_mismatch', charges: 1 },
      //: reserve-and-capture
      end: { review: 'amount_mismatch', charges: 0 },
      //: all
    },
    currency: {
      body: notWritten('LIES: the field that tells another currency'),
      //: hosted-page form
      end: { review: 'currency_mismatch', charges: 1 },
      //: reserve-and-capture
      end: { review: 'currency_mismatch', charges: 0 },
      //: all
    },
    reference: {
      body: notWritten('LIES: the field that tells another reference'),
      //: hosted-page form
      end: { review: 'reference_mismatch', charges: 1 },
      //: reserve-and-capture
      end: { review: 'reference_mismatch', charges: 0 },
      //: all
    },
    status: {
      body: notWritten('LIES: the field that tells a state nobody documents'),
      times: 1,
      end: { unclear: 'succeeded' },
    },
  },
  //: form reserve-and-capture
  take: {
    amount: {
      body: notWritten('LIES: the field that tells another amount taken'),
      end: { review: 'amount_mismatch', charges: 1 },
    },
    reference: {
      body: notWritten('LIES: the field that tells another reference taken'),
      end: { harmless: 'an answer that does not fit is not believed: a reading decides' },
    },
  },
  //: all
};

/** What the suites have to know of $Name$. test/companies/provider-under-test.ts says what each member is. */
export const $camel$: ProviderUnderTest = {
  provider: '$id$',
  company: '$id$',
  variables: $CONSTANT$_VARIABLES,
  order: { amount: 1250, currency: 'EUR' },
  //: hosted-page
  calls: { open: 'create', read: 'read' },
  //: form
  calls: { open: 'create', read: 'read', take: 'capture' },
  //: reserve-and-capture
  calls: { open: 'create', read: 'read', take: 'capture', stop: 'void' },
  //: all
  callsBesides: [],
  //: form
  confirmInput: filledForm,
  pay: submitForm,
  //: hosted-page reserve-and-capture
  pay: act('approve'),
  //: all
  conformance: {
    decline: act('decline'),
    expire: act('expire'),
    //: hosted-page form
    payLate: act('pay-late'),
    //: all
    lies: LIES,
    settlesSoon: false,
    skips: {
      //: hosted-page
      cancelled: '$Name$ cannot be told to stop',
      //: reserve-and-capture
      'paid after the end': 'only our capture takes money, and it is never sent after the end',
      //: all
      refunded: '$Name$ has no refund call',
    },
  },
  //: hosted-page reserve-and-capture
  simulation: { company: $Pascal$, usual: [{ do: 'approve' }] },
  //: form
  simulation: { company: $Pascal$, usual: [{ do: 'confirm' }] },
  //: all
  chaos: {
    //: hosted-page
    stories: { paid: 85, declined: 15 },
    //: form
    stories: { paid: 55, confirmed_twice: 15, declined: 12, cancelled: 8, cancelled_while_paying: 10 },
    //: reserve-and-capture
    stories: { paid: 70, declined: 10, cancelled: 10, cancelled_while_paying: 10 },
    //: hosted-page reserve-and-capture
    page: {
      path: ({ providerReference }) => `/$id$/payments/${providerReference ?? ''}`,
      approve: 'approve',
      refuse: 'decline',
    },
    //: all
  },
};
