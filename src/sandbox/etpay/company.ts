import express, { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { serveCall, type CallDesk, type CompanyCall } from '../call-serving';
import type { CompanyDefinition, CompanyServices } from '../company';
import type { Notification } from '../webhook-delivery';
import { Accounts } from './accounts';
import { etpayControlRoutes } from './control';
import { funnelRoutes } from './funnel-page';
import { Ledger } from './ledger';
import { merchantCalls, type MerchantServices } from './merchant-calls';
import { SessionDesk, WEBHOOK_SHAPES } from './session-desk';
import { SettingsBook } from './settings';

const SECRET_KEYS: ReadonlySet<string> = new Set([
  'merchant_api_token',
  'payment_webhook_url',
  'payment_completed_url',
  'payment_cancellation_url',
  'customer_email',
  'customer_phone',
  'user_rut',
]);

/** The stand-in for ETpay: its API under `/api`, its hosted funnel under `/pmt`. */
export const etpayCompany: CompanyDefinition = {
  name: 'etpay',
  calls: ['initialize', 'status'],
  webhookShapes: WEBHOOK_SHAPES,
  open(services) {
    const { clock, publicUrl, registeredWebhook, webhooks } = services;
    const [accounts, settings, ledger] = [new Accounts(registeredWebhook), new SettingsBook(), new Ledger()];
    const notify = async (notification: Notification): Promise<void> => {
      const plan = webhooks.plan(notification);
      const sent = plan.send();
      if (plan.beforeAnswer) await sent;
    };
    const desk = new SessionDesk({ clock, ledger, settings, notify });
    const merchant = { clock, accounts, settings, ledger, desk };
    return {
      routes: Router().use('/pmt', funnelRoutes(merchant)).use(apiRoutes(services, merchant)),
      control: etpayControlRoutes({ ...merchant, webhooks, publicUrl }),
      reset() {
        for (const store of [accounts, settings, ledger]) store.reset();
      },
    };
  },
};

function apiRoutes(services: CompanyServices, merchant: MerchantServices): Router {
  const desk: CallDesk = { ...services, secretKeys: SECRET_KEYS };
  const calls = merchantCalls(merchant);
  const serve = (call: CompanyCall): RequestHandler => serveCall(desk, call);
  // The media type is not looked at: the company's own SDK sends none (docs/providers/etpay.md §3).
  const router = Router().use(express.text({ type: () => true, limit: '1mb' }));
  router
    .route('/api/session/initialize')
    .post(serve(calls.initialize))
    .all(serve(refused(405, 'Method not allowed')));
  router
    .route('/api/merchant/check_payment_status')
    .post(serve(calls.status))
    .all(serve(refused(405, 'Method not allowed')));
  router.use(serve(refused(404, 'Not found')));
  router.use(unreadableBody);
  return router;
}

function refused(status: number, message: string): CompanyCall {
  const headers: Record<string, string> = status === 405 ? { allow: 'POST' } : {};
  return {
    name: 'unrecognised',
    describe: () => ({}),
    apply: () => ({ status, headers, body: { message } }),
  };
}

/** A body too long or in an unknown encoding. */
const unreadableBody: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
  if (response.headersSent || error.status === undefined) return next(error);
  response.status(error.status).json({ message: 'The body cannot be read' });
};
