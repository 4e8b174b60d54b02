import { z } from 'zod';
import { fromDecimal } from '../../domain/money';

/** DropPay takes euro only (docs/providers/droppay.md §1). */
export const DROPPAY_CURRENCY = 'EUR';

/** The policy by which the grant itself takes the money; the only one of the Acquirer device (§2.3). */
export const CHARGED_BY_GRANT = 'CHARGED';

const euro = z.union([z.number(), z.string()]).transform((value, context) => {
  try {
    return fromDecimal(value, DROPPAY_CURRENCY);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not an amount in euro with at most two decimals' });
    return z.NEVER;
  }
});

const count = z.union([
  z.number().int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);

const payToken = z
  .looseObject({
    val: z.string().min(1),
    date_expiring: z.string().nullish(),
    charge_available: count.nullish(),
    charge_max_count: count.nullish(),
  })
  .transform((token) => ({
    value: token.val,
    /** As the provider writes it; null when absent. */
    expiresAt: token.date_expiring ?? null,
    chargesLeft: token.charge_available ?? token.charge_max_count ?? null,
  }));

/**
 * The Authorization entity (docs/providers/droppay.md §3.5): every field but `id` may be absent, and is null
 * then. Amounts in cents.
 */
export const authorizationSchema = z
  .looseObject({
    id: z.string().min(1),
    status: z.string().nullish(),
    policy: z.string().nullish(),
    pos_id: z.string().nullish(),
    charge_amount: euro.nullish(),
    charge_max_count: count.nullish(),
    charge_maxcount: count.nullish(),
    charge_success_count: count.nullish(),
    merchant_custom_id: z.string().nullish(),
    sharing: z.string().nullish(),
    pay_token: payToken.nullish(),
  })
  .transform((wire) => ({
    id: wire.id,
    status: wire.status ?? null,
    policy: wire.policy ?? null,
    posId: wire.pos_id ?? null,
    chargeAmount: wire.charge_amount ?? null,
    maxCount: wire.charge_max_count ?? wire.charge_maxcount ?? null,
    successCount: wire.charge_success_count ?? null,
    merchantCustomId: wire.merchant_custom_id ?? null,
    sharing: wire.sharing ?? null,
    payToken: wire.pay_token ?? null,
  }));

export type Authorization = z.output<typeof authorizationSchema>;
export type PayToken = z.output<typeof payToken>;

/**
 * The answer to a charge (docs/providers/droppay.md §3.6). Amount in cents. An id that cannot be used is null: only a
 * refund needs it.
 */
export const chargeSchema = z
  .looseObject({
    id: z.string().min(1).nullish().catch(null),
    authorization_id: z.string().nullish(),
    status: z.string().nullish(),
    amount: euro.nullish(),
  })
  .transform((wire) => ({
    id: wire.id ?? null,
    authorizationId: wire.authorization_id ?? null,
    status: wire.status ?? null,
    amount: wire.amount ?? null,
  }));

export type Charge = z.output<typeof chargeSchema>;

/** The Refund entity (docs/providers/droppay.md §3.7): what was sent may be absent. Amount in cents. */
export const refundSchema = z
  .looseObject({
    id: z.string().min(1),
    status: z.string(),
    charge_id: z.string().nullish(),
    amount: euro.nullish(),
  })
  .transform((wire) => ({
    id: wire.id,
    status: wire.status,
    chargeId: wire.charge_id ?? null,
    amount: wire.amount ?? null,
  }));

export type Refund = z.output<typeof refundSchema>;

/** The answer to a login (docs/providers/droppay.md §3.1); `expires_in` is in seconds. */
export const logInSchema = z
  .looseObject({
    access_token: z.string().regex(/^[\x21-\x7e]+$/),
    expires_in: z
      .union([
        z.number(),
        z
          .string()
          .regex(/^\d{1,9}$/)
          .transform(Number),
      ])
      .refine((s) => s > 0),
  })
  .transform((wire) => ({ accessToken: wire.access_token, expiresInSeconds: wire.expires_in }));

export type LogIn = z.output<typeof logInSchema>;

/** ErrorInfo (docs/providers/droppay.md §3.9): `code` is a string of three digits. */
export const errorInfoSchema = z.looseObject({
  code: z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(/^\w{1,16}$/)),
});
