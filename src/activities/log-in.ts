import { createHash } from 'node:crypto';
import type { AccessToken } from '../contract/access-token';
import { LOG_IN, type TokenIssuer } from '../providers/access-tokens';
import { retryable } from '../providers/failure';
import { ProviderError } from '../providers/provider-error';

/** A fresh access token, with what the keeper needs to know of it and cannot compute in a workflow. */
export interface FreshAccessToken {
  accessToken: AccessToken;
  /** SHA-256 of the value, in hex. */
  hash: string;
}

/** What the keeper of access tokens may ask of the world. */
export interface LogInActivities {
  /** Logs in at a company. Harmless, may be repeated. */
  logIn: (company: string, connection: string) => Promise<FreshAccessToken>;
}

/** The logins of all companies that have access tokens. Rejects with `ApplicationFailure` (see failure.ts). */
export function createLogInActivities(issuers: readonly TokenIssuer[]): LogInActivities {
  return {
    logIn: (company, connection) =>
      retryable(async () => {
        const accessToken = await issuerOf(issuers, company).logIn(connection);
        return { accessToken, hash: hashOfToken(accessToken.value) };
      }),
  };
}

/** SHA-256 of an access token in hex: names it without showing it. */
export function hashOfToken(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('hex');
}

function issuerOf(issuers: readonly TokenIssuer[], company: string): TokenIssuer {
  const issuer = issuers.find((one) => one.company === company);
  if (issuer) return issuer;
  const message = 'this worker knows no login of this company';
  throw new ProviderError({ kind: 'invalid_request', provider: company, call: LOG_IN, message });
}
