import { isIP } from 'node:net';
import { z } from 'zod';
import { COMPONENTS } from './accounts';
import { PayerMaxRefusal } from './errors';

const text = (limit: number) => z.string().min(1).max(limit);
const flag = z.boolean().optional();
/** Major units; sources write it as a number or as text (docs/providers/payermax.md §6). */
const amount = z.union([z.number(), z.string().min(1).max(32)]);
const number = z.string().regex(/^[A-Za-z0-9_]{1,64}$/, 'must be 1 to 64 letters, digits and underscores');
const address = (limit: number) =>
  z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).max(limit);

// Unknown properties are refused, so that a misspelt one is seen here and not at the real company [assumed].
/** What every request is wrapped in (docs/providers/payermax.md §3.0). */
export const envelopeSchema = z.strictObject({
  // Sources disagree about the current value (§12 no. 1).
  version: z.string().regex(/^1\.[0-6]$/, 'must be 1.0 to 1.6'),
  keyVersion: z.literal('1'),
  requestTime: z
    .string()
    .max(32)
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/, "must be yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
    .refine((time) => Number.isFinite(Date.parse(time)), 'is no moment in time'),
  appId: text(64),
  merchantNo: text(32).optional(),
  requestId: text(64).optional(),
  data: z.record(z.string(), z.json()),
});

/** §3.1. */
export const sessionSchema = z.strictObject({
  totalAmount: amount.optional(),
  mitType: z.enum(['SCHEDULED', 'UNSCHEDULED', 'UNSCHDULED']).optional(),
  currency: text(3),
  country: text(2),
  userId: text(64),
  referralCode: text(32).optional(),
  tokenForFutureUse: flag,
  componentList: z.array(z.enum(COMPONENTS)).optional(),
});

/** §3.3, the Drop-in form without what only recurring payments need. */
export const paySchema = z.strictObject({
  outTradeNo: number,
  integrate: z.literal('Direct_Payment'),
  subject: text(256),
  totalAmount: amount,
  currency: text(3),
  country: text(2),
  userId: text(64),
  expireTime: z
    .string()
    .regex(/^\d{1,9}$/, 'must be seconds, as text')
    .optional(),
  referralCode: text(32).optional(),
  mitManagementUrl: address(1024).optional(),
  paymentDetail: z.strictObject({
    paymentToken: text(64),
    sessionKey: text(64),
    tokenForFutureUse: flag,
    merchantInitiated: flag,
    mitType: text(64).optional(),
    buyerInfo: z.strictObject({
      clientIp: z.string().refine((ip) => isIP(ip) !== 0, 'must be an IPv4 or IPv6 address'),
      userAgent: z.string().min(1),
    }),
  }),
  subMerchant: z.strictObject({ subMerchantNo: text(64).optional() }).optional(),
  language: text(16).optional(),
  terminalType: z.enum(['WEB', 'WAP', 'APP']),
  osType: z.enum(['ANDROID', 'IOS']).optional(),
  frontCallbackUrl: address(1024).optional(),
  notifyUrl: address(256).optional(),
  reference: text(512).optional(),
});

/** §3.4. */
export const querySchema = z.strictObject({ outTradeNo: text(64) });

/** §3.7; only `outTradeNo` is sure to be needed. */
export const closeSchema = z.strictObject({ outTradeNo: text(64), reason: z.string().max(512).optional() });

/** §3.5. */
export const refundSchema = z
  .strictObject({
    outRefundNo: text(64),
    refundAmount: amount,
    refundCurrency: text(3),
    outTradeNo: text(64).optional(),
    tradeToken: text(64).optional(),
    comments: z.string().max(512).optional(),
    refundNotifyUrl: address(256).optional(),
  })
  .refine((refund) => refund.outTradeNo !== undefined || refund.tradeToken !== undefined, {
    path: ['outTradeNo'],
    error: 'missing, and so is tradeToken',
  });

/** §3.6. */
export const refundQuerySchema = z
  .strictObject({ outRefundNo: text(64).optional(), refundTradeNo: text(64).optional() })
  .refine((query) => query.outRefundNo !== undefined || query.refundTradeNo !== undefined, {
    path: ['outRefundNo'],
    error: 'missing, and so is refundTradeNo',
  });

/** The checked value; refuses with PARAMS_INVALID that names the first wrong field. */
export function checkedParams<T extends z.ZodType>(value: unknown, schema: T): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.map(String).join('.') || 'body';
  throw new PayerMaxRefusal('PARAMS_INVALID', `${field}: ${issue?.message ?? 'wrong'}`);
}
