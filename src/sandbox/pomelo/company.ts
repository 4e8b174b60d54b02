import express, { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { serveCall, type CallDesk, type CompanyCall } from '../call-serving';
import type { CompanyDefinition, CompanyServices } from '../company';
import type { Notification } from '../webhook-delivery';
import { Accounts } from './accounts';
import { apiCalls, CALL_NAMES, unrecognisedCall, type ApiServices } from './api-calls';
import { pomeloControlRoutes } from './control';
import { Ledger } from './ledger';
import { payerPageRoutes } from './payer-page';
import { SettingsBook } from './settings';
import { TransactionDesk } from './transaction-desk';
import { WEBHOOK_DESTINATIONS, WEBHOOK_SHAPES } from './webhook-bodies';

const SECRET_KEYS: ReadonlySet<string> = new Set([
  'signature',
  'webhook',
  'redirectUrl',
  'paymentAttemptFailureUrl',
  'customer',
  'tokenizationDetails',
]);

/** The stand-in for Pomelo Pay Connect: hosted payment page, creates v1 and v2. */
export const pomeloCompany: CompanyDefinition = {
  name: 'pomelo',
  calls: CALL_NAMES,
  webhookShapes: WEBHOOK_SHAPES,
  webhookDestinations: WEBHOOK_DESTINATIONS,
  open(services) {
    const { clock, publicUrl, registeredWebhook, webhooks, allowLoopbackHttp } = services;
    const [accounts, settings, ledger] = [new Accounts(registeredWebhook), new SettingsBook(), new Ledger()];
    const notify = (notification: Notification): void => void webhooks.plan(notification).send();
    const deskServices = { clock, accounts, ledger, settings, publicUrl, notify };
    const api = { ...deskServices, desk: new TransactionDesk(deskServices), allowLoopbackHttp };
    return {
      routes: Router().use(payerPageRoutes(api)).use('/public', apiRoutes(services, api)),
      control: pomeloControlRoutes({ ...api, webhooks }),
      reset() {
        for (const store of [accounts, settings, ledger]) store.reset();
      },
    };
  },
};

function apiRoutes(services: CompanyServices, api: ApiServices): Router {
  const desk: CallDesk = { ...services, secretKeys: SECRET_KEYS };
  const calls = apiCalls(api);
  const serve = (call: CompanyCall): RequestHandler => serveCall(desk, call);
  const router = Router().use(express.text({ type: () => true, limit: '1mb' }));
  router.post('/transactions', serve(calls.createV1));
  router.post('/v2/transactions', serve(calls.createV2));
  router.get('/transactions', serve(calls.list));
  router.get('/transactions/:id', serve(calls.read));
  router.post('/transactions/:id/cancel', serve(calls.cancel));
  router.get('/me', serve(calls.me));
  router.use(serve(unrecognisedCall));
  router.use(unreadableBody);
  return router;
}

/** A body too long or in an unknown encoding: the gateway's refusal, without a code. */
const unreadableBody: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
  if (response.headersSent || error.status === undefined) return next(error);
  response.status(error.status).json({ message: 'Bad request' });
};
