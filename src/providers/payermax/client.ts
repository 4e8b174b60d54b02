import type { z } from 'zod';
import { type Effect, errorOfStatus, type HttpAnswer, HttpConnection, readJson } from '../http';
import { fieldsOf, jsonWithDecimal } from '../json';
import { ProviderError, type ProviderErrorKind } from '../provider-error';
import { toPayerMaxAmount } from './amounts';
import { ACCEPTED, meaningOf } from './codes';
import type { PayerMaxSettings } from './config';
import {
  envelopeSchema,
  type Order,
  orderSchema,
  type PlacedOrder,
  placedOrderSchema,
  type PlacedRefund,
  placedRefundSchema,
  type Refund,
  refundSchema,
  type Session,
  sessionSchema,
} from './schemas';
import { proofOf, signBody } from './signature';

export const PROVIDER = 'PayerMax';
const KEY_VERSION = '1';

type Call = keyof PayerMaxSettings['assumed']['versions'];

/** Amount in ISO 4217 minor units. */
interface OrderedMoney {
  amount: number;
  currency: string;
}

export interface NewSession extends OrderedMoney {
  country: string;
  userId: string;
  componentList?: readonly string[];
}

export interface NewOrder extends OrderedMoney {
  outTradeNo: string;
  subject: string;
  country: string;
  userId: string;
  /** Secret: what the payer's card form was turned into. */
  paymentToken: string;
  sessionKey: string;
  clientIp: string;
  userAgent: string;
  expireTimeSeconds: number;
  returnUrl: string;
  webhookUrl: string;
}

export interface NewRefund extends OrderedMoney {
  outRefundNo: string;
  outTradeNo: string;
  reason: string | null;
  webhookUrl: string;
}

/**
 * PayerMax's calls over HTTP (docs/providers/payermax.md §3), one app each. All reject with `ProviderError`, whose
 * `providerCode` is PayerMax's `code`; it is absent when they answered without one, or with a signature that is
 * wrong; or with `InexactAmountError` for an amount that `checkAmount` refuses.
 */
export class PayerMaxClient {
  private readonly http: HttpConnection;

  constructor(private readonly settings: PayerMaxSettings) {
    this.http = new HttpConnection(PROVIDER, settings);
  }

  /** Gets the keys of a card form. Creates no order (§3.1). */
  async applyDropinSession({
    amount,
    currency,
    country,
    userId,
    componentList,
  }: NewSession): Promise<Session> {
    const data = jsonWithDecimal('totalAmount', toPayerMaxAmount(amount, currency), {
      currency,
      country,
      userId,
      ...(componentList?.length && { componentList }),
    });
    return this.exchange('applyDropinSession', 'repeatable', data, sessionSchema);
  }

  /** Takes the money with the token of a card form (§3.3). */
  async orderAndPay(order: NewOrder): Promise<PlacedOrder> {
    const data = jsonWithDecimal('totalAmount', toPayerMaxAmount(order.amount, order.currency), {
      outTradeNo: order.outTradeNo,
      integrate: 'Direct_Payment',
      subject: order.subject,
      currency: order.currency,
      country: order.country,
      userId: order.userId,
      expireTime: String(order.expireTimeSeconds),
      paymentDetail: {
        paymentToken: order.paymentToken,
        sessionKey: order.sessionKey,
        buyerInfo: { clientIp: order.clientIp, userAgent: order.userAgent },
      },
      terminalType: 'WEB',
      frontCallbackUrl: order.returnUrl,
      notifyUrl: order.webhookUrl,
    });
    return this.exchange('orderAndPay', 'once', data, placedOrderSchema);
  }

  /** How an order stands (§3.4). */
  orderQuery(outTradeNo: string): Promise<Order> {
    return this.exchange('orderQuery', 'repeatable', JSON.stringify({ outTradeNo }), orderSchema);
  }

