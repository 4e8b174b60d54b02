import { z } from 'zod';
import type { ProviderEvent } from '../../domain/provider-answer';
import { describeStatus, provenFinding } from './mapping';
import { type EtPayPayment, etPayPaymentSchema } from './schemas';
import { type Refusal, sameText, verifySignedToken } from './signed-token';

/** The payment that a callback has to be about, as it was stored when its session was made. */
export interface ExpectedPayment {
  /** Holds `signatureToken` and `sessionToken` once the session is made. */
  callbackSecrets: Readonly<Record<string, string>> | undefined;
  /** Our order id there: the payment's `providerReference`. */
  merchantOrderId: string | null;
  /** ISO 4217 minor units. */
  amount: number;
  currency: string;
}

/** What ETpay wants to hear is not published; a live shop answers this (docs/providers/etpay.md §4.4). */
export const ETPAY_ACKNOWLEDGEMENT = { contentType: 'text/plain', body: 'ok' } as const;

const bodySchema = z.looseObject({ payment: z.string().min(1) });

/**
 * Reads ETpay's POST: a JSON body whose `payment` is a JWT (docs/providers/etpay.md §4.2).
 *
 * @param receivedAt RFC 3339
 */
export async function readEtPayWebhook(
  body: Uint8Array,
  expected: ExpectedPayment,
  receivedAt: string,
): Promise<ProviderEvent | Refusal> {
  const parsed = bodySchema.safeParse(jsonOf(body));
  if (!parsed.success)
    return { error: 'unreadable', message: 'the body is not JSON with a JWT in "payment"' };
  return readSignedPayment(parsed.data.payment, expected, receivedAt);
}

/**
 * Reads what the payer's browser brings back as query parameter `jwt` (docs/providers/etpay.md §4.1). It is signed
 * like the webhook and says the same; an unsigned way back is told by `unreadable`.
 *
 * @param jwt the parameter as the web framework gives it
 * @param receivedAt RFC 3339
 */
export async function readEtPayReturn(
  jwt: unknown,
  expected: ExpectedPayment,
  receivedAt: string,
): Promise<ProviderEvent | Refusal> {
  if (typeof jwt === 'string' && jwt !== '') return readSignedPayment(jwt, expected, receivedAt);
  return { error: 'unreadable', message: 'the address has no parameter "jwt", or more than one' };
}

/**
 * The order of docs/providers/etpay.md §4.3. The payment is known from the callback's address, so that no claim is
 * read before its signature was checked with that payment's own key. Another order or session is refused: it is not
 * about this payment. Another amount or currency is about it, and passed on for a person to see.
 */
async function readSignedPayment(
  jwt: string,
  { callbackSecrets, merchantOrderId, amount, currency }: ExpectedPayment,
  receivedAt: string,
): Promise<ProviderEvent | Refusal> {
  const { signatureToken = '', sessionToken = '' } = callbackSecrets ?? {};
  const verified = await verifySignedToken(jwt, signatureToken, Date.parse(receivedAt));
  if ('error' in verified) return verified;
  const { data: payment } = etPayPaymentSchema.safeParse(verified.claims);
  if (!payment) return { error: 'unreadable', message: 'the JWT names no order' };
  if (sessionToken === '' || !sameText(sessionToken, payment.sessionToken ?? '')) {
    return { error: 'bad_signature', message: 'the JWT is about another session' };
  }
  if (merchantOrderId === null || payment.merchantOrderId !== merchantOrderId) {
    return { error: 'bad_signature', message: 'the JWT is about another order' };
  }
  const differs = payment.money && (payment.money.amount !== amount || payment.money.currency !== currency);
  return {
    id: factId(payment),
    receivedAt,
    statement: `ETpay announces ${describeStatus(payment)}${differs ? ', but not for the amount asked' : ''}`,
    proven: provenFinding(payment),
  };
}

/** The same for every delivery of the same fact, by whichever way and however often it comes. */
function factId(payment: EtPayPayment): string {
  const { paymentToken, money } = payment;
  const amount = money ? `${money.amount}${money.currency}` : '-';
  return `etpay:${paymentToken ?? '-'}:${describeStatus(payment).replaceAll(' ', '_')}:${amount}`;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
