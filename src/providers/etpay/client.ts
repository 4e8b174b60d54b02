import { errorOfStatus, HttpConnection, type HttpAnswer, readJson } from '../http';
import { readAs } from '../json';
import { ProviderError, type ProviderErrorKind } from '../provider-error';
import type { EtPaySettings } from './config';
import { type EtPayPayment, paymentListSchema, type Session, sessionSchema } from './schemas';

export const PROVIDER = 'ETpay';

export interface NewSession {
  merchantOrderId: string;
  /** Whole pesos. */
  orderAmount: number;
  /** What the payer is shown beside the amount. */
  description: string;
  webhookUrl: string;
  returnUrl: string;
  customerEmail?: string;
  /** Ten digits. */
  customerPhone?: string;
  userBankCode?: string;
  userRut?: string;
  targetFlow?: string;
}

/**
 * ETpay's calls over HTTP (docs/providers/etpay.md §3), one account each. Neither moves money, both may be repeated.
 * They reject with `ProviderError`, whose `providerCode` is the HTTP status: ETpay's own codes are not published.
 */
export class EtPayClient {
  private readonly http: HttpConnection;

  constructor(private readonly settings: EtPaySettings) {
    this.http = new HttpConnection(PROVIDER, { ...settings, baseUrl: settings.apiUrl });
  }

  /**
   * Makes a payment session (§3.1). When the answer is lost, nobody holds the session's token, so that it can never
   * be paid (§6 rule 2).
   */
  async initializeSession(wanted: NewSession): Promise<Session> {
    const body = {
      merchant_code: this.settings.merchantCode,
      merchant_api_token: this.settings.merchantApiToken,
      merchant_order_id: wanted.merchantOrderId,
      order_amount: wanted.orderAmount,
      customer_email: wanted.customerEmail,
      customer_phone: wanted.customerPhone,
      metadata: [{ name: 'description', value: wanted.description, show: true }],
      payment_completed_url: wanted.returnUrl,
      payment_cancellation_url: wanted.returnUrl,
      payment_webhook_url: wanted.webhookUrl,
      user_bank_code: wanted.userBankCode,
      user_rut: wanted.userRut,
      target_flow: wanted.targetFlow,
    };
    const call = 'initialize session';
    const answer = await this.post(call, '/session/initialize', body);
    const refusal = refusalOf(call, answer);
    if (refusal) throw refusal;
    return readAs(sessionSchema, PROVIDER, { call, effect: 'repeatable' }, answer);
  }

  /**
   * The payments of one order, any number (§3.3); null stands for one that cannot be read. A 404 that is ETpay's own
   * means the same as an empty list (§9).
   */
  async checkPaymentStatus(merchantOrderId: string): Promise<(EtPayPayment | null)[]> {
    const call = 'check payment status';
    const body = {
      merchant_api_token: this.settings.merchantApiToken,
      merchant_order_id: merchantOrderId,
    };
    const answer = await this.post(call, '/merchant/check_payment_status', body);
    if (answer.status === 404) return this.nothingKnown(call, answer);
    const refusal = refusalOf(call, answer);
    if (refusal) throw refusal;
    return readAs(paymentListSchema, PROVIDER, { call, effect: 'repeatable' }, answer);
  }

  /** Closes idle sockets. */
  close(): Promise<void> {
    return this.http.close();
  }

  private async post(call: string, path: string, body: unknown): Promise<HttpAnswer> {
    const effect = 'repeatable';
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const answer = await this.http.send({
      call,
      effect,
      method: 'POST',
      path,
      headers,
      body: JSON.stringify(body),
    });
    const error = errorOfStatus(PROVIDER, { call, effect }, answer);
    if (error) throw error;
    return answer;
  }

  /** Text that is no JSON comes from something in between, which knows nothing of payments. */
  private nothingKnown(call: string, answer: HttpAnswer): [] {
    if (readJson(answer) !== undefined) return [];
    throw new ProviderError({
      kind: 'unavailable',
      provider: PROVIDER,
      call,
      message: 'answered HTTP 404 without JSON: is ETPAY_API_URL right?',
      httpStatus: 404,
    });
  }
}

/** ETpay's own words are not quoted: what it writes may repeat what was sent, credentials included. */
function refusalOf(call: string, { status }: HttpAnswer): ProviderError | null {
  if (status < 400) return null;
  return new ProviderError({
    kind: kindOfStatus(status),
    provider: PROVIDER,
    call,
    message: `refused with HTTP ${status}`,
    httpStatus: status,
    providerCode: String(status),
  });
}

function kindOfStatus(status: number): ProviderErrorKind {
  return status === 401 || status === 403 ? 'unauthenticated' : 'invalid_request';
}
