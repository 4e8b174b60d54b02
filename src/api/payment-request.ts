import { randomUUID } from 'node:crypto';
import type { ApiConnections } from '../api-connections';
import { type CreatePayment, PROVIDER_OPTIONS, REQUIRED_CUSTOMER } from '../contract/http';
import { problemOfAmount } from '../domain/capabilities';
import { type PaymentRequest, PROVIDERS, type ProviderId } from '../domain/payment';
import { capabilitiesOf } from '../providers/capabilities';
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
  const provider = providerOf(asked);
  const providerOptions = valid(PROVIDER_OPTIONS[provider], asked.providerOptions, 'providerOptions');
  if (asked.returnUrl !== undefined) checkReturnUrl(asked.returnUrl, rules.production);
  checkCustomer(provider, asked);
  checkConnection(provider, asked, rules.connections);
  const lifeSeconds = checkCapabilities(provider, asked);
  const id = paymentIdOf(caller, idempotencyKey);
  const now = Date.now();
  const { amount, currency, reference, description, connection, metadata, returnUrl, customer } = asked;
  return {
    id,
    caller,
    provider,
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
    urls: urlsOf(id, provider, rules.publicUrl, tokens),
    notify: rules.notify,
    fingerprint: fingerprintOf(asked),
    // Not the X-Request-Id: a caller may send that again with a retry.
    requestId: randomUUID(),
  };
}

function providerOf({ provider }: CreatePayment): ProviderId {
  const known = PROVIDERS.find((id) => id === provider);
  if (!known)
    throw refusal('unknown_provider', 'provider', `provider must be one of ${PROVIDERS.join(', ')}`);
  return known;
}

function checkReturnUrl(returnUrl: string, production: boolean): void {
  const { protocol, hostname } = new URL(returnUrl);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  if (production && protocol !== 'https:' && !loopback) {
    throw invalidRequest([{ path: 'returnUrl', message: 'returnUrl must be https in production' }]);
  }
}

function checkCustomer(provider: ProviderId, { customer }: CreatePayment): void {
  const missing = (REQUIRED_CUSTOMER[provider] ?? []).filter((field) => customer?.[field] === undefined);
  if (missing.length === 0) return;
  throw invalidRequest(
    missing.map((field) => ({
      path: `customer.${field}`,
      message: `customer.${field} is required for ${provider}`,
    })),
  );
}

function checkConnection(
  provider: ProviderId,
  { connection, currency }: CreatePayment,
  connections: ApiConnections,
): void {
  const names = Object.keys(connections[provider]);
  if (names.length === 0) {
    throw refusal(
      'provider_not_configured',
      'provider',
      `${provider} is not configured: set its account in the settings`,
    );
  }
  if (!names.includes(connection)) {
    throw refusal('unknown_connection', 'connection', `${provider} has no connection of this name`);
  }
  const taken = provider === 'etpay' ? connections.etpay[connection]?.currency : undefined;
  if (taken !== undefined && taken !== currency) {
    const message = `this ${provider} connection takes ${taken} only: name one of another country`;
    throw refusal('unsupported_currency', 'currency', message);
  }
}

/** @returns how long the payer has, in seconds */
function checkCapabilities(
  provider: ProviderId,
  { amount, currency, expiresInSeconds }: CreatePayment,
): number {
  const capabilities = capabilitiesOf(provider);
  const { currencies, expiry } = capabilities;
  if (!currencies.includes(currency)) {
    throw refusal('unsupported_currency', 'currency', `${provider} takes ${currencies.join(', ')} only`);
  }
  const problem = problemOfAmount(capabilities, { amount, currency });
  if (problem) throw refusal('unsupported_amount', 'amount', problem);
  const seconds = expiresInSeconds ?? expiry.default;
  if (seconds < expiry.min || seconds > expiry.max) {
    const message = `${provider} payments last from ${expiry.min} to ${expiry.max} seconds`;
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
