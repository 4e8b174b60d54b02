import { setTimeout as sleep } from 'node:timers/promises';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { type Payment, PROVIDERS } from '../domain/payment';
import type { ProviderEvent } from '../domain/provider-answer';
import type { Callback, Reading, RefusedCallback } from '../providers/callback';
import { type ApiConnections, providerOf } from '../providers/index';
import type { Provider } from '../providers/provider';
import { PAYMENT_ID } from './idempotency';
import type { ApiMetrics } from './metrics';
import { limitPerPayment } from './middleware/rate-limits';
import { rawBody } from './middleware/request-body';
import type { PaymentStore } from './payment-store';
import type { PaymentTokens, TokenPurpose } from './payment-tokens';
import { notFound, Problem, temporarilyUnavailable } from './problem';
import { addRoute, pathParameter } from './routes';
import type { StoredPayment } from './stored-payment';

export interface WebhooksDependencies {
  store: PaymentStore;
  tokens: PaymentTokens;
  metrics: ApiMetrics;
  /** What providers and payers reach; without a slash at the end. */
  publicUrl: string;
  connections: ApiConnections;
}

/** Retries by providers are rare: Temporal is tried for this long before 503. */
const PATIENCE_MS = 3_000;
const SIGNAL_DEADLINE_MS = 2_000;
const FIRST_GAP_MS = 100;

