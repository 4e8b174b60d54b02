import { type RequestHandler, type Response, Router } from 'express';
import type { PaymentMemo } from '../../contract/workflow';
import { PAYMENT_ID } from '../idempotency';
import { limitPerAddress } from '../middleware/rate-limits';
import type { PaymentStore } from '../payment-store';
import type { PaymentTokens } from '../payment-tokens';
import { notFound, Problem } from '../problem';
import { addRoute, pathParameter } from '../routes';
import { waitForChange } from '../wait-for-change';
import { CHECKOUT_SCRIPT, CHECKOUT_STYLE } from './assets';
import { checkoutNotFoundPage, checkoutPage } from './page';

export interface CheckoutDependencies {
  store: PaymentStore;
  tokens: PaymentTokens;
  stopping: AbortSignal;
}

const HELD_MS = 20_000;

/** The page a payer pays on. Opened by the token in its address alone. */
export function checkoutRoutes({ store, tokens, stopping }: CheckoutDependencies): Router {
  const router = Router();
  const limit = limitPerAddress();
  addRoute(router, '/checkout/assets/checkout.css', { get: [asset('text/css', CHECKOUT_STYLE)] });
  addRoute(router, '/checkout/assets/checkout.js', { get: [asset('text/javascript', CHECKOUT_SCRIPT)] });
  addRoute(router, '/checkout/:paymentId', { get: [limit, page(store, tokens)] });
  addRoute(router, '/checkout/:paymentId/status', { get: [limit, status(store, tokens, stopping)] });
  return router;
}

function asset(type: string, text: string): RequestHandler {
  return (_request, response) => {
    response.type(type).set('Cache-Control', 'public, max-age=300').send(text);
  };
}

function page(store: PaymentStore, tokens: PaymentTokens): RequestHandler {
  return async (request, response) => {
    const paymentId = pathParameter(request, 'paymentId');
    const t = typeof request.query['t'] === 'string' ? request.query['t'] : '';
    try {
      const { payment, private: hidden } = await openedBy(store, tokens, paymentId, t);
      const statusUrl = `/checkout/${paymentId}/status?t=${encodeURIComponent(t)}`;
      sendPage(response, await checkoutPage({ payment, statusUrl, returnUrl: hidden.returnUrl }));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'not_found') throw error;
      sendPage(response.status(404), checkoutNotFoundPage());
    }
  };
}

/** Answers at once when the payment is no longer as the page shows it (`since`), else when it moves. */
function status(store: PaymentStore, tokens: PaymentTokens, stopping: AbortSignal): RequestHandler {
  return async (request, response) => {
    const known = await openedBy(store, tokens, pathParameter(request, 'paymentId'), request.query['t']);
    const isNews = request.query['since'] !== known.payment.updatedAt;
    const { payment } = await waitForChange(store, known, isNews ? 0 : HELD_MS, response, stopping);
    response.set('Cache-Control', 'no-store').json({ status: payment.status, updatedAt: payment.updatedAt });
  };
}

async function openedBy(
  store: PaymentStore,
  tokens: PaymentTokens,
  paymentId: string,
  token: unknown,
): Promise<PaymentMemo> {
  const opens =
    PAYMENT_ID.test(paymentId) && typeof token === 'string' && tokens.verify('checkout', paymentId, token);
  const memo = opens ? await store.read(paymentId) : null;
  if (!memo) throw notFound();
  return memo;
}

function sendPage(response: Response, text: string): void {
  response.set('Cache-Control', 'no-store').type('html').send(text);
}
