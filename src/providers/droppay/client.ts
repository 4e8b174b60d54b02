import type { z } from 'zod';
import { toDecimalText } from '../../domain/money';
import { LOG_IN } from '../access-tokens';
import { errorOfStatus, HttpConnection, type HttpAnswer, type HttpRequest, readJson } from '../http';
import { jsonWithDecimal, readAs } from '../json';
import { ProviderError, type ProviderErrorKind } from '../provider-error';
import type { DropPaySettings } from './config';
import {
  type Authorization,
  authorizationSchema,
  type Charge,
  CHARGED_BY_GRANT,
  chargeSchema,
  DROPPAY_CURRENCY,
  errorInfoSchema,
  type LogIn,
  logInSchema,
  type Refund,
  refundSchema,
} from './schemas';

export const PROVIDER = 'DropPay';
const AUTHORIZATIONS = '/shop/v1/pos/authorization';

export interface NewAuthorization {
  /** Cents. */
  amount: number;
  description: string;
  merchantCustomId: string;
  webhookUrl: string;
}

export interface NewRefund {
  /** The charge's own id (`CHA…`), not the authorization's. */
  chargeId: string;
  /** Cents, not above the charge. */
  amount: number;
  /** At most 512 characters. */
  reason: string | null;
}

/**
 * What the documented pairs of HTTP status and code mean (docs/providers/droppay.md §3.9). A code alone is
 * ambiguous.
 */
const REFUSALS: Readonly<Record<string, [ProviderErrorKind, string]>> = {
  '400/100': ['invalid_request', 'arguments are missing'],
  '400/101': ['invalid_request', 'arguments are wrong'],
  '400/102': ['invalid_request', 'a date or time is wrong'],
  '400/103': ['invalid_request', 'a public id is wrong'],
  '400/202': ['invalid_request', 'the authorization policy is invalid'],
  '401/100': ['unauthenticated', 'the login credentials are wrong'],
  '401/101': ['unauthenticated', 'out of the allowed scope'],
  '401/102': ['unauthenticated', 'the access token is wrong or has expired'],
  '403/100': ['unauthenticated', 'the signature is wrong'],
  '403/101': ['unauthenticated', 'no access to the resource'],
  '403/200': ['declined', 'payer and payee are the same'],
  '409/200': ['declined', 'the authorization has expired'],
};

/**
 * DropPay's calls over HTTP (docs/providers/droppay.md §3), one account each. All reject with
 * `ProviderError`, whose `providerCode` is `<HTTP status>/<code>`, or the status alone when the answer has no
 * code.
 */
export class DropPayClient {
  private readonly http: HttpConnection;

  constructor(private readonly settings: DropPaySettings) {
    this.http = new HttpConnection(PROVIDER, settings);
  }

  /** Gets an access token with the connection code, which may be used again and again (§3.1). */
  async logIn(): Promise<LogIn> {
    const { clientId, clientSecret, connectionCode } = this.settings;
    const body = JSON.stringify({
      grant_type: 'authorization_code',
      code: connectionCode,
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'app',
    });
    const path = '/oa2/v1/ac/token';
    try {
      return await this.exchange(
        { call: LOG_IN, effect: 'repeatable', method: 'POST', path, body },
        logInSchema,
      );
    } catch (error) {
      throw error instanceof ProviderError ? asLogInError(error) : error;
    }
  }

  /**
   * Asks for an authorization of exactly one charge (§3.5). A lost answer leaves an orphan that no payer sees.
   */
  createAuthorization(
    accessToken: string,
    wanted: NewAuthorization & { returnUrl: string },
  ): Promise<Authorization> {
    const body = authorizationBody(this.settings.posId, wanted, { loopback_uri: wanted.returnUrl });
    return this.exchange(
      { call: 'create authorization', effect: 'repeatable', method: 'POST', path: AUTHORIZATIONS, body },
      authorizationSchema,
      accessToken,
    );
  }

  /**
   * Announces a payment that a terminal took to the Acquirer device (§1, §3.5). A lost answer leaves an orphan that
   * nobody confirms, unless the device grants what it creates: then it may have taken the money.
   */
  createAcquirerAuthorization(
    accessToken: string,
    acquirerPosId: string,
    wanted: NewAuthorization,
  ): Promise<Authorization> {
    const body = authorizationBody(acquirerPosId, wanted, { policy: CHARGED_BY_GRANT, scheme: 'CREDIT' });
    const effect = this.settings.assumed.acquirerCreatedGranted ? 'once' : 'repeatable';
    return this.exchange(
      { call: 'create authorization', effect, method: 'POST', path: AUTHORIZATIONS, body },
      authorizationSchema,
      accessToken,
    );
  }

