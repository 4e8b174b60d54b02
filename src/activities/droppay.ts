import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { AccessToken } from '../contract/workflow';
import { referenceAtProvider } from '../domain/payment';
import type { Finding, Opening, ProviderCall, Taking } from '../domain/provider-answer';
import type { DropPaySettings } from '../providers/droppay/config';
import { findingOf, openingOf } from '../providers/droppay/mapping';
import { DROPPAY_CURRENCY } from '../providers/droppay/schemas';
import { ProviderError } from '../providers/provider-error';
import { type AccessTokens, DropPayAccounts } from './droppay-accounts';
import { chargeAuthorization } from './droppay-charge';
import { retryable } from './failure';

/** What DropPay's workflows may ask of the world. */
export interface DropPayActivities {
  /** Asks for a payment. Moves no money, may be repeated. */
  dropPayCreateAuthorization(
    call: ProviderCall & { webhookUrl: string; returnUrl: string },
  ): Promise<Opening>;
  /** Reads the payment. */
  dropPayGetAuthorization(call: ProviderCall): Promise<Finding>;
  /** Undoes the payment if it still can be undone; answers what the provider says afterwards. */
  dropPayCancelAuthorization(call: ProviderCall): Promise<Finding>;
  /** Takes the money. Never rejects; schedule it with one attempt only. */
  dropPayCharge(call: ProviderCall): Promise<Taking>;
}

/** A fresh access token, with what the keeper needs to know of it and cannot compute in a workflow. */
export interface FreshAccessToken {
  accessToken: AccessToken;
  /** SHA-256 of the value, in hex. */
  hash: string;
}

/** What the keeper of access tokens may ask of the world. */
export interface DropPayTokenActivities {
  /** Logs in with the connection code. Harmless, may be repeated. */
  dropPayLogIn(connection: string): Promise<FreshAccessToken>;
}

export interface DropPayActivityDeps {
  /** DropPay accounts by connection name. */
  connections: Readonly<Record<string, DropPaySettings>>;
  accessTokens: AccessTokens;
}

/**
 * Everything a worker does at DropPay. All but the charge reject with `ApplicationFailure` (see failure.ts).
 */
export function createDropPayActivities(
  deps: DropPayActivityDeps,
): DropPayActivities & DropPayTokenActivities {
  const accounts = new DropPayAccounts(deps.connections, deps.accessTokens);
  return {
    dropPayCreateAuthorization: (call) => retryable(() => createAuthorization(accounts, call)),
    dropPayGetAuthorization: (call) => retryable(() => getAuthorization(accounts, call)),
    dropPayCancelAuthorization: (call) => retryable(() => cancelAuthorization(accounts, call)),
    dropPayCharge: (call) =>
      chargeAuthorization(accounts, call, Date.now() + Context.current().info.startToCloseTimeoutMs),
    dropPayLogIn: (connection) => retryable(() => logIn(accounts, connection)),
  };
}

/** SHA-256 of an access token in hex: names it without showing it. */
export function hashOfToken(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('hex');
}

async function createAuthorization(
  accounts: DropPayAccounts,
  call: ProviderCall & { webhookUrl: string; returnUrl: string },
): Promise<Opening> {
  const account = accounts.of(call.connection);
  if (call.currency !== DROPPAY_CURRENCY || call.amount <= 0) {
    return refused(`DropPay takes amounts above zero in ${DROPPAY_CURRENCY} only`);
  }
  const wanted = {
    amount: call.amount,
    description: call.description,
    merchantCustomId: referenceAtProvider(call.paymentId, call.attempt),
    webhookUrl: call.webhookUrl,
    returnUrl: call.returnUrl,
  };
  try {
    return openingOf(
      await accounts.withToken(account, (token) => account.client.createAuthorization(token, wanted)),
    );
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.kind === 'declined' || error.kind === 'invalid_request')
      return refused(error.message, error.providerCode);
    if (error.kind === 'outcome_unknown') return { outcome: 'unknown', detail: error.message };
    throw error;
  }
}

async function getAuthorization(
  accounts: DropPayAccounts,
  { connection, providerReference: id, takingSent: afterCharge }: ProviderCall,
): Promise<Finding> {
  if (id === null) return { state: 'absent' };
  const account = accounts.of(connection);
  try {
    const authorization = await accounts.withToken(account, (token) =>
      account.client.getAuthorization(token, id),
    );
    return findingOf(authorization, { id, posId: account.settings.posId, afterCharge });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.kind === 'outcome_unknown') return { state: 'unclear', detail: error.message };
    if (error.httpStatus !== 404) throw error;
    // A charged authorization does not vanish: after a charge, "not found" more likely comes from something
    // in between.
    return afterCharge
      ? { state: 'unclear', detail: 'DropPay does not find the authorization' }
      : { state: 'absent' };
  }
}

async function cancelAuthorization(accounts: DropPayAccounts, call: ProviderCall): Promise<Finding> {
  const { connection, providerReference: id } = call;
  if (id === null) return { state: 'absent' };
  const account = accounts.of(connection);
  try {
    await accounts.withToken(account, (token) => account.client.deleteAuthorization(token, id));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { kind, httpStatus, providerCode } = error;
    Context.current().log.info('DropPay did not cancel, reading what it says', {
      kind,
      httpStatus,
      providerCode,
    });
  }
  return getAuthorization(accounts, call);
}

async function logIn(accounts: DropPayAccounts, connection: string): Promise<FreshAccessToken> {
  const asked = Date.now();
  const { accessToken: value, expiresInSeconds } = await accounts.of(connection).client.logIn();
  const expiresAt = new Date(asked + expiresInSeconds * 1_000).toISOString();
  return { accessToken: { value, expiresAt }, hash: hashOfToken(value) };
}

function refused(message: string, providerCode?: string): Opening {
  const end = { end: 'failed', code: 'provider_refused_request', message } as const;
  return { outcome: 'refused', ...end, ...(providerCode && { providerCode }) };
}
