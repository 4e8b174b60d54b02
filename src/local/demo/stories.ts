import type { NewPayment, Payments } from '../../client/index';
import { type Payment, referenceAtProvider } from '../../domain/payment';
import type { PaymentStatus } from '../../domain/status';
import type { SandboxControl } from './sandbox';

/** Those who act besides Holdfast: the payer through the sandbox's control, the backend through the API. */
export interface Actors {
  holdfast: Payments;
  sandbox: SandboxControl;
}

/** One payment of the demo. */
export interface Story {
  order: NewPayment;
  /** What the payer does, for people: `approves in the app`. */
  payer: string;
  /** Does it. */
  act: (payment: Payment, actors: Actors) => Promise<unknown>;
  /** How it has to end. */
  ends: Extract<PaymentStatus, 'succeeded' | 'failed' | 'expired'>;
  /** What the backend gives back afterwards, in minor units. */
  refund?: number;
}

const RETURN_URL = 'https://shop.example/thanks';
const TICKETS = { amount: 1250, currency: 'EUR', description: 'Two tickets', returnUrl: RETURN_URL } as const;
const POSTER = { amount: 2000, currency: 'GBP', description: 'A poster', returnUrl: RETURN_URL } as const;
const TRIP = { amount: 15_990, currency: 'CLP', description: 'A bus trip', returnUrl: RETURN_URL } as const;

/** The payer's part, where the sandbox's control does it for a payment by our reference. */
function payerOf(payments: string, act: string) {
  return ({ id }: Payment, { sandbox }: Actors) =>
    sandbox.call('POST', `/${payments}/${referenceAtProvider(id)}/${act}`);
}

/** What the browser does with a company's form: a token for the session goes to the backend, which confirms with it. */
function formOf(company: string) {
  return async ({ id, nextAction }: Payment, { sandbox, holdfast }: Actors): Promise<void> => {
    if (nextAction?.type !== 'dropin') throw new Error(`${id} has no form: ${nextAction?.type ?? 'nothing'}`);
    const path = `/${company}/sessions/${nextAction.sessionKey}/payment-token`;
    const { paymentToken } = await sandbox.call<{ paymentToken: string }>('POST', path);
    await holdfast.confirm(id, { paymentToken, clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0 (demo)' });
  };
}

/** A payment with every provider, then what else happens to payments. */
export const STORIES: readonly Story[] = [
  {
    order: { provider: 'droppay-pos', reference: 'order-1', ...TICKETS },
    payer: 'approves in the app',
    act: payerOf('droppay/authorizations', 'approve'),
    ends: 'succeeded',
  },
  {
    order: { provider: 'droppay-acquirer', reference: 'order-2', ...TICKETS },
    payer: 'pays at the terminal',
    act: ({ id }, { holdfast }) => holdfast.confirm(id),
    ends: 'succeeded',
  },
  {
    order: {
      ...{ provider: 'payermax', amount: 1999, currency: 'USD', reference: 'order-3', returnUrl: RETURN_URL },
      description: 'A month of music',
      customer: { id: 'u_77', country: 'US' },
    },
    payer: 'pays by card',
    act: formOf('payermax'),
    ends: 'succeeded',
    refund: 999,
  },
  {
    order: { provider: 'pomelo', reference: 'order-4', ...POSTER },
    payer: 'pays on the hosted page',
    act: payerOf('pomelo/payments', 'approve'),
    ends: 'succeeded',
  },
  {
    order: { provider: 'etpay', reference: 'order-5', ...TRIP },
    payer: 'pays at the bank',
    act: payerOf('etpay/payments', 'approve'),
    ends: 'succeeded',
  },
  {
    order: { provider: 'etpay', reference: 'order-6', ...TRIP },
    payer: 'is declined by the bank',
    act: payerOf('etpay/payments', 'refuse'),
    ends: 'failed',
  },
  {
    order: { provider: 'droppay-pos', reference: 'order-7', ...TICKETS },
    payer: 'walks away, time runs out',
    act: payerOf('droppay/authorizations', 'expire'),
    ends: 'expired',
  },
];
