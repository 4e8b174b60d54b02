import { setTimeout as sleep } from 'node:timers/promises';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { type ProviderId, PROVIDERS } from '../domain/payment';
import type { ProviderEvent } from '../domain/provider-answer';
import { PAYMENT_ID } from './idempotency';
import type { ApiMetrics } from './metrics';
import { limitPerPayment } from './middleware/rate-limits';
import { rawBody } from './middleware/request-body';
import type { PaymentStore } from './payment-store';
import type { PaymentTokens, TokenPurpose } from './payment-tokens';
import { notFound, Problem } from './problem';
import { addRoute, pathParameter } from './routes';
import type { StoredPayment } from './stored-payment';
import type { Callback, ReadCallback, WebhookReader } from './webhook-readers';

export interface WebhooksDependencies {
  store: PaymentStore;
  tokens: PaymentTokens;
  metrics: ApiMetrics;
  readers: Readonly<Record<ProviderId, WebhookReader>>;
}

/** Retries by providers are rare: Temporal is tried for this long before 503. */
const PATIENCE_MS = 3_000;
const SIGNAL_DEADLINE_MS = 2_000;
const FIRST_GAP_MS = 100;

/** Callbacks of providers and the payer's way back. A callback is acknowledged only after Temporal has it. */
export function webhookRoutes({ store, tokens, metrics, readers }: WebhooksDependencies): Router {
  const router = Router();
  const limit = limitPerPayment();
  // Whoever has the payer's address must not use up what the provider may send.
  const limitReturns = limitPerPayment();
  const token = requireToken(tokens, 'webhook', () => metrics.webhook('any', 'bad_token'));
  for (const provider of PROVIDERS) {
    const desk = new CallbackDesk(provider, readers[provider], store, metrics);
    const address = `/webhooks/${provider}/:paymentId/:token`;
    const post = [token, limit, rawBody, desk.receive];
    addRoute(router, address, {
      ...(readers[provider].readReturn && { get: [token, limitReturns, desk.receiveReturn] }),
      post,
    });
    if (readers[provider].find) {
      addRoute(router, `/webhooks/${provider}`, { post: [rawBody, desk.find, limit, desk.receive] });
    }
  }
  addRoute(router, '/return/:paymentId/:token', {
    get: [requireToken(tokens, 'return'), limitReturns, comeBack({ store, tokens, readers })],
  });
  return router;
}

function requireToken(tokens: PaymentTokens, purpose: TokenPurpose, onBadToken?: () => void): RequestHandler {
  return (request, response, next) => {
    const paymentId = pathParameter(request, 'paymentId');
    const token = pathParameter(request, 'token');
    if (!PAYMENT_ID.test(paymentId) || !tokens.verify(purpose, paymentId, token)) {
      onBadToken?.();
      throw notFound();
    }
    response.locals['paymentId'] = paymentId;
    next();
  };
}

/** Takes the callbacks of one provider. */
class CallbackDesk {
  constructor(
    private readonly provider: ProviderId,
    private readonly reader: WebhookReader,
    private readonly store: PaymentStore,
    private readonly metrics: ApiMetrics,
  ) {}

  /** A callback about the payment that was named before. */
  readonly receive: RequestHandler = async (request, response) => {
    const callback = callbackOf(request);
    await this.take(response, (stored) => this.reader.read(callback, stored));
  };

  /** What a browser brought instead of the provider. */
  readonly receiveReturn: RequestHandler = async (request, response) => {
    const { readReturn } = this.reader;
    if (!readReturn) throw notFound();
    await this.take(response, (stored) => readReturn(request.query, stored, new Date().toISOString()));
  };

  /** Finds the payment of a callback whose address names none. */
  readonly find: RequestHandler = (request, response, next) => {
    const found = this.reader.find?.(callbackOf(request));
    if (!found) throw notFound();
    if ('error' in found) throw this.refusal(found);
    if (!PAYMENT_ID.test(found.paymentId)) throw notFound();
    response.locals['paymentId'] = found.paymentId;
    next();
  };

  private async take(response: Response, read: (stored: StoredPayment) => ReadCallback): Promise<void> {
    const paymentId = String(response.locals['paymentId']);
    try {
      const became = await patiently(async (deadlineMs) =>
        this.store.deliver(paymentId, await this.believe(paymentId, read, deadlineMs), deadlineMs),
      );
      this.metrics.webhook(this.provider, became);
    } catch (error) {
      if (isUnavailable(error)) this.metrics.webhook(this.provider, 'unavailable');
      throw error;
    }
    const { contentType, body } = this.reader.acknowledgement;
    response.type(contentType).send(body);
  }

  /** The token opens one payment; another provider's callback scheme would not prove anything about it. */
  private async believe(
    paymentId: string,
    read: (stored: StoredPayment) => ReadCallback,
    deadlineMs: number,
  ): Promise<ProviderEvent> {
    const stored = await this.store.read(paymentId, deadlineMs);
    if (stored?.payment.provider !== this.provider) throw notFound();
    const event = read(stored);
    if ('error' in event) throw this.refusal(event);
    return event;
  }

  private refusal({ error, message }: Extract<ReadCallback, { error: string }>): Problem {
    this.metrics.webhook(this.provider, error);
    return new Problem(error === 'unreadable' ? 'invalid_request' : 'unauthenticated', message);
  }
}

function callbackOf(request: Request): Callback {
  const body: unknown = request.body;
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    headers: request.headers,
    receivedAt: new Date().toISOString(),
  };
}

/** Tries again for a while when Temporal is out of reach. Every try gets the milliseconds that it may take. */
async function patiently<T>(call: (deadlineMs: number) => Promise<T>): Promise<T> {
  const giveUp = Date.now() + PATIENCE_MS;
  for (let gap = FIRST_GAP_MS; ; gap *= 2) {
    try {
      return await call(Math.max(FIRST_GAP_MS, Math.min(SIGNAL_DEADLINE_MS, giveUp - Date.now())));
    } catch (error) {
      if (!isUnavailable(error) || Date.now() + gap >= giveUp) throw error;
      await sleep(gap);
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === 'temporarily_unavailable';
}

/** The payer is back: a hint to look, then on to the shop, or to our page when the shop named no address. */
function comeBack({ store, tokens, readers }: Omit<WebhooksDependencies, 'metrics'>): RequestHandler {
  return async (request, response) => {
    const paymentId = pathParameter(request, 'paymentId');
    const stored = await store.read(paymentId);
    if (!stored) throw notFound();
    // Only a hint: the payer goes on even when Temporal cannot take it, the planned look-ups find out.
    await passOn(request, stored, store, readers[stored.payment.provider]).catch((error: unknown) => {
      request.log.warn({ err: error }, 'the return of the payer could not be passed on');
    });
    const checkout = `/checkout/${paymentId}?t=${tokens.sign('checkout', paymentId)}`;
    response.redirect(303, stored.private.returnUrl ?? checkout);
  };
}

async function passOn(
  request: Request,
  stored: StoredPayment,
  store: PaymentStore,
  { readReturn }: WebhookReader,
): Promise<void> {
  const receivedAt = new Date().toISOString();
  const signed = readReturn?.(request.query, stored, receivedAt);
  if (signed && !('error' in signed)) {
    await store.deliver(stored.payment.id, signed, SIGNAL_DEADLINE_MS);
    return;
  }
  if (signed) request.log.warn({ reason: signed.message }, 'the payer brought nothing that is signed');
  const hint = { id: 'return', receivedAt, statement: 'the payer came back' };
  await store.hint(stored.payment.id, hint, SIGNAL_DEADLINE_MS);
}
