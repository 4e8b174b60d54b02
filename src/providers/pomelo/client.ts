import type { z } from 'zod';
import { errorOfStatus, HttpConnection, type HttpAnswer, type HttpRequest, readJson } from '../http';
import { readAs } from '../json';
import { ProviderError, type ProviderErrorKind } from '../provider-error';
import type { PomeloSettings } from './config';
import {
  errorInfoSchema,
  type Transaction,
  type TransactionPage,
  transactionPageSchema,
  transactionSchema,
} from './schemas';
import { signatureOf } from './signature';

export const PROVIDER = 'Pomelo';
const TRANSACTIONS = '/transactions';
/** "Only 2.0 is currently supported" (docs/providers/pomelo.md §2). */
const API_VERSION = '2.0';

export interface NewTransaction {
  /** Our reference. */
  localId: string;
  /** Text for the payer. */
  customerReference: string;
  /** Cents. */
  amount: number;
  currency: string;
  webhook: string;
  redirectUrl: string;
  /** When it can no longer be paid. */
  expires: Date;
}

/**
 * Pomelo's calls over HTTP (docs/providers/pomelo.md §3), one account each. All reject with `ProviderError`,
 * whose `providerCode` is `<HTTP status>/<code>`, or the status alone when the answer has no code. None of
 * them moves money: that takes a payer on the page (§1).
 */
export class PomeloClient {
  private readonly http: HttpConnection;

  constructor(private readonly settings: PomeloSettings) {
    this.http = new HttpConnection(PROVIDER, settings);
  }

  /** Asks for a payment page (§3.1). A lost answer leaves an orphan that no payer sees. */
  createTransaction(wanted: NewTransaction): Promise<Transaction> {
    const { createVersion } = this.settings;
    const path = createVersion === 'v1' ? TRANSACTIONS : `/v2${TRANSACTIONS}`;
    const body = JSON.stringify(createVersion === 'v1' ? this.signed(wanted) : unsigned(wanted));
    return this.exchange(
      { call: 'create transaction', effect: 'repeatable', method: 'POST', path, body },
      transactionSchema,
    );
  }

  /** Reads a transaction, which is the only trustworthy word about its state (§3.2). */
  getTransaction(id: string): Promise<Transaction> {
    const path = `${TRANSACTIONS}/${encodeURIComponent(id)}`;
    return this.exchange(
      { call: 'get transaction', effect: 'repeatable', method: 'GET', path },
      transactionSchema,
    );
  }

  /** Reads one page of all transactions, counted from 1; the order is not documented (§3.3). */
  listTransactions(page: number): Promise<TransactionPage> {
    const path = `${TRANSACTIONS}?page=${page}`;
    return this.exchange(
      { call: 'list transactions', effect: 'repeatable', method: 'GET', path },
      transactionPageSchema,
    );
  }

  /** Closes idle sockets. */
  close(): Promise<void> {
    return this.http.close();
  }

  private signed(wanted: NewTransaction): Record<string, unknown> {
    const { apiKey, appId, signMethod, assumed } = this.settings;
    return {
      ...unsigned(wanted),
      signature: signatureOf(signMethod, wanted, apiKey),
      signMethod,
      deviceId: appId,
      appVersion: assumed.appVersion,
      apiVersion: API_VERSION,
    };
  }

  private async exchange<S extends z.ZodType>(request: HttpRequest, schema: S): Promise<z.output<S>> {
    return readAs(schema, PROVIDER, request, await this.call(request));
  }

  private async call(request: HttpRequest): Promise<HttpAnswer> {
    // §1: the bare key, a scheme word before it is wrong. §3: all three headers on every call.
    const headers = {
      authorization: this.settings.apiKey,
      accept: 'application/json',
      'content-type': 'application/json',
    };
    const answer = await this.http.send({ ...request, headers });
    const error = errorOfStatus(PROVIDER, request, answer) ?? refusalOf(request.call, answer);
    if (error) throw error;
    return answer;
  }
}

function unsigned({ expires, ...wanted }: NewTransaction): Record<string, unknown> {
  const { localId, customerReference, amount, currency, webhook, redirectUrl } = wanted;
  return {
    localId,
    customerReference,
    amount,
    currency,
    webhook,
    redirectUrl,
    expires: expires.toISOString(),
  };
}

function refusalOf(call: string, answer: HttpAnswer): ProviderError | null {
  const { status } = answer;
  if (status < 400) return null;
  const info = errorInfoSchema.safeParse(readJson(answer));
  const providerCode = info.success ? `${status}/${info.data.code}` : String(status);
  return new ProviderError({
    kind: kindOfStatus(status),
    provider: PROVIDER,
    call,
    message: `refused with HTTP ${providerCode}`,
    httpStatus: status,
    providerCode,
  });
}

/** By the HTTP status alone: the codes are not listed anywhere (docs/providers/pomelo.md §3.6). */
function kindOfStatus(status: number): ProviderErrorKind {
  if (status === 401 || status === 403) return 'unauthenticated';
  return status === 400 || status === 404 || status === 405 ? 'invalid_request' : 'declined';
}
