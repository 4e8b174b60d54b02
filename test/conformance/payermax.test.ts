import { conformance } from './conformance';
import type { World } from './world';

/** What the browser's card form does: a token for the session, handed over with the payer's address. */
async function submitForm(world: World, id: string): Promise<void> {
  const { nextAction } = await world.api.get(id);
  if (nextAction?.type !== 'dropin') throw new Error(`no form to fill in: ${nextAction?.type}`);
  const token = await world.control<{ paymentToken: string }>(
    'POST',
    `/payermax/sessions/${nextAction.sessionKey}/payment-token`,
  );
  const { paymentToken } = token;
  await world.api.confirm(id, { paymentToken, clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' });
}

conformance({
  provider: 'payermax',
  company: 'payermax',
  order: { amount: 1999, currency: 'USD', customer: { country: 'US' } },
  calls: { open: 'applyDropinSession', read: 'orderQuery', take: 'orderAndPay', refund: 'refund' },
  openMatch: (reference) => ({ subject: reference }),
  pay: async (world, { id }) => submitForm(world, id),
  decline: async (world, { id }) => submitForm(world, id),
  // docs/providers/payermax.md §11: the subject steers test payments.
  declinedOrder: { description: 'FAILED' },
  lies: {
    amount: { data: { totalAmount: 99.5 } },
    currency: { data: { currency: 'EUR' } },
    reference: { data: { outTradeNo: 'payother' } },
    status: { data: { status: 'SOMETHING' } },
  },
  unclearLies: ['reference'],
  settlesSoon: false,
  skips: {
    expired: 'the shortest order lives 30 minutes: told in skipped time',
    'paid after the end': 'needs an order that ended: told in skipped time',
  },
});
