import { z } from 'zod';
import { isCurrency } from '../../domain/currency';
import { fromDecimal, type Money } from '../../domain/money';

/** The answer to a new session (docs/providers/etpay.md §3.1). */
export const sessionSchema = z
  .looseObject({
    token: z.string().regex(/^[A-Za-z0-9_-][\x21-\x7e]{0,511}$/),
    signature_token: z.string().min(1).max(4096),
  })
  .transform((wire) => ({ sessionToken: wire.token, signatureToken: wire.signature_token }));

export type Session = z.output<typeof sessionSchema>;

const label = z.union([z.string(), z.number()]).transform(String);

/**
 * A payment as callbacks and the status call tell it (docs/providers/etpay.md §3.3). Only the order id is certain to
 * be there; the payer's bank, tax id and account are not read.
 */
export const etPayPaymentSchema = z
  .looseObject({
    merchant_order_id: label,
    payment_token: label.nullish(),
    session_token: z.string().nullish(),
    merchant_amount: z.unknown().optional(),
    merchant_currency: z.unknown().optional(),
    payment_status: z.unknown().optional(),
    code: z.unknown().optional(),
    reason: z.unknown().optional(),
  })
  .transform((wire) => ({
    merchantOrderId: wire.merchant_order_id,
    paymentToken: wire.payment_token || null,
    sessionToken: wire.session_token ?? null,
    /** In ISO 4217 minor units; null when amount or currency are missing or cannot be read exactly. */
    money: moneyOf(wire.merchant_amount, wire.merchant_currency),
    /** As received; null when it is no text. */
    status: typeof wire.payment_status === 'string' ? wire.payment_status : null,
    /** ETpay's own word for why it was not paid, where there is one that looks like a word. */
    providerCode: [wire.code, wire.reason, wire.payment_status].map(wordOf).find((word) => word !== null),
  }));

export type EtPayPayment = z.output<typeof etPayPaymentSchema>;

/** The answer to the status call; a payment that cannot be read is null (docs/providers/etpay.md §3.3). */
export const paymentListSchema = z
  .array(z.unknown())
  .transform((list) => list.map((payment) => etPayPaymentSchema.safeParse(payment).data ?? null));

/** A label that may be shown: free text could hold personal data. */
export function wordOf(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) ? value : null;
}

function moneyOf(amount: unknown, currency: unknown): Money | null {
  if (typeof currency !== 'string' || !isCurrency(currency)) return null;
  if (typeof amount !== 'number' && typeof amount !== 'string') return null;
  try {
    return { amount: fromDecimal(amount, currency), currency };
  } catch {
    return null;
  }
}
