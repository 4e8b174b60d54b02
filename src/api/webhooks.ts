import { setTimeout as sleep } from 'node:timers/promises';
import { type RequestHandler, Router } from 'express';
import { PROVIDERS, type ProviderId } from '../domain/payment';
import type { ProviderEvent } from '../domain/provider-answer';
import { PAYMENT_ID } from './idempotency';
import type { ApiMetrics } from './metrics';
import { limitPerPayment } from './middleware/rate-limits';
import { rawBody } from './middleware/request-body';
import type { PaymentStore } from './payment-store';
import type { PaymentTokens, TokenPurpose } from './payment-tokens';
import { notFound, Problem } from './problem';
import { addRoute, pathParameter } from './routes';
import { WEBHOOK_READERS } from './webhook-readers';

export interface WebhooksDependencies {
  store: PaymentStore;
  tokens: PaymentTokens;
  metrics: ApiMetrics;
}

/** Retries by providers are rare: Temporal is tried for this long before 503. */
const SIGNAL_PATIENCE_MS = 3_000;
const SIGNAL_DEADLINE_MS = 2_000;
const FIRST_GAP_MS = 100;

/** Callbacks of providers and the payer's way back. A callback is acknowledged only after Temporal has it. */
export function webhookRoutes({ store, tokens, metrics }: WebhooksDependencies): Router {
  const router = Router();
  const limit = limitPerPayment();
  const badToken = () => metrics.webhook('any', 'bad_token');
  addRoute(router, '/webhooks/:provider/:paymentId/:token', {
    post: [knownProvider, requireToken(tokens, 'webhook', badToken), limit, rawBody, receive(store, metrics)],
  });
  addRoute(router, '/return/:paymentId/:token', {
    get: [requireToken(tokens, 'return'), limit, comeBack(store, tokens)],
  });
  return router;
}

const knownProvider: RequestHandler = (request, _response, next) => {
  if (!PROVIDERS.some((id) => id === pathParameter(request, 'provider'))) throw notFound();
  next();
};

function requireToken(tokens: PaymentTokens, purpose: TokenPurpose, onBadToken?: () => void): RequestHandler {
  return (request, _response, next) => {
    const paymentId = pathParameter(request, 'paymentId');
    const token = pathParameter(request, 'token');
    if (!PAYMENT_ID.test(paymentId) || !tokens.verify(purpose, paymentId, token)) {
      onBadToken?.();
      throw notFound();
    }
    next();
  };
}

function receive(store: PaymentStore, metrics: ApiMetrics): RequestHandler {
  return async (request, response) => {
    const provider = pathParameter(request, 'provider') as ProviderId;
    const paymentId = pathParameter(request, 'paymentId');
    const reader = WEBHOOK_READERS[provider];
    const body: unknown = request.body;
    const event = reader.read(Buffer.isBuffer(body) ? body : Buffer.alloc(0), new Date().toISOString());
    if ('error' in event) {
      metrics.webhook(provider, 'unreadable');
      throw new Problem('invalid_request', event.error);
    }
    try {
      const open = await signalPatiently(store, paymentId, event);
      if (!open) await receiveLate(store, paymentId);
      metrics.webhook(provider, open ? 'signalled' : 'payment_closed');
    } catch (error) {
      if (error instanceof Problem && error.code === 'temporarily_unavailable')
        metrics.webhook(provider, 'unavailable');
      throw error;
    }
    response.type(reader.acknowledgement.contentType).send(reader.acknowledgement.body);
  };
}

/**
 * A callback for a payment whose workflow has closed: its end was certain, so it is acknowledged and goes no further.
 * @throws Problem not_found when there never was such a payment
 */
async function receiveLate(store: PaymentStore, paymentId: string): Promise<void> {
  if (!(await store.read(paymentId))) throw notFound();
}

/** @returns false when no open workflow has this payment */
async function signalPatiently(
  store: PaymentStore,
  paymentId: string,
  event: ProviderEvent,
): Promise<boolean> {
  const giveUp = Date.now() + SIGNAL_PATIENCE_MS;
  for (let gap = FIRST_GAP_MS; ; gap *= 2) {
    try {
      const deadline = Math.max(FIRST_GAP_MS, Math.min(SIGNAL_DEADLINE_MS, giveUp - Date.now()));
      return await store.signal(paymentId, event, deadline);
    } catch (error) {
      const again = error instanceof Problem && error.code === 'temporarily_unavailable';
      if (!again || Date.now() + gap >= giveUp) throw error;
      await sleep(gap);
    }
  }
}

/** The payer is back: a hint to look, then on to the shop, or to our page when the shop named no address. */
function comeBack(store: PaymentStore, tokens: PaymentTokens): RequestHandler {
  return async (request, response) => {
    const paymentId = pathParameter(request, 'paymentId');
    const memo = await store.read(paymentId);
    if (!memo) throw notFound();
    const event = { id: 'return', receivedAt: new Date().toISOString(), statement: 'the payer came back' };
    // Only a hint: the payer goes on even when Temporal cannot take it, the planned look-ups find out.
    await store.signal(paymentId, event, SIGNAL_DEADLINE_MS).catch((error: unknown) => {
      request.log.warn({ err: error }, 'the return of the payer could not be passed on');
    });
    const checkout = `/checkout/${paymentId}?t=${tokens.sign('checkout', paymentId)}`;
    response.redirect(303, memo.private.returnUrl ?? checkout);
  };
}
