import type { NewPayment, Payments } from '../../src/client';
import { type Payment, type ProviderId, referenceAtProvider } from '../../src/domain/payment';
import {
  DROPPAY_ACQUIRER_LIES,
  DROPPAY_POS_LIES,
  ETPAY_LIES,
  type Lies,
  PAYERMAX_LIES,
  POMELO_LIES,
} from './lies';

/** Where a provider's payers act: the sandbox's control, and the backend. */
export interface Stage {
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  api: Payments;
}

/** One provider's data for the suite. Everything else about the cases is the same for all. */
export interface ProviderUnderTest {
  provider: ProviderId;
  /** Prefix of the sandbox's control routes. */
  company: 'droppay' | 'payermax' | 'pomelo' | 'etpay';
  order: Omit<NewPayment, 'provider' | 'reference' | 'description'>;
  /** The sandbox's names of the calls. */
  calls: { open: string; read: string; take?: string; stop?: string; refund?: string };
  /** Whether a fault of the opening call is matched by our reference; the customer's id otherwise. */
  openMatch?: (reference: string) => Record<string, string>;
  /** Everything that payer and backend do so that it is paid. */
  pay: (stage: Stage, payment: Payment) => Promise<void>;
  decline?: (stage: Stage, payment: Payment) => Promise<void>;
  /** What an order that is to be declined says instead. */
  declinedOrder?: Partial<NewPayment>;
  /** The provider itself lets it run out; absent where it says nothing then, so that only our own clock tells. */
  expire?: (stage: Stage, payment: Payment) => Promise<void>;
  /** What an order that is to run out says instead. */
  expiringOrder?: Partial<NewPayment>;
  /** Pays after the payment has ended. */
  payLate?: (stage: Stage, payment: Payment) => Promise<void>;
  /** Answers that say something else than the truth, by the call that gives them. */
  lies: Lies;
  /** Whether a taking call that never arrived is found out within a test's time. */
  settlesSoon: boolean;
  /** An answer of 2xx to the taking call that cannot be read means paid, by the provider's own word: only a person settles it. */
  unreadableMeansPaid?: boolean;
  /** Why a case does not apply. */
  skips?: Partial<Record<Case, string>>;
}

export type Case =
  | 'declined'
  | 'expired'
  | 'time up'
  | 'cancelled'
  | 'refunded'
  | 'webhook lost'
  | 'webhook five times'
  | 'webhooks reordered'
  | 'webhook before the create answer'
  | 'webhook forged'
  | 'webhook replayed from another payment'
  | 'webhook after the end'
  | 'paid after the end';

export const dropPayPos: ProviderUnderTest = {
  provider: 'droppay-pos',
  company: 'droppay',
  order: { amount: 1250, currency: 'EUR', connection: 'quick', expiresInSeconds: 60 },
  calls: { open: 'create', read: 'read', take: 'charge', stop: 'delete', refund: 'refund' },
  pay: async (stage, { id }) => {
    await stage.control('POST', `/droppay/authorizations/${referenceAtProvider(id)}/approve`);
  },
  decline: async (stage, { id }) => {
    await stage.control('POST', `/droppay/authorizations/${referenceAtProvider(id)}/refuse`);
  },
  expire: async (stage, { id }) => {
    await stage.control('POST', `/droppay/authorizations/${referenceAtProvider(id)}/expire`);
  },
  lies: DROPPAY_POS_LIES,
  settlesSoon: true,
  unreadableMeansPaid: true,
  skips: { 'paid after the end': 'an ended authorization cannot be charged, and only we charge' },
};

export const dropPayAcquirer: ProviderUnderTest = {
  provider: 'droppay-acquirer',
  company: 'droppay',
  order: { amount: 1250, currency: 'EUR', connection: 'quick', expiresInSeconds: 60 },
  calls: { open: 'create', read: 'read', take: 'patch', stop: 'delete' },
  pay: async (stage, { id }) => {
    await stage.api.confirm(id);
  },
  expire: async (stage, { id }) => {
    await stage.control('POST', `/droppay/authorizations/${referenceAtProvider(id)}/expire`);
  },
  lies: DROPPAY_ACQUIRER_LIES,
  settlesSoon: true,
  skips: {
    declined: 'the terminal, not DropPay, declines: the backend cancels then',
    refunded: 'DropPay Acquirer has no refunds',
    'paid after the end': 'only our own PATCH pays, and it is never sent after the end',
  },
};

