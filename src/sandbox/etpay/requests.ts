import { z } from 'zod';
import type { IncomingCall } from '../call-serving';
import { isJsonObject } from '../exact-json';
import { EtpayRefusal } from './errors';

const text = z.string().min(1);

// Unknown properties are refused, so that a misspelt one is seen here and not at the real company [assumed].
/** docs/providers/etpay.md §3.1; the hyphen of the order id is [assumed] from a documentation example. */
export const initializeRequest = z.strictObject({
  merchant_code: text,
  merchant_api_token: text,
  merchant_order_id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be 1 to 64 letters, digits or hyphens'),
  order_amount: z.int('must be a whole number of pesos').min(1),
  customer_email: text.optional(),
  customer_phone: z
    .string()
    .regex(/^\d{10}$/, 'must be 10 digits')
    .optional(),
  metadata: z.array(z.strictObject({ name: z.string(), value: z.string(), show: z.boolean() })).optional(),
  payment_completed_url: text.optional(),
  payment_cancellation_url: text.optional(),
  payment_webhook_url: text.optional(),
  concat: z.string().optional(),
  user_bank_code: text.optional(),
  user_rut: text.optional(),
  is_rut_block: z.union([z.string(), z.boolean()]).optional(),
  target_flow: z.enum(['codi', 'spei']).optional(),
});

/** docs/providers/etpay.md §3.3; one public client sends `merchant_code` too. */
export const statusRequest = z
  .strictObject({
    merchant_api_token: text,
    merchant_code: text.optional(),
    session_token: text.optional(),
    merchant_order_id: z.union([text, z.int()]).optional(),
    payment_token: text.optional(),
  })
  .refine(
    ({ session_token, merchant_order_id, payment_token }) =>
      session_token !== undefined || merchant_order_id !== undefined || payment_token !== undefined,
    { message: 'one of session_token, merchant_order_id and payment_token is needed' },
  );

/** The call's body, checked; refuses with the first problem. */
export function checkedBody<T extends z.ZodType>(call: IncomingCall, schema: T): z.infer<T> {
  if (call.bodyError) throw new EtpayRefusal(400, 'The body is not JSON');
  const result = schema.safeParse(call.body ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new EtpayRefusal(
    400,
    `${issue?.path.map(String).join('.') || 'body'}: ${issue?.message ?? 'is wrong'}`,
  );
}

/** A property of the unchecked body as text, for finding out whom a call concerns. */
export function textField(call: IncomingCall, name: string): string | undefined {
  const value = isJsonObject(call.body) ? call.body[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