/** Callbacks of providers and the payer's way back. A callback is acknowledged only after Temporal has it. */
export function webhookRoutes(dependencies: WebhooksDependencies): Router {
  const { tokens, metrics } = dependencies;
  const router = Router();
  const limit = limitPerPayment();
  // Whoever has the payer's address must not use up what the provider may send.
  const limitReturns = limitPerPayment();
  const token = requireToken(tokens, 'webhook', () => metrics.webhook('any', 'bad_token'));
  for (const id of PROVIDERS) {
    const provider = providerOf(id);
    const desk = new CallbackDesk(provider, dependencies);
    addRoute(router, `/webhooks/${id}/:paymentId/:token`, {
      ...(provider.callbacks.readReturn && { get: [token, limitReturns, desk.receiveReturn] }),
      post: [token, limit, rawBody, desk.receive],
    });
    if (provider.callbacks.find) {
      addRoute(router, `/webhooks/${id}`, { post: [rawBody, desk.find, limit, desk.receive] });
    }
  }
  addRoute(router, '/return/:paymentId/:token', {
    get: [requireToken(tokens, 'return'), limitReturns, comeBack(dependencies)],
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
    private readonly provider: Provider,
    private readonly dependencies: WebhooksDependencies,
  ) {}

  /** A callback about the payment that was named before. */
  readonly receive: RequestHandler = async (request, response) => {
    const callback = this.callbackOf(request);
    await this.take(response, (stored) =>
      this.provider.callbacks.read(callback, stored, this.accountOf(stored.payment)),
    );
  };

  /** What a browser brought instead of the provider. */
  readonly receiveReturn: RequestHandler = async (request, response) => {
    const callback = this.callbackOf(request);
    await this.take(response, (stored) => {
      const read = readReturn(this.provider, callback, stored, this.dependencies.connections);
      if (!read) throw notFound();
      return read;
    });
  };

  /** Finds the payment of a callback whose address names none. */
  readonly find: RequestHandler = (request, response, next) => {
    const { metrics, connections } = this.dependencies;
    const { id, callbacks } = this.provider;
    const found = callbacks.find?.(this.callbackOf(request), connections[id]);
    if (!found) throw notFound();
    if ('error' in found) throw this.refusal(found);
    if ('notOurs' in found) {
      metrics.webhook(id, 'not_ours');
      this.acknowledge(response);
      return;
    }
    if (!PAYMENT_ID.test(found.paymentId)) throw notFound();
    response.locals['paymentId'] = found.paymentId;
    next();
  };

  private async take(response: Response, read: (stored: StoredPayment) => Reading): Promise<void> {
    const { store, metrics } = this.dependencies;
    const paymentId = String(response.locals['paymentId']);
    try {
      const became = await patiently(async (deadlineMs) =>
        store.deliver(paymentId, await this.believe(paymentId, read, deadlineMs), deadlineMs),
      );
      metrics.webhook(this.provider.id, became);
    } catch (error) {
      if (isUnavailable(error)) metrics.webhook(this.provider.id, 'unavailable');
      throw error;
    }
    this.acknowledge(response);
  }

  private acknowledge(response: Response): void {
    const { contentType, body } = this.provider.callbacks.acknowledgement;
    response.type(contentType).send(body);
  }

  /** The token opens one payment; another provider's callback scheme would not prove anything about it. */
  private async believe(
    paymentId: string,
    read: (stored: StoredPayment) => Reading,
    deadlineMs: number,
  ): Promise<ProviderEvent> {
    const stored = await this.dependencies.store.read(paymentId, deadlineMs);
    if (stored?.payment.provider !== this.provider.id) throw notFound();
    const event = await read(stored);
    if ('error' in event) throw this.refusal(event);
    return event;
  }

  private refusal({ error, message }: RefusedCallback): Problem {
    this.dependencies.metrics.webhook(this.provider.id, error);
    return new Problem(error === 'unreadable' ? 'invalid_request' : 'unauthenticated', message);
  }

  private callbackOf(request: Request): Callback {
    return callbackOf(request, this.dependencies.publicUrl);
  }

  private accountOf(payment: Payment): () => unknown {
    return accountOf(payment, this.dependencies.connections);
  }
}

function callbackOf(request: Request, publicUrl: string): Callback {
  const body: unknown = request.body;
  // A client may name the whole address in its request line: of that, only what follows the host is what was called.
  const target = request.originalUrl.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
  return {
    method: request.method,
    url: publicUrl + target,
    path: target.replace(/\?.*$/s, ''),
    query: request.query,
    paymentId: request.params['paymentId'] === undefined ? null : pathParameter(request, 'paymentId'),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    headers: request.headers,
    receivedAt: new Date().toISOString(),
  };
}

/** What the payer's browser brought; null where the provider signs nothing of it. */
function readReturn(
  { callbacks }: Provider,
  callback: Callback,
  stored: StoredPayment,
  connections: ApiConnections,
): Reading | null {
  return callbacks.readReturn?.(callback, stored, accountOf(stored.payment, connections)) ?? null;
}

/**
 * Gives the payment's account when it is asked for. It throws Problem temporarily_unavailable when that is not configured here:
 * a good callback cannot be told from a bad one then, so it has to come again.
 */
function accountOf({ connection, provider }: Payment, connections: ApiConnections): () => unknown {
  return () => {
    const account = connections[provider][connection];
    if (account !== undefined) return account;
    throw temporarilyUnavailable(`the ${provider} connection of this payment is not configured here`);
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
function comeBack(dependencies: WebhooksDependencies): RequestHandler {
  const { store, tokens } = dependencies;
  return async (request, response) => {
    const paymentId = pathParameter(request, 'paymentId');
    const stored = await store.read(paymentId);
    if (!stored) throw notFound();
    // Only a hint: the payer goes on even when Temporal cannot take it, the planned look-ups find out.
    await passOn(request, stored, dependencies).catch((error: unknown) => {
      request.log.warn({ err: error }, 'the return of the payer could not be passed on');
    });
    const checkout = `/checkout/${paymentId}?t=${tokens.sign('checkout', paymentId)}`;
    response.redirect(303, stored.private.returnUrl ?? checkout);
  };
}

async function passOn(
  request: Request,
  stored: StoredPayment,
  { store, publicUrl, connections }: WebhooksDependencies,
): Promise<void> {
  const { id, provider } = stored.payment;
  const callback = callbackOf(request, publicUrl);
  const signed = await readReturn(providerOf(provider), callback, stored, connections);
  if (signed && !('error' in signed)) {
    await store.deliver(id, signed, SIGNAL_DEADLINE_MS);
    return;
  }
  if (signed) request.log.warn({ reason: signed.message }, 'the payer brought nothing that is signed');
  const hint = { id: 'return', receivedAt: callback.receivedAt, statement: 'the payer came back' };
  await store.hint(id, hint, SIGNAL_DEADLINE_MS);
}
