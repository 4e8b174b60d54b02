import { referenceAtProvider } from '../../domain/payment';
import type {
  Finding,
  Opening,
  ProviderCall,
  RefundCall,
  RefundFinding,
  Refunding,
  Taking,
} from '../../domain/provider-answer';
import { checkAmount } from './capabilities';
import { environmentOf, type PayerMaxSettings } from './config';
import { openingOf } from './mapping';
import { refused } from '../answers';
import { ProviderError } from '../provider-error';
import { retryable } from '../failure';
import { type PayerMaxAccounts, payerMaxAccounts } from './accounts';
import { findOrder, placeOrder } from './order';
import { findRefund, placeRefund } from './refund';

/** What a card form is asked for with. */
interface PayerMaxSessionCall extends ProviderCall {
  /** ISO 3166 alpha-2, capitals. */
  country: string;
  /** The payer's stable id at the merchant. */
  userId: string;
  /** CARD, APPLEPAY, GOOGLEPAY; all that the account's contract holds when absent. */
  componentList?: readonly string[];
}

/** What the money is taken with. */
export interface PayerMaxOrderCall extends ProviderCall {
  /** Secret: from the payer's card form. */
  paymentToken: string;
  sessionKey: string;
  /** The payer's own. */
  clientIp: string;
  userAgent: string;
  country: string;
  userId: string;
  returnUrl: string;
  webhookUrl: string;
  /** How long the payer has for what is left to do (3-D Secure): PayerMax makes it 1800 to 86400. */
  expireTimeSeconds: number;
}

/**
 * What PayerMax's workflows may ask of the world. Our order number is `referenceAtProvider(paymentId, attempt)`
 * everywhere.
 */
export interface PayerMaxActivities {
  /** Asks for a card form. Creates no order, may be repeated. */
  payerMaxApplySession(call: PayerMaxSessionCall): Promise<Opening>;
  /** Takes the money. Never rejects; schedule it with one attempt only. */
  payerMaxOrderAndPay(call: PayerMaxOrderCall): Promise<Taking>;
  /** Reads the order. */
  payerMaxOrderQuery(call: ProviderCall): Promise<Finding>;
  /** Gives money back. Never rejects; schedule it with one attempt only. */
  payerMaxRefund(call: RefundCall & { webhookUrl: string }): Promise<Refunding>;
  /** Reads a refund. */
  payerMaxRefundQuery(call: RefundCall): Promise<RefundFinding>;
}

/**
 * Everything a worker does at PayerMax. What may be repeated rejects with `ApplicationFailure` (see failure.ts).
 *
 * @param connections PayerMax apps by connection name
 */
export function createPayerMaxActivities(
  connections: Readonly<Record<string, PayerMaxSettings>>,
): PayerMaxActivities {
  const accounts = payerMaxAccounts(connections);
  return {
    payerMaxApplySession: (call) => retryable(() => applySession(accounts, call)),
    payerMaxOrderAndPay: (call) => placeOrder(accounts, call),
    payerMaxOrderQuery: (call) => retryable(() => queryOrder(accounts, call)),
    payerMaxRefund: (call) => placeRefund(accounts, call),
    payerMaxRefundQuery: (call) => retryable(async () => findRefund(accounts.of(call.connection), call)),
  };
}

async function applySession(accounts: PayerMaxAccounts, call: PayerMaxSessionCall): Promise<Opening> {
  const { settings, client } = accounts.of(call.connection);
  const unwritable = checkAmount(call.amount, call.currency);
  if (unwritable !== null) return refused(unwritable);
  try {
    const session = await client.applyDropinSession(call);
    return openingOf(session, {
      outTradeNo: referenceAtProvider(call.paymentId, call.attempt),
      componentList: call.componentList,
      environment: environmentOf(settings),
    });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    // No session creates an order (docs/providers/payermax.md §3.1): what cannot be read leaves nothing behind.
    const final = ['declined', 'invalid_request', 'outcome_unknown'].includes(error.kind);
    if (final) return refused(error.message, error.providerCode);
    throw error;
  }
}

async function queryOrder(accounts: PayerMaxAccounts, call: ProviderCall): Promise<Finding> {
  if (call.providerReference === null) return { state: 'absent' };
  return findOrder(accounts.of(call.connection), referenceAtProvider(call.paymentId, call.attempt));
}
