import { errorOfStatus, type HttpAnswer, HttpConnection, type HttpRequest, readJson } from '../http';
import { ProviderError } from '../provider-error';
import type { $Pascal$Settings } from './config';
import { notWritten } from './not-written';
import { type $Pascal$Payment, paymentSchema } from './schemas';

const PROVIDER = '$Name$';

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
    return read(request.call, answer);
  }
}

function read(call: string, answer: HttpAnswer): $Pascal$Payment {
  const json = readJson(answer);
  const parsed = paymentSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'body').join(', ');
  throw new ProviderError({
    // Text that is no JSON comes from something in between; JSON of another shape will not get better by asking again.
    kind: json === undefined ? 'unavailable' : 'outcome_unknown',
    provider: PROVIDER,
    call,
    message: `answered HTTP ${answer.status} that cannot be read (${fields})`,
    httpStatus: answer.status,
  });
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
