import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { CreatePayment } from '../contract/http';
import { problemOfAmount } from '../domain/capabilities';
import { type PaymentRequest, PROVIDERS } from '../domain/payment';
import { type ApiConnections, providerOf } from '../providers/index';
import type { Provider } from '../providers/provider';
import { fingerprintOf, paymentIdOf } from './idempotency';
import type { PaymentTokens } from './payment-tokens';
import { invalidRequest, Problem, valid } from './problem';

export interface RequestRules {
  production: boolean;
  publicUrl: string;
  connections: ApiConnections;
  /** Whether backends are told by events. */
  notify: boolean;
}

const NO_OPTIONS = z.strictObject({});

/**
 * Checks a create request against what its provider can take, before anything is started.
 * @throws Problem 400 or 422
 */
export function readPaymentRequest(
  asked: CreatePayment,
  caller: string,
  idempotencyKey: string,
  rules: RequestRules,
  tokens: PaymentTokens,
): PaymentRequest {
  const provider = providerAsked(asked);
  const providerOptions = valid(provider.options ?? NO_OPTIONS, asked.providerOptions, 'providerOptions');
  if (asked.returnUrl !== undefined) checkReturnUrl(asked.returnUrl, rules.production);
  checkCustomer(provider, asked);
  const account = accountAsked(provider, asked, rules.connections);
  checkOwnRules(provider, { ...asked, providerOptions }, account);
  const lifeSeconds = checkCapabilities(provider, asked);
  const id = paymentIdOf(caller, idempotencyKey);
  const now = Date.now();
  const { amount, currency, reference, description, connection, metadata, returnUrl, customer } = asked;
  return {
    id,
    caller,
    provider: provider.id,
    connection,
    amount,
    currency,
    reference,
    description,
    metadata,
    providerOptions,
    ...(returnUrl !== undefined && { returnUrl }),
    ...(customer !== undefined && { customer }),
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + lifeSeconds * 1_000).toISOString(),
    urls: urlsOf(id, provider.id, rules.publicUrl, tokens),
    notify: rules.notify,
    fingerprint: fingerprintOf(asked),
    // Not the X-Request-Id: a caller may send that again with a retry.
    requestId: randomUUID(),
  };
}

function providerAsked({ provider }: CreatePayment): Provider {
  const known = PROVIDERS.find((id) => id === provider);
  if (!known)
    throw refusal('unknown_provider', 'provider', `provider must be one of ${PROVIDERS.join(', ')}`);
  return providerOf(known);
}

function checkReturnUrl(returnUrl: string, production: boolean): void {
  const { protocol, hostname } = new URL(returnUrl);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  if (production && protocol !== 'https:' && !loopback) {
    throw invalidRequest([{ path: 'returnUrl', message: 'returnUrl must be https in production' }]);
  }
}

function checkCustomer({ id, requiredCustomer = [] }: Provider, { customer }: CreatePayment): void {
  const missing = requiredCustomer.filter((field) => customer?.[field] === undefined);
  if (missing.length === 0) return;
  throw invalidRequest(
    missing.map((field) => ({
      path: `customer.${field}`,
      message: `customer.${field} is required for ${id}`,
    })),
  );
}

/** @returns what the API keeps of the account */
function accountAsked({ id }: Provider, { connection }: CreatePayment, connections: ApiConnections): unknown {
  const accounts = new Map<string, unknown>(Object.entries(connections[id]));
  if (accounts.size === 0) {
    throw refusal(
      'provider_not_configured',
      'provider',
      `${id} is not configured: set its account in the settings`,
    );
  }
  if (!accounts.has(connection)) {
    throw refusal('unknown_connection', 'connection', `${id} has no connection of this name`);
  }
  return accounts.get(connection);
}

/** What schemas and capabilities cannot say of one provider. */
function checkOwnRules(provider: Provider, asked: CreatePayment, account: unknown): void {
  const objections = provider.objectionsTo?.(asked, account) ?? [];
  const unsupported = objections.find(({ code }) => code !== undefined);
  if (unsupported?.code) throw refusal(unsupported.code, unsupported.path, unsupported.message);
  if (objections.length > 0) throw invalidRequest(objections.map(({ path, message }) => ({ path, message })));
}

/** @returns how long the payer has, in seconds */
function checkCapabilities(
  { id, capabilities }: Provider,
  { amount, currency, expiresInSeconds }: CreatePayment,
): number {
  const { currencies, expiry } = capabilities;
  if (!currencies.includes(currency)) {
    throw refusal('unsupported_currency', 'currency', `${id} takes ${currencies.join(', ')} only`);
  }
  const problem = problemOfAmount(capabilities, { amount, currency });
  if (problem) throw refusal('unsupported_amount', 'amount', problem);
  const seconds = expiresInSeconds ?? expiry.default;
  if (seconds < expiry.min || seconds > expiry.max) {
    const message = `${id} payments last from ${expiry.min} to ${expiry.max} seconds`;
    throw refusal('unsupported_expiry', 'expiresInSeconds', message);
  }
  return seconds;
}

function refusal(code: ConstructorParameters<typeof Problem>[0], path: string, message: string): Problem {
  return new Problem(code, message, { errors: [{ path, message }] });
}

/** The addresses of one payment, each with our token. */
export function urlsOf(
  id: string,
  provider: string,
  publicUrl: string,
  tokens: PaymentTokens,
): PaymentRequest['urls'] {
  return {
    webhook: `${publicUrl}/webhooks/${provider}/${id}/${tokens.sign('webhook', id)}`,
    return: `${publicUrl}/return/${id}/${tokens.sign('return', id)}`,
    checkout: `${publicUrl}/checkout/${id}?t=${tokens.sign('checkout', id)}`,
  };
}
