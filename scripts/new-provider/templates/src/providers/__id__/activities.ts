import { referenceAtProvider } from '../../domain/payment';
//: hosted-page
import type { Finding, Opening, ProviderCall } from '../../domain/provider-answer';
//: form
import type { Finding, Opening, ProviderCall, Taking } from '../../domain/provider-answer';
//: reserve-and-capture
import type { Finding, Opening, ProviderCall, StopCall, Taking } from '../../domain/provider-answer';
//: all
import { problemOfAmount } from '../../domain/capabilities';
import { Accounts } from '../accounts';
//: hosted-page
import { openingWithout, refused, unclear } from '../answers';
//: form reserve-and-capture
import { notSent, openingWithout, reasonOf, refused, unclear } from '../answers';
//: all
import { retryable } from '../failure';
import { ProviderError } from '../provider-error';
import { amountText } from './amounts';
import { $CONSTANT$_CAPABILITIES } from './capabilities';
import { $Pascal$Client, PROVIDER } from './client';
import type { $Pascal$Settings } from './config';
//: hosted-page
import { findingOf, openingOf } from './mapping';
//: form reserve-and-capture
import { findingOf, openingOf, takingOf, takingWithout } from './mapping';
//: all

export interface $Pascal$CreateCall extends ProviderCall {
  //: hosted-page form
  webhookUrl: string;
  //: all
  returnUrl: string;
  /** RFC 3339 */
  expiresAt: string;
}
//: form

export interface $Pascal$CaptureCall extends ProviderCall {
  /** What the form gave for the payer's card. */
  paymentToken: string;
  clientIp: string;
  userAgent: string;
  /** How long $Name$ could still carry out a call that was lost, in milliseconds. */
  settlesWithinMs: number;
}
//: reserve-and-capture

export interface $Pascal$CaptureCall extends ProviderCall {
  /** How long $Name$ could still carry out a call that was lost, in milliseconds. */
  settlesWithinMs: number;
}
//: all

/** What $Name$'s workflow may ask of the world. What may be repeated rejects with `ApplicationFailure` (see failure.ts). */
export interface $Pascal$Activities {
  //: hosted-page reserve-and-capture
  /** Asks for a payment page. Moves no money, may be repeated. */
  //: form
  /** Asks for a form. Moves no money, may be repeated. */
  //: all
  $camel$CreatePayment(call: $Pascal$CreateCall): Promise<Opening>;
  /** Reads the payment. */
  $camel$GetPayment(call: ProviderCall): Promise<Finding>;
  //: form reserve-and-capture
  /** Takes the money. Never rejects: whatever happens is told by what it means for the money. */
  $camel$CapturePayment(call: $Pascal$CaptureCall): Promise<Taking>;
  //: reserve-and-capture
  /** Gives up the payment, and with it what is reserved; then reads how it stands. May be repeated. */
  $camel$VoidPayment(call: StopCall): Promise<Finding>;
  //: all
}

type $Pascal$Accounts = Accounts<$Pascal$Settings, $Pascal$Client>;

/**
 * Everything that a worker does at $Name$.
 *
 * @param connections accounts by connection name
 */
export function create$Pascal$Activities(
  connections: Readonly<Record<string, $Pascal$Settings>>,
): $Pascal$Activities {
  const names = { provider: PROVIDER, variables: '$CONSTANT$_' } as const;
  const accounts: $Pascal$Accounts = new Accounts(
    names,
    connections,
    (settings) => new $Pascal$Client(settings),
  );
  return {
    $camel$CreatePayment: (call) => retryable(() => createPayment(accounts, call)),
    $camel$GetPayment: (call) => retryable(() => getPayment(accounts, call)),
    //: form reserve-and-capture
    $camel$CapturePayment: (call) => capturePayment(accounts, call),
    //: reserve-and-capture
    $camel$VoidPayment: (call) => retryable(() => voidPayment(accounts, call)),
    //: all
  };
}

async function createPayment(accounts: $Pascal$Accounts, call: $Pascal$CreateCall): Promise<Opening> {
  //: hosted-page form
  const { amount, currency, description, webhookUrl, returnUrl, expiresAt } = call;
  //: reserve-and-capture
  const { amount, currency, description, returnUrl, expiresAt } = call;
  //: all
  const objection = problemOfAmount($CONSTANT$_CAPABILITIES, { amount, currency });
  if (objection !== null) return refused(objection);
  const reference = referenceOf(call);
  const { client } = accounts.of(call.connection);
  try {
    const payment = await client.createPayment({
      reference,
      description,
      amount: amountText(amount, currency),
      currency,
      //: hosted-page form
      webhookUrl,
      //: all
      returnUrl,
      expiresAt,
    });
    return openingOf(payment, { reference, amount, currency });
  } catch (error) {
    return openingWithout(error);
  }
}

async function getPayment(accounts: $Pascal$Accounts, call: ProviderCall): Promise<Finding> {
  const { client } = accounts.of(call.connection);
  try {
    return findingOf(await client.getPayment(call.providerReference, referenceOf(call)));
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'outcome_unknown') return unclear(error.message);
    throw error;
  }
}
//: form reserve-and-capture

async function capturePayment(accounts: $Pascal$Accounts, call: $Pascal$CaptureCall): Promise<Taking> {
  const reference = referenceOf(call);
  const settledAfter = new Date(Date.now() + call.settlesWithinMs).toISOString();
  let send: () => ReturnType<$Pascal$Client['capturePayment']>;
  try {
    const { client } = accounts.of(call.connection);
    const { providerReference: id, currency } = call;
    const amount = amountText(call.amount, currency);
    //: form
    const { paymentToken, clientIp, userAgent } = call;
    const payer = { paymentToken, clientIp, userAgent };
    send = () => client.capturePayment({ id, reference, amount, currency, ...payer });
    //: reserve-and-capture
    send = () => client.capturePayment({ id, reference, amount, currency });
    //: form reserve-and-capture
  } catch (error) {
    return notSent(`nothing was sent: ${reasonOf(error)}`);
  }
  try {
    return takingOf(await send(), reference, settledAfter);
  } catch (error) {
    return takingWithout(error, settledAfter);
  }
}
//: reserve-and-capture

async function voidPayment(accounts: $Pascal$Accounts, call: StopCall): Promise<Finding> {
  const { client } = accounts.of(call.connection);
  // A reading decides, whatever the answer to the void says.
  await client.voidPayment(call.providerReference, referenceOf(call)).catch(unlessWorthWaiting);
  return getPayment(accounts, call);
}

function unlessWorthWaiting(error: unknown): void {
  const settled: readonly string[] = ['declined', 'invalid_request', 'outcome_unknown'];
  if (!(error instanceof ProviderError) || !settled.includes(error.kind)) throw error;
}
//: all

function referenceOf({ paymentId, attempt }: ProviderCall): string {
  return referenceAtProvider(paymentId, attempt);
}
