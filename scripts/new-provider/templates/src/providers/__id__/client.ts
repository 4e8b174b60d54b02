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
  /** As `amountText` of amounts.ts writes it. */
  amount: string;
  currency: string;
  //: hosted-page form
  webhookUrl: string;
  //: all
  returnUrl: string;
  /** RFC 3339 */
  expiresAt: string;
}
//: form reserve-and-capture

/** The money to be taken. */
export interface Capture {
  /** $Name$'s id of the payment; null: never told. */
  id: string | null;
  /** Our reference. */
  reference: string;
  /** As `amountText` of amounts.ts writes it. */
  amount: string;
  currency: string;
  //: form
  paymentToken: string;
  clientIp: string;
  userAgent: string;
  //: form reserve-and-capture
}
//: all

/** $Name$'s calls over HTTP (docs/providers/$id$.md §3), one account each. They reject with `ProviderError`. */
export class $Pascal$Client {
  private readonly http: HttpConnection;

  constructor(private readonly settings: $Pascal$Settings) {
    this.http = new HttpConnection(PROVIDER, settings);
  }

  //: hosted-page reserve-and-capture
  /** Asks for a payment page (§3.1). */
  //: form
  /** Asks for a form (§3.1). */
  //: all
  async createPayment(wanted: NewPayment): Promise<$Pascal$Payment> {
    const request = { call: 'create payment', effect: 'repeatable', method: 'POST' } as const;
    return this.exchange({ ...request, ...createRequestOf(wanted) });
  }

  /** Reads a payment, by $Name$'s id or, as long as we were told none, by our reference (§3.2). */
  async getPayment(id: string | null, reference: string): Promise<$Pascal$Payment> {
    const path = readPathOf(id, reference);
    return this.exchange({ call: 'get payment', effect: 'repeatable', method: 'GET', path });
  }
  //: form reserve-and-capture

  /** Takes the money (§3.5). */
  async capturePayment(wanted: Capture): Promise<$Pascal$Payment> {
    const request = { call: 'capture payment', effect: 'once', method: 'POST' } as const;
    return this.exchange({ ...request, ...captureRequestOf(wanted) });
  }
  //: reserve-and-capture

  /** Gives up a payment, and what is reserved for it (§3.4). */
  async voidPayment(id: string | null, reference: string): Promise<$Pascal$Payment> {
    const request = { call: 'void payment', effect: 'repeatable', method: 'POST' } as const;
    return this.exchange({ ...request, ...voidRequestOf(id, reference) });
  }
  //: all

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
//: form reserve-and-capture

function captureRequestOf(wanted: Capture): Pick<HttpRequest, 'path' | 'body'> {
  return notWritten(
    'captureRequestOf',
    'path and body of the call that takes the money, docs/providers/$id$.md §3.5',
    wanted,
  );
}
//: reserve-and-capture

function voidRequestOf(id: string | null, reference: string): Pick<HttpRequest, 'path' | 'body'> {
  return notWritten(
    'voidRequestOf',
    'path and body of the call that gives a payment up, docs/providers/$id$.md §3.4',
    id,
    reference,
  );
}
//: all

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
