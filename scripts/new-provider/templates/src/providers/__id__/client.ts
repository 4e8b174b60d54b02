import { errorOfStatus, type HttpAnswer, HttpConnection, type HttpRequest } from '../http';
import { readAs } from '../json';
import type { ProviderError } from '../provider-error';
import type { $Pascal$Settings } from './config';
import { notWritten } from './not-written';
import { type $Pascal$Payment, paymentSchema } from './schemas';

export const PROVIDER = '$Name$';

export interface NewPayment {
  /** Our reference. */
  reference: string;
  /** Text for the payer. */
  description: string;
  /** As `amountText` of capabilities.ts writes it. */
  amount: string;
  currency: string;
  webhookUrl: string;
  returnUrl: string;
  /** RFC 3339 */
  expiresAt: string;
}

/**
 * $Name$'s calls over HTTP (docs/providers/$id$.md §3), one account each. Neither moves money: a call that may do so has
 * the effect `once`. They reject with `ProviderError`.
 */
export class $Pascal$Client {
  private readonly http: HttpConnection;

  constructor(private readonly settings: $Pascal$Settings) {
    this.http = new HttpConnection(PROVIDER, settings);
  }

  /** Asks for a payment page (§3.1). */
  async createPayment(wanted: NewPayment): Promise<$Pascal$Payment> {
    const request = { call: 'create payment', effect: 'repeatable', method: 'POST' } as const;
    return this.exchange({ ...request, ...createRequestOf(wanted) });
  }

  /** Reads a payment, by $Name$'s id or, as long as we were told none, by our reference (§3.2). */
  async getPayment(id: string | null, reference: string): Promise<$Pascal$Payment> {
    const path = readPathOf(id, reference);
    return this.exchange({ call: 'get payment', effect: 'repeatable', method: 'GET', path });
  }

  /** Closes idle sockets. */
  close(): Promise<void> {
    return this.http.close();
  }

  private async exchange(request: HttpRequest): Promise<$Pascal$Payment> {
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      ...authenticationOf(this.settings),
    };
    const answer = await this.http.send({ ...request, headers });
    const error = errorOfStatus(PROVIDER, request, answer) ?? refusalOf(request.call, answer);
    if (error) throw error;
    return readAs(paymentSchema, PROVIDER, request, answer);
  }
}

function createRequestOf(wanted: NewPayment): Pick<HttpRequest, 'path' | 'body'> {
  return notWritten(
    'createRequestOf',
    'path and body of the create call, docs/providers/$id$.md §3.1',
    wanted,
  );
}

function readPathOf(id: string | null, reference: string): string {
  return notWritten('readPathOf', 'path of the read call, docs/providers/$id$.md §3.2', id, reference);
}

function authenticationOf(settings: $Pascal$Settings): Record<string, string> {
  return notWritten('authenticationOf', 'the headers that sign us in, docs/providers/$id$.md §3', settings);
}

/** What a refusal (4xx) means. Its text is not quoted: it may repeat what was sent, credentials included. */
function refusalOf(call: string, answer: HttpAnswer): ProviderError | null {
  if (answer.status < 400) return null;
  return notWritten(
    'refusalOf',
    `which kind of ProviderError HTTP ${answer.status} is, docs/providers/$id$.md §3.3`,
    call,
  );
}
