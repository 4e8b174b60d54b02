import { z } from 'zod';
import type { IncomingCall } from '../call-serving';
import { isJsonObject, type Json } from '../exact-json';
import { DropPayRefusal, ERRORS } from './errors';
import { centsOf } from './wire-values';

const BAD_DATE_TIME = 'is not an ISO 8601 date-time with offset';

const text = z.string().min(1);
const description = text.max(512);
const amount = z.number().transform((value, context) => {
  const cents = centsOf(value);
  if (cents !== undefined) return cents;
  context.addIssue({ code: 'custom', message: 'must be euro above zero with at most two decimals' });
  return z.NEVER;
});
const instant = z.string().transform((value, context) => {
  if (z.iso.datetime({ offset: true }).safeParse(value).success) return Date.parse(value);
  context.addIssue({ code: 'custom', message: BAD_DATE_TIME });
  return z.NEVER;
});

// Unknown properties are refused, so that a misspelt one is seen here and not at the real company [assumed].
export const loginRequest = z.strictObject({
  grant_type: z.enum(['authorization_code', 'refresh_token']),
  code: text.optional(),
  client_id: text,
  client_secret: text,
  scope: text,
  refresh_token: text.optional(),
});

const authorizationFields = {
  description,
  charge_amount: amount,
  pos_id: text,
  policy: z.string().optional(),
  webhooks: z.strictObject({ ALL: z.string().optional() }).optional(),
  merchant_custom_id: z.string().optional(),
  merchant_custom_label: z.string().optional(),
  scheme_data: z.record(z.string(), z.json()).optional(),
  charge_date_start: instant.optional(),
  charge_date_end: instant.optional(),
};

/** docs/providers/droppay.md §3.5, DropPay device. */
export const dropPayDeviceRequest = z.strictObject({
  ...authorizationFields,
  loopback_uri: text.optional(),
  scheme: z.literal('DROPPAY').optional(),
  charge_max_count: z.int().min(1).optional(),
});

/** docs/providers/droppay.md §3.5, Acquirer device: no page to return to, one charge, scheme CREDIT. */
export const acquirerDeviceRequest = z.strictObject({
  ...authorizationFields,
  loopback_uri: z.undefined().optional(),
  scheme: z.literal('CREDIT').optional(),
  charge_max_count: z.literal(1).optional(),
});

export const confirmRequest = z.strictObject({ status: z.literal('GRANTED') });

export const chargeRequest = z.strictObject({ pay_token_val: text, description, amount });

export const refundRequest = z.strictObject({
  charge_id: text,
  amount,
  reason: z.string().max(512).optional(),
});

/** The call's body, checked; refuses with the documented code of the first problem, missing ones first. */
export function checkedBody<T extends z.ZodType>(call: IncomingCall, schema: T): z.infer<T> {
  if (call.bodyError) throw new DropPayRefusal(ERRORS.argumentsWrong, 'The body is not JSON');
  const result = schema.safeParse(call.body ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const missing = valueAt(call.body, issue.path) === undefined && issue.code !== 'unrecognized_keys';
    const kind = missing
      ? ERRORS.argumentsMissing
      : issue.message === BAD_DATE_TIME
        ? ERRORS.badDateTime
        : ERRORS.argumentsWrong;
    return {
      kind,
      text: `${issue.path.map(String).join('.') || 'body'}: ${missing ? 'missing' : issue.message}`,
    };
  });
  const first = problems.find(({ kind }) => kind === ERRORS.argumentsMissing) ?? problems[0];
  throw new DropPayRefusal(first?.kind ?? ERRORS.argumentsWrong, first?.text ?? 'The body is wrong');
}

/** A string property of the unchecked body, for finding out whom a call concerns. */
export function textField(call: IncomingCall, name: string): string | undefined {
  const value = valueAt(call.body, [name]);
  return typeof value === 'string' ? value : undefined;
}

function valueAt(body: Json | undefined, path: readonly PropertyKey[]): Json | undefined {
  let value = body;
  for (const key of path) value = isJsonObject(value) ? value[String(key)] : undefined;
  return value;
}