  /** Reads an authorization; gives its pay token a new life when the old one has run out (§2.4). */
  getAuthorization(accessToken: string, id: string): Promise<Authorization> {
    return this.exchange(
      { call: 'get authorization', effect: 'repeatable', method: 'GET', path: authorizationPath(id) },
      authorizationSchema,
      accessToken,
    );
  }

  /**
   * Undoes an authorization before the payer completes it (§3.5). Any 2xx, with or without a body, is a yes.
   */
  async deleteAuthorization(accessToken: string, id: string): Promise<void> {
    const path = authorizationPath(id);
    await this.call(
      { call: 'cancel authorization', effect: 'repeatable', method: 'DELETE', path },
      accessToken,
    );
  }

  /**
   * Confirms a waiting authorization of the Acquirer device, which is the taking of the money there (§3.5).
   */
  grantAuthorization(accessToken: string, id: string): Promise<Authorization> {
    const body = JSON.stringify({ status: 'GRANTED' });
    return this.exchange(
      { call: 'confirm authorization', effect: 'once', method: 'PATCH', path: authorizationPath(id), body },
      authorizationSchema,
      accessToken,
    );
  }

  /** Takes the money (§3.6). Amount in cents. */
  charge(accessToken: string, payTokenValue: string, amount: number, description: string): Promise<Charge> {
    const body = jsonWithDecimal('amount', euro(amount), { pay_token_val: payTokenValue, description });
    return this.exchange(
      { call: 'charge', effect: 'once', method: 'POST', path: '/shop/v1/pos/charge', body },
      chargeSchema,
      accessToken,
    );
  }

  /** Gives money of a charge back, which DropPay does once per charge (§2.5). `path` as configured (§3.7). */
  refund(accessToken: string, path: string, { chargeId, amount, reason }: NewRefund): Promise<Refund> {
    const body = jsonWithDecimal('amount', euro(amount), {
      charge_id: chargeId,
      ...(reason !== null && { reason }),
    });
    return this.exchange(
      { call: 'refund', effect: 'once', method: 'POST', path, body },
      refundSchema,
      accessToken,
    );
  }

  /** Closes idle sockets. */
  close(): Promise<void> {
    return this.http.close();
  }

  private async exchange<S extends z.ZodType>(
    request: HttpRequest,
    schema: S,
    accessToken?: string,
  ): Promise<z.output<S>> {
    const answer = await this.call(request, accessToken);
    return readAs(schema, PROVIDER, request, answer);
  }

  private async call(request: HttpRequest, accessToken?: string): Promise<HttpAnswer> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    if (accessToken !== undefined) headers.authorization = `Bearer ${accessToken}`;
    const answer = await this.http.send({ ...request, headers });
    const error = errorOfStatus(PROVIDER, request, answer) ?? refusalOf(request.call, answer);
    if (error) throw error;
    return answer;
  }
}

function authorizationPath(id: string): string {
  return `${AUTHORIZATIONS}/${encodeURIComponent(id)}`;
}

function authorizationBody(
  posId: string,
  { amount, description, merchantCustomId, webhookUrl }: NewAuthorization,
  ofDevice: Record<string, string>,
): string {
  return jsonWithDecimal('charge_amount', euro(amount), {
    description,
    pos_id: posId,
    merchant_custom_id: merchantCustomId,
    webhooks: { ALL: webhookUrl },
    ...ofDevice,
  });
}

/** Cents as the decimal that DropPay wants (docs/providers/droppay.md §5). */
function euro(cents: number): string {
  return toDecimalText(cents, DROPPAY_CURRENCY);
}

function refusalOf(call: string, answer: HttpAnswer): ProviderError | null {
  const { status } = answer;
  if (status < 400) return null;
  const info = errorInfoSchema.safeParse(readJson(answer));
  const providerCode = info.success ? `${status}/${info.data.code}` : String(status);
  const [kind, meaning] = REFUSALS[providerCode] ?? [
    kindOfStatus(status),
    `refused with HTTP ${providerCode}`,
  ];
  return new ProviderError({
    kind,
    provider: PROVIDER,
    call,
    message: meaning,
    httpStatus: status,
    providerCode,
  });
}

function kindOfStatus(status: number): ProviderErrorKind {
  if (status === 401 || status === 403) return 'unauthenticated';
  return status === 400 || status === 404 || status === 405 ? 'invalid_request' : 'declined';
}

/** Whatever a login is refused with, the account's settings are what is wrong. */
function asLogInError(error: ProviderError): ProviderError {
  if (error.kind !== 'invalid_request' && error.kind !== 'declined') return error;
  const { provider, call, httpStatus, providerCode } = error;
  return new ProviderError({
    kind: 'unauthenticated',
    provider,
    call,
    message: 'the login was refused',
    httpStatus,
    providerCode,
  });
}
