import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { confirmSchema } from '../../contract/http';
import { confirmUpdate } from '../../contract/workflow';
import { type Payment, type ProviderId, PROVIDERS } from '../../domain/payment';
import { type ApiConnections, providerOf } from '../../providers/index';
import { contentSecurityPolicy } from '../content-security-policy';
import { PAYMENT_ID } from '../idempotency';
import { limitPerAddress } from '../middleware/rate-limits';
import { jsonBody } from '../middleware/request-body';
import type { PaymentStore } from '../payment-store';
import type { PaymentTokens } from '../payment-tokens';
import { invalidRequest, notFound, Problem, valid } from '../problem';
import { asProblems } from '../refused-update';
import { addRoute, pathParameter } from '../routes';
import type { StoredPayment } from '../stored-payment';
import { untilGone, waitForChange } from '../wait-for-change';
import { CHECKOUT_ICON, CHECKOUT_SCRIPT, CHECKOUT_STYLE } from './assets';
import { checkoutNotFoundPage, checkoutPage, showsCardForm } from './page';

export interface CheckoutDependencies {
  store: PaymentStore;
  tokens: PaymentTokens;
  connections: ApiConnections;
  stopping: AbortSignal;
}

const HELD_MS = 20_000;
/** Longer ones are cut: the provider wants to know the browser, not its whole family. */
const LONGEST_USER_AGENT = 512;

const cardTokenSchema = z.strictObject({
  paymentToken: z.string('paymentToken is required').min(1).max(4096),
});

/** The page a payer pays on. Opened by the token in its address alone. */
export function checkoutRoutes(dependencies: CheckoutDependencies): Router {
  const { store, tokens, stopping } = dependencies;
  const router = Router();
  const limit = limitPerAddress();
  const assets = '/checkout/assets';
  addRoute(router, `${assets}/checkout.css`, { get: [asset('text/css', CHECKOUT_STYLE)] });
  addRoute(router, `${assets}/icon.svg`, { get: [asset('image/svg+xml', CHECKOUT_ICON)] });
  addRoute(router, `${assets}/checkout.js`, { get: [asset('text/javascript', CHECKOUT_SCRIPT)] });
  for (const id of PROVIDERS) {
    const form = providerOf(id).checkoutForm;
    if (form) addRoute(router, formCodeOf(id), { get: [asset('text/javascript', form.browserCode)] });
  }
  addRoute(router, '/checkout/:paymentId', { get: [limit, page(dependencies)] });
  addRoute(router, '/checkout/:paymentId/status', { get: [limit, status(store, tokens, stopping)] });
  addRoute(router, '/checkout/:paymentId/confirm', { post: [limit, jsonBody, confirm(store, tokens)] });
  return router;
}

function asset(type: string, text: string): RequestHandler {
  return (_request, response) => {
    response.type(type).set('Cache-Control', 'public, max-age=300').send(text);
  };
}

function page({ store, tokens, connections }: CheckoutDependencies): RequestHandler {
  return async (request, response) => {
    const paymentId = pathParameter(request, 'paymentId');
    const t = typeof request.query['t'] === 'string' ? request.query['t'] : '';
    try {
      const { payment, private: hidden } = await openedBy(store, tokens, paymentId, t);
      const address = (call: string) => `/checkout/${paymentId}/${call}?t=${encodeURIComponent(t)}`;
      const scriptUrl = scriptOf(payment, connections);
      const codeUrl = formCodeOf(payment.provider);
      const cardForm = scriptUrl === null ? null : { scriptUrl, codeUrl, confirmUrl: address('confirm') };
      if (cardForm && showsCardForm({ payment, cardForm })) {
        response.set('Content-Security-Policy', contentSecurityPolicy(new URL(cardForm.scriptUrl).origin));
      }
      const { returnUrl } = hidden;
      sendPage(response, await checkoutPage({ payment, statusUrl: address('status'), returnUrl, cardForm }));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'not_found') throw error;
      sendPage(response.status(404), checkoutNotFoundPage());
    }
  };
}

/** Where our code for a provider's form is. */
function formCodeOf(provider: ProviderId): string {
  return `/checkout/assets/form-${provider}.js`;
}

/** Null where the provider has no form, and where its account is not configured here. */
function scriptOf({ provider, connection }: Payment, connections: ApiConnections): string | null {
  const account = connections[provider][connection];
  return account === undefined ? null : (providerOf(provider).checkoutForm?.scriptUrl(account) ?? null);
}

/** Answers at once when the payment is no longer as the page shows it (`since`), else when it moves. */
function status(store: PaymentStore, tokens: PaymentTokens, stopping: AbortSignal): RequestHandler {
  return async (request, response) => {
    const known = await openedBy(store, tokens, pathParameter(request, 'paymentId'), request.query['t']);
    const isNews = request.query['since'] !== known.payment.updatedAt;
    const { payment } = await waitForChange(
      store,
      known,
      isNews ? 0 : HELD_MS,
      untilGone(response, stopping),
    );
    response.set('Cache-Control', 'no-store').json({ status: payment.status, updatedAt: payment.updatedAt });
  };
}

/** The card form's token, with what its provider wants to know of the payer's own request. A backend's word is not given here. */
function confirm(store: PaymentStore, tokens: PaymentTokens): RequestHandler {
  return async (request, response) => {
    const { payment } = await openedBy(
      store,
      tokens,
      pathParameter(request, 'paymentId'),
      request.query['t'],
    );
    const { paymentToken } = valid(cardTokenSchema, request.body ?? {});
    const { checkoutForm, confirmation = confirmSchema } = providerOf(payment.provider);
    if (!checkoutForm) throw new Problem('not_confirmable', 'this payment takes no card here');
    const payer = { clientIp: addressOf(request), userAgent: browserOf(request) };
    const input = valid(confirmation, checkoutForm.confirmWith(paymentToken, payer));
    const confirmed = await asProblems(() => store.update(payment.id, confirmUpdate, [input]));
    if (!confirmed) throw new Problem('not_confirmable', `the payment has ended (${payment.status})`);
    const { nextAction, updatedAt } = confirmed;
    const redirectUrl = nextAction?.type === 'redirect' ? nextAction.url : null;
    response.set('Cache-Control', 'no-store').json({ status: confirmed.status, updatedAt, redirectUrl });
  };
}

/** The payer's address as far as HOLDFAST_TRUST_PROXY lets us believe it; IPv4 in IPv6 clothes is IPv4. */
function addressOf({ ip = '' }: Request): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

function browserOf(request: Request): string {
  const userAgent = request.get('user-agent')?.trim().slice(0, LONGEST_USER_AGENT);
  if (userAgent) return userAgent;
  throw invalidRequest([{ path: 'user-agent', message: 'the User-Agent header is required' }]);
}

async function openedBy(
  store: PaymentStore,
  tokens: PaymentTokens,
  paymentId: string,
  token: unknown,
): Promise<StoredPayment> {
  const opens =
    PAYMENT_ID.test(paymentId) && typeof token === 'string' && tokens.verify('checkout', paymentId, token);
  const stored = opens ? await store.read(paymentId) : null;
  if (!stored) throw notFound();
  return stored;
}

function sendPage(response: Response, text: string): void {
  response.set('Cache-Control', 'no-store').type('html').send(text);
}
