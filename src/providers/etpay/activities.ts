import { referenceAtProvider } from '../../domain/payment';
import type { Finding, Opening, ProviderCall } from '../../domain/provider-answer';
import { checkAmount, wholePesos } from './capabilities';
import { type Account, Accounts } from '../accounts';
import { openingWithout, refused, unclear } from '../answers';
import { EtPayClient, PROVIDER } from './client';
import { currencyOfAccount, type EtPaySettings } from './config';
import { findingOf, openingOf } from './mapping';
import { etPayOptionsSchema, mexicanPhone } from './options';
import { ProviderError } from '../provider-error';
import { retryable } from '../failure';

/** What is needed to make a session. */
export interface EtPaySessionCall extends ProviderCall {
  webhookUrl: string;
  /** Without a query: ETpay appends its own (docs/providers/etpay.md §4.1). */
  returnUrl: string;
  customerEmail?: string;
  /** Sent in Mexico only, and only when it is a Mexican number. */
  customerPhone?: string;
  /** The request's `providerOptions`: `etPayOptionsSchema`. */
  options?: Record<string, unknown>;
}

/** What ETpay's workflow may ask of the world. Both reject with `ApplicationFailure` (see failure.ts). */
export interface EtPayActivities {
  /** Makes a session for the payer to pay in. Moves no money, may be repeated: a lost session cannot be paid. */
  etPayInitializeSession(call: EtPaySessionCall): Promise<Opening>;
  /** Asks for all payments of the order, by our order id. */
  etPayCheckStatus(call: ProviderCall): Promise<Finding>;
}

export interface EtPayActivityDeps {
  /** ETpay accounts by connection name. */
  connections: Readonly<Record<string, EtPaySettings>>;
}

type EtPayAccount = Account<EtPaySettings, EtPayClient>;

/** Everything a worker does at ETpay. */
export function createEtPayActivities({ connections }: EtPayActivityDeps): EtPayActivities {
  const names = { provider: PROVIDER, variables: 'ETPAY_' } as const;
  const accounts = new Accounts(names, connections, (settings) => new EtPayClient(settings));
  return {
    etPayInitializeSession: (call) => retryable(() => initializeSession(accounts.of(call.connection), call)),
    etPayCheckStatus: (call) => retryable(() => checkStatus(accounts.of(call.connection), call)),
  };
}

async function initializeSession(
  { settings, client }: EtPayAccount,
  call: EtPaySessionCall,
): Promise<Opening> {
  const { paymentId, amount, currency, description, webhookUrl, returnUrl, customerEmail } = call;
  // No call names a currency: in the wrong account the same number would be asked in the wrong one.
  const taken = currencyOfAccount(settings);
  if (currency !== taken || amount <= 0)
    return refused(`this ETpay account takes amounts above zero in ${taken} only`);
  const inexact = checkAmount(amount, currency);
  if (inexact) return refused(inexact);
  const options = etPayOptionsSchema.safeParse(call.options ?? {});
  if (!options.success) return refused(`providerOptions: ${problemsOf(options.error.issues)}`);
  const merchantOrderId = referenceAtProvider(paymentId);
  try {
    const session = await client.initializeSession({
      merchantOrderId,
      orderAmount: wholePesos(amount, currency),
      description,
      webhookUrl,
      returnUrl,
      customerEmail,
      customerPhone: taken === 'MXN' ? mexicanPhone(call.customerPhone) : undefined,
      ...options.data,
    });
    return openingOf(session, merchantOrderId, settings.pmtUrl);
  } catch (error) {
    return openingWithout(error);
  }
}

async function checkStatus({ client }: EtPayAccount, call: ProviderCall): Promise<Finding> {
  const { amount, currency } = call;
  const merchantOrderId = call.providerReference ?? referenceAtProvider(call.paymentId);
  try {
    const payments = await client.checkPaymentStatus(merchantOrderId);
    return findingOf(payments, { merchantOrderId, amount, currency });
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'outcome_unknown') {
      return unclear(error.message);
    }
    throw error;
  }
}

function problemsOf(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`.trim()).join('; ');
}
