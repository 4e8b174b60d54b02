import { z } from 'zod';
import type { IncomingCall } from '../call-serving';
import { isJsonObject } from '../exact-json';
import { isDeliverable } from '../webhook-sending';
import { ERRORS, PomeloRefusal } from './errors';
import { SIGN_METHODS } from './signing';

const HOUR_MS = 3_600_000;
const MOST_AHEAD_MS = 2_160 * HOUR_MS;

const text = z.string().min(1);
const address = z.string().refine((value) => URL.canParse(value), 'must be a valid URL');

const commonFields = {
  amount: z.int('must be an integer number of cents').min(100, 'the minimum is 100'),
  currency: text,
  localId: z.string().optional(),
  customerReference: z.string().max(140).optional(),
  redirectUrl: address.optional(),
  webhook: z.string().optional(),
  expires: z.iso.datetime('must be an ISO time in UTC, ending in Z').optional(),
  provider: text.optional(),
};

/** docs/providers/pomelo.md §2; unknown fields are ignored (§11 no. 19). */
export const v1Request = z.object({
  ...commonFields,
  signature: text,
  deviceId: text,
  appVersion: text,
  apiVersion: z.literal('2.0'),
  signMethod: z.enum(SIGN_METHODS),
});

/** docs/providers/pomelo.md §3.1: no signature; what v1 sends besides is ignored. */
export const v2Request = z.object({
  ...commonFields,
  isPreAuthorization: z.boolean().optional(),
  paymentAttemptFailureUrl: address.optional(),
  customer: z.record(z.string(), z.json()).optional(),
  customerId: text.optional(),
  customerAsPayer: z.boolean().optional(),
  sendCustomerEmailReceipt: z.boolean().optional(),
  tokenizationDetails: z.record(z.string(), z.json()).optional(),
  locale: text.optional(),
  allowRetry: z.boolean().optional(),
  paymentPortalExperience: z.record(z.string(), z.json()).optional(),
  localData: z.string().max(1000).optional(),
  pnr: z.string().max(64).optional(),
});

export type CommonRequest = Pick<z.infer<typeof v1Request>, keyof typeof commonFields>;

/** What is allowed beyond the shape of a request: it depends on the account and the time. */
export interface Limits {
  readonly currencies: readonly string[];
  readonly providers: readonly string[];
  readonly nowMs: number;
  readonly defaultLifeMs: number;
  readonly refuseExpiryBeyond90Days: boolean;
  readonly allowLoopbackHttp: boolean;
}

/** The call's body, checked; throws PomeloRefusal that names the first bad field, missing ones first. */
export function checkedBody<T extends z.ZodType>(call: IncomingCall, schema: T): z.infer<T> {
  if (!/^application\/json\b/i.test(call.header('content-type') ?? '')) {
    throw invalid('Content-Type', 'must be application/json');
  }
  if (call.bodyError) throw invalid('body', 'is not JSON');
  const result = schema.safeParse(call.body ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const field = issue.path.map(String).join('.') || 'body';
    const missing =
      isJsonObject(call.body ?? {}) && textOrMore(call, String(issue.path[0] ?? '')) === undefined;
    return { field, missing, problem: missing ? 'is required' : issue.message };
  });
  const first = problems.find(({ missing }) => missing) ?? problems[0];
  throw invalid(first?.field ?? 'body', first?.problem ?? 'is wrong');
}

/** When the transaction expires, in epoch milliseconds; throws PomeloRefusal when a field breaks a limit. */
export function checkLimits(request: CommonRequest, limits: Limits): number {
  const { currency, provider, webhook, expires } = request;
  if (!limits.currencies.includes(currency)) throw invalid('currency', 'is not enabled for this merchant');
  if (provider !== undefined && !limits.providers.includes(provider)) {
    throw invalid('provider', 'is not enabled for this merchant');
  }
  if (webhook !== undefined && !isWebhookAddress(webhook, limits.allowLoopbackHttp)) {
    throw invalid('webhook', 'must be a valid URL starting with https://');
  }
  if (expires === undefined) return limits.nowMs + limits.defaultLifeMs;
  const expiresMs = Date.parse(expires);
  if (expiresMs < limits.nowMs + HOUR_MS) throw invalid('expires', 'must be at least 1 hour in the future');
  if (limits.refuseExpiryBeyond90Days && expiresMs > limits.nowMs + MOST_AHEAD_MS) {
    throw invalid('expires', 'must be at most 90 days in the future');
  }
  return expiresMs;
}

/** Whether an address can get webhooks: https on any port, or plain http to this machine by switch. */
export function isWebhookAddress(address: string, allowLoopbackHttp: boolean): boolean {
  return URL.canParse(address) && isDeliverable(new URL(address), allowLoopbackHttp, true);
}

/** The page of a list, counted from 1; throws PomeloRefusal when it is no such number. */
export function pageOf(call: IncomingCall): number {
  const page = call.query('page') ?? '1';
  if (!/^[1-9]\d{0,8}$/.test(page)) throw invalid('page', 'must be a whole number from 1');
  return Number(page);
}

/** A string property of the unchecked body, for finding out whom a call concerns. */
export function textField(call: IncomingCall, name: string): string | undefined {
  const value = textOrMore(call, name);
  return typeof value === 'string' ? value : undefined;
}

function textOrMore(call: IncomingCall, name: string) {
  return isJsonObject(call.body) ? call.body[name] : undefined;
}

function invalid(field: string, problem: string): PomeloRefusal {
  return new PomeloRefusal(ERRORS.invalidInput, `${field}: ${problem}`);
}
