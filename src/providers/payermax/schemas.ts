import { z } from 'zod';

/** Labels are trimmed: the documents show one with a tab at its end (docs/providers/payermax.md §3.6). */
const label = z
  .string()
  .transform((text) => text.trim())
  .pipe(z.string().min(1).max(64));
const text = z.string().nullish();
/** Sources show numbers and numeric text (§6). Read with `readAmount`, which needs the currency. */
const amount = z.union([z.number(), z.string()]).nullish();
const optionalCode = z
  .string()
  .regex(/^\w{1,64}$/)
  .nullish()
  .catch(null);

/** What every answer and callback is wrapped in (§3.0). */
export const envelopeSchema = z.looseObject({
  code: z.string().regex(/^\w{1,64}$/),
  data: z.unknown().optional(),
});

/** The answer to `applyDropinSession` (§3.1). */
export const sessionSchema = z
  .looseObject({
    sessionKey: z.string().min(1),
    clientKey: z.string().min(1),
    notSupportedComponent: z.array(z.string()).nullish(),
  })
  .transform(({ sessionKey, clientKey, notSupportedComponent }) => ({
    sessionKey,
    clientKey,
    notSupported: notSupportedComponent ?? [],
  }));
export type Session = z.output<typeof sessionSchema>;

/** The answer to `orderAndPay` (§3.3). It holds no amount. */
export const placedOrderSchema = z
  .looseObject({ outTradeNo: z.string().min(1), tradeToken: text, status: label, redirectUrl: text })
  .transform(({ outTradeNo, tradeToken, status, redirectUrl }) => ({
    outTradeNo,
    tradeToken: tradeToken ?? null,
    status,
    redirectUrl: redirectUrl ?? null,
  }));
export type PlacedOrder = z.output<typeof placedOrderSchema>;

/** An order as `orderQuery` and the payment callback show it (§3.4, §5.1). Amounts in major units. */
export const orderSchema = z
  .looseObject({
    outTradeNo: z.string().min(1),
    tradeToken: text,
    status: label,
    totalAmount: amount,
    currency: text,
    resultCode: optionalCode,
  })
  .transform(({ outTradeNo, tradeToken, status, totalAmount, currency, resultCode }) => ({
    outTradeNo,
    tradeToken: tradeToken ?? null,
    status,
    totalAmount: totalAmount ?? null,
    currency: currency ?? null,
    /** Why it failed, as PayerMax codes it. */
    resultCode: resultCode ?? null,
  }));
export type Order = z.output<typeof orderSchema>;

/** The answer to `refund` (§3.5). */
export const placedRefundSchema = z
  .looseObject({ outRefundNo: z.string().min(1), refundTradeNo: text, status: label })
  .transform(({ outRefundNo, refundTradeNo, status }) => ({
    outRefundNo,
    refundTradeNo: refundTradeNo ?? null,
    status,
  }));
export type PlacedRefund = z.output<typeof placedRefundSchema>;

/** A refund as `refundQuery` and the refund callback show it; one example names its amount `totalAmount` (§3.6). */
export const refundSchema = z
  .looseObject({
    outRefundNo: z.string().min(1),
    outTradeNo: text,
    status: label,
    refundAmount: amount,
    totalAmount: amount,
    refundCurrency: text,
  })
  .transform(({ outRefundNo, outTradeNo, status, refundAmount, totalAmount, refundCurrency }) => ({
    outRefundNo,
    outTradeNo: outTradeNo ?? null,
    status,
    amount: refundAmount ?? totalAmount ?? null,
    currency: refundCurrency ?? null,
  }));
export type Refund = z.output<typeof refundSchema>;