/** What the browser's card form does: a token for the session, handed over with the payer's address. */
async function submitForm(stage: Stage, id: string): Promise<void> {
  const { nextAction } = await stage.api.get(id);
  if (nextAction?.type !== 'dropin') throw new Error(`no form to fill in: ${nextAction?.type}`);
  const token = await stage.control<{ paymentToken: string }>(
    'POST',
    `/payermax/sessions/${nextAction.sessionKey}/payment-token`,
  );
  const { paymentToken } = token;
  await stage.api.confirm(id, { paymentToken, clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' });
}

export const payerMax: ProviderUnderTest = {
  provider: 'payermax',
  company: 'payermax',
  order: { amount: 1999, currency: 'USD', customer: { country: 'US' } },
  calls: { open: 'applyDropinSession', read: 'orderQuery', take: 'orderAndPay', refund: 'refund' },
  openMatch: (reference) => ({ subject: reference }),
  pay: async (stage, { id }) => submitForm(stage, id),
  decline: async (stage, { id }) => submitForm(stage, id),
  // docs/providers/payermax.md §11: the subject steers test payments.
  declinedOrder: { description: 'FAILED' },
  expiringOrder: { description: 'PENDING' },
  expire: async (stage, payment) => {
    await submitForm(stage, payment.id);
    await stage.control('POST', `/payermax/payments/${referenceAtProvider(payment.id)}/expire`);
  },
  payLate: async (stage, { id }) => {
    await stage.control('POST', `/payermax/payments/${referenceAtProvider(id)}/pay-late`);
  },
  lies: PAYERMAX_LIES,
  settlesSoon: false,
};

export const pomelo: ProviderUnderTest = {
  provider: 'pomelo',
  company: 'pomelo',
  order: { amount: 2000, currency: 'GBP' },
  calls: { open: 'create', read: 'read' },
  pay: async (stage, { id }) => {
    await stage.control('POST', `/pomelo/payments/${referenceAtProvider(id)}/approve`);
  },
  decline: async (stage, { id }) => {
    await stage.control('POST', `/pomelo/payments/${referenceAtProvider(id)}/fail`);
  },
  expire: async (stage, { id }) => {
    await stage.control('POST', `/pomelo/payments/${referenceAtProvider(id)}/expire`);
  },
  payLate: async (stage, { id }) => {
    await stage.control('POST', `/pomelo/payments/${referenceAtProvider(id)}/pay-late`);
  },
  lies: POMELO_LIES,
  settlesSoon: false,
  skips: {
    'time up': 'Pomelo makes no page for less than an hour: told in skipped time',
    cancelled: 'Pomelo cannot be told to stop',
    refunded: 'Pomelo refunds at its dashboard only',
  },
};

export const etPay: ProviderUnderTest = {
  provider: 'etpay',
  company: 'etpay',
  order: { amount: 15990, currency: 'CLP' },
  calls: { open: 'initialize', read: 'status' },
  pay: async (stage, { id }) => {
    await stage.control('POST', `/etpay/payments/${referenceAtProvider(id)}/approve`);
  },
  decline: async (stage, { id }) => {
    await stage.control('POST', `/etpay/payments/${referenceAtProvider(id)}/refuse`);
  },
  payLate: async (stage, { id }) => {
    await stage.control('POST', `/etpay/payments/${referenceAtProvider(id)}/expire`);
    await stage.control('POST', `/etpay/payments/${referenceAtProvider(id)}/pay-late`);
  },
  lies: ETPAY_LIES,
  settlesSoon: false,
  skips: {
    expired: 'ETpay says nothing when a session runs out: see time up',
    cancelled: 'ETpay cannot be told to stop',
    refunded: 'ETpay has no refund call',
  },
};

/** Every provider that passes the suite. */
export const PROVIDERS_UNDER_TEST = [dropPayPos, dropPayAcquirer, payerMax, pomelo, etPay];

/** What is ordered of a provider in every case, so that each of its calls can be told by our reference. */
export function orderOf(provider: ProviderUnderTest, reference: string): NewPayment {
  return {
    ...provider.order,
    provider: provider.provider,
    reference: 'order-1042',
    description: 'Two tickets',
    ...(provider.openMatch && { customer: { ...provider.order.customer, id: reference } }),
  };
}

/** The calls of one payment, as the sandbox tells them apart. */
export function callsOf(
  { calls, openMatch }: ProviderUnderTest,
  call: string,
  reference: string,
): Record<string, string> {
  return call === calls.open && openMatch ? openMatch(reference) : { reference };
}
