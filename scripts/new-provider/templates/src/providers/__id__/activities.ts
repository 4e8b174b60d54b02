import { referenceAtProvider } from '../../domain/payment';
import type { Finding, Opening, ProviderCall } from '../../domain/provider-answer';
import { Accounts } from '../accounts';
import { openingWithout, refused, unclear } from '../answers';
import { amountText, checkAmount } from './capabilities';
import { $Pascal$Client, PROVIDER } from './client';
import type { $Pascal$Settings } from './config';
import { findingOf, openingOf } from './mapping';
import { ProviderError } from '../provider-error';
import { retryable } from '../failure';

export interface $Pascal$CreateCall extends ProviderCall {
  webhookUrl: string;
  returnUrl: string;
  /** RFC 3339 */
  expiresAt: string;
}

/** What $Name$'s workflow may ask of the world. Both reject with `ApplicationFailure` (see failure.ts). */
export interface $Pascal$Activities {
  /** Asks for a payment page. Moves no money, may be repeated. */
  $camel$CreatePayment(call: $Pascal$CreateCall): Promise<Opening>;
  /** Reads the payment. */
  $camel$GetPayment(call: ProviderCall): Promise<Finding>;
}

export interface $Pascal$ActivityDeps {
  /** $Name$ accounts by connection name. */
  connections: Readonly<Record<string, $Pascal$Settings>>;
}

/** Everything that a worker does at $Name$. */
export function create$Pascal$Activities({ connections }: $Pascal$ActivityDeps): $Pascal$Activities {
  const names = { provider: PROVIDER, variables: '$CONSTANT$_' } as const;
  const accounts = new Accounts(names, connections, (settings) => new $Pascal$Client(settings));
  return {
    $camel$CreatePayment: (call) => retryable(() => createPayment(accounts.of(call.connection).client, call)),
    $camel$GetPayment: (call) => retryable(() => getPayment(accounts.of(call.connection).client, call)),
  };
}

async function createPayment(client: $Pascal$Client, call: $Pascal$CreateCall): Promise<Opening> {
  const { paymentId, amount, currency, description, webhookUrl, returnUrl, expiresAt } = call;
  const objection = checkAmount(amount, currency);
  if (objection !== null) return refused(objection);
  const reference = referenceAtProvider(paymentId, call.attempt);
  try {
    const payment = await client.createPayment({
      reference,
      description,
      amount: amountText(amount, currency),
      currency,
      webhookUrl,
      returnUrl,
      expiresAt,
    });
    return openingOf(payment, { reference, amount, currency });
  } catch (error) {
    return openingWithout(error);
  }
}

async function getPayment(client: $Pascal$Client, call: ProviderCall): Promise<Finding> {
  try {
    const reference = referenceAtProvider(call.paymentId, call.attempt);
    return findingOf(await client.getPayment(call.providerReference, reference));
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'outcome_unknown') {
      return unclear(error.message);
    }
    throw error;
  }
}