  /** Gives money back (§3.5). */
  async refund({
    amount,
    currency,
    outRefundNo,
    outTradeNo,
    reason,
    webhookUrl,
  }: NewRefund): Promise<PlacedRefund> {
    const data = jsonWithDecimal('refundAmount', toPayerMaxAmount(amount, currency), {
      outRefundNo,
      refundCurrency: currency,
      outTradeNo,
      ...(reason !== null && { comments: reason }),
      refundNotifyUrl: webhookUrl,
    });
    return this.exchange('refund', 'once', data, placedRefundSchema);
  }

  /** How a refund stands (§3.6). */
  refundQuery(outRefundNo: string): Promise<Refund> {
    return this.exchange('refundQuery', 'repeatable', JSON.stringify({ outRefundNo }), refundSchema);
  }

  /** Closes idle sockets. */
  close(): Promise<void> {
    return this.http.close();
  }

  private async exchange<S extends z.ZodType>(
    call: Call,
    effect: Effect,
    data: string,
    schema: S,
  ): Promise<z.output<S>> {
    const body = this.envelope(call, data);
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      sign: signBody(Buffer.from(body), this.settings.privateKey),
    };
    const answer = await this.http.send({ call, effect, method: 'POST', path: `/${call}`, headers, body });
    const parsed = schema.safeParse(this.acceptedData({ call, effect }, answer));
    if (parsed.success) return parsed.data;
    const fields = fieldsOf(parsed.error, 'data');
    throw problem('outcome_unknown', call, `accepted, with data that cannot be read (${fields})`, answer);
  }

  /** The data is written by the caller: an amount must not pass through a JavaScript number. */
  private envelope(call: Call, data: string): string {
    const { appId, merchantNo, assumed } = this.settings;
    const head = JSON.stringify({
      version: assumed.versions[call],
      keyVersion: KEY_VERSION,
      requestTime: new Date().toISOString().replace('Z', '+00:00'),
      appId,
      ...(merchantNo !== undefined && { merchantNo }),
    });
    return `${head.slice(0, -1)},"data":${data}}`;
  }

  /** The code counts before the HTTP status, and an accepted call only with PayerMax's signature (§12 rows 7 and 8). */
  private acceptedData(request: { call: Call; effect: Effect }, answer: HttpAnswer): unknown {
    const { call, effect } = request;
    const envelope = envelopeSchema.safeParse(readJson(answer));
    if (!envelope.success) throw withoutCode(request, answer);
    const { code, data } = envelope.data;
    const proof = proofOf(answer.body, answer.headers.sign, this.settings.publicKey);
    if (proof === 'forged' || (code === ACCEPTED && proof === 'unsigned')) {
      const what = proof === 'forged' ? 'a wrong signature' : 'no signature';
      throw problem('outcome_unknown', call, `answered with ${what}: check publicKey`, answer);
    }
    if (code === ACCEPTED) return data;
    const [kind, meaning] = meaningOf(code, effect, proof);
    throw problem(kind, call, `answered ${code} (${meaning})`, answer, code);
  }
}

/** An answer without PayerMax's code comes from something in between: it says nothing about an order. */
function withoutCode(request: { call: Call; effect: Effect }, answer: HttpAnswer): ProviderError {
  const { call, effect } = request;
  const message = `answered HTTP ${answer.status} without a code`;
  if (effect === 'once') return problem('outcome_unknown', call, message, answer);
  const error = errorOfStatus(PROVIDER, request, answer);
  return error ?? problem(kindOfStatus(answer.status), call, message, answer);
}

function kindOfStatus(status: number): ProviderErrorKind {
  if (status === 401 || status === 403) return 'unauthenticated';
  return status >= 400 ? 'invalid_request' : 'unavailable';
}

function problem(
  kind: ProviderErrorKind,
  call: string,
  message: string,
  { status: httpStatus }: HttpAnswer,
  providerCode?: string,
): ProviderError {
  return new ProviderError({ kind, provider: PROVIDER, call, message, httpStatus, providerCode });
}
