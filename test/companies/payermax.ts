import type { ConfirmInput } from '../../src/contract/workflow';
import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { PAYERMAX_VARIABLES } from '../../src/providers/payermax/config';
import { PayerMax } from '../simulation/companies/payermax';
import type { Lies } from './lie';
import type { Control, ProviderUnderTest, Stage } from './provider-under-test';

const NO_SUCH_ORDER = { code: 'ORDER_NOT_EXIST', msg: 'no such order', data: null };
const NOT_YET_THERE = { harmless: 'until an order can no longer appear, its absence proves nothing' };
const READ_AFTER_TAKING = { harmless: 'an answer that does not fit is not believed: a reading decides' };

const LIES: Lies = {
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

const ENDED_UNPAID: readonly string[] = ['FAILED', 'CLOSED'];

/** What the browser's card form gives, and what the backend adds: a token for the session, and who the payer is. */
async function filledForm({ nextAction }: Payment, control: Control): Promise<ConfirmInput> {
  if (nextAction?.type !== 'dropin') throw new Error(`no form to fill in: ${nextAction?.type}`);
  const path = `/payermax/sessions/${nextAction.sessionKey}/payment-token`;
  const { paymentToken } = await control<{ paymentToken: string }>('POST', path);
  return { paymentToken, clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' };
}

async function submitForm({ api, control }: Stage, { id }: Payment): Promise<void> {
  await api.confirm(id, await filledForm(await api.get(id), control));
}

export const payerMax: ProviderUnderTest = {
  provider: 'payermax',
  company: 'payermax',
  variables: PAYERMAX_VARIABLES,
  order: { amount: 1999, currency: 'USD', customer: { country: 'US' } },
  // docs/providers/payermax.md §11: the subject steers test payments.
  declinedOrder: { description: 'FAILED' },
  calls: { open: 'applyDropinSession', read: 'orderQuery', take: 'orderAndPay', refund: 'refund' },
  readRefund: 'refundQuery',
  callsBesides: [],
  openMatch: (reference) => ({ subject: reference }),
  confirmInput: filledForm,
  pay: submitForm,
  conformance: {
    decline: submitForm,
    expiringOrder: { description: 'PENDING' },
    expire: async (stage, payment) => {
      await submitForm(stage, payment);
      await stage.control('POST', `/payermax/payments/${referenceAtProvider(payment.id)}/expire`);
    },
    payLate: async ({ control }, { id }) => {
      await control('POST', `/payermax/payments/${referenceAtProvider(id)}/pay-late`);
    },
    lies: LIES,
    settlesSoon: false,
  },
  simulation: { company: PayerMax, usual: [{ do: 'confirm' }, { do: 'approve' }] },
  chaos: {
    stories: { paid: 55, confirmed_twice: 15, declined: 12, cancelled: 8, cancelled_while_paying: 10 },
    refunding: { none: 55, full: 10, partial: 10, two_parts: 10, racing: 10, same_key_at_once: 5 },
    // docs/providers/payermax.md §4: a status says nothing about an order there.
    busy: { status: 200, body: { code: 'TOO_MANY_REQUEST', msg: 'too many requests' } },
    // That it knows no such order counts only 42 minutes later, that it knows no such refund never does.
    losesForLong: ['orderAndPay', 'refund'],
    onlyTimeIsWanting: (status, inBooks) =>
      status === 'processing' && inBooks.every((each) => ENDED_UNPAID.includes(each)),
    refundDone: 'REFUND_SUCCESS',
    // By default some amounts make a refund fail or stay open for ever.
    sandboxSettings: { refundOutcome: 'REFUND_SUCCESS' },
  },
};
