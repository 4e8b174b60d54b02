import express, { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { serveCall, type CallDesk, type CompanyCall } from '../call-serving';
import type { CompanyDefinition, CompanyServices } from '../company';
import type { Notification } from '../webhook-delivery';
import { AccessTokens } from './access-tokens';
import { Accounts } from './accounts';
import { AuthorizationDesk, WEBHOOK_SHAPES } from './authorization-desk';
import { dropPayControlRoutes } from './control';
import { Ledger } from './ledger';
import { payerPageRoutes } from './payer-page';
import { posCalls, type PosServices } from './pos-calls';
import { SettingsBook } from './settings';
import { tokenCall } from './token-calls';

const SECRET_KEYS: ReadonlySet<string> = new Set([
  'code',
  'client_secret',
  'refresh_token',
  'access_token',
  'pay_token_val',
  'ALL',
  'loopback_uri',
]);

/** The stand-in for DropPay, POS API with the DropPay and the Acquirer device. */
export const dropPayCompany: CompanyDefinition = {
  name: 'droppay',
  calls: ['token', 'create', 'read', 'delete', 'patch', 'charge', 'refund'],
  webhookShapes: WEBHOOK_SHAPES,
  open(services) {
    const { clock, publicUrl, webhooks } = services;
    const [accounts, settings, ledger] = [new Accounts(), new SettingsBook(), new Ledger()];
    const tokens = new AccessTokens(clock);
    const notify = (notification: Notification): void => void webhooks.plan(notification).send();
    const desk = new AuthorizationDesk({ clock, ledger, settings, publicUrl, notify });
    const pos = { clock, accounts, tokens, ledger, settings, desk, publicUrl };
    return {
      routes: Router().use(payerPageRoutes({ clock, ledger, desk, notify })).use(apiRoutes(services, pos)),
      control: dropPayControlRoutes({ ...pos, webhooks, notify }),
      reset() {
        for (const store of [accounts, settings, ledger, tokens]) store.reset();
      },
    };
  },
};

function apiRoutes(services: CompanyServices, pos: PosServices): Router {
  const desk: CallDesk = { ...services, secretKeys: SECRET_KEYS };
  const calls = posCalls(pos);
  const serve = (call: CompanyCall): RequestHandler => serveCall(desk, call);
  // The media type is not looked at: no source says that DropPay wants one.
  const router = Router().use(express.text({ type: () => true, limit: '1mb' }));
  router
    .route('/oa2/v1/ac/token')
    .post(serve(tokenCall(pos, 'POST')))
    .put(serve(tokenCall(pos, 'PUT')))
    .all(serve(methodNotAllowed('POST, PUT')));
  router
    .route('/shop/v1/pos/authorization')
    .post(serve(calls.create))
    .all(serve(methodNotAllowed('POST')));
  router
    .route('/shop/v1/pos/authorization/:id')
    .get(serve(calls.read))
    .delete(serve(calls.delete))
    .patch(serve(calls.patch))
    .all(serve(methodNotAllowed('GET, DELETE, PATCH')));
  router
    .route('/shop/v1/pos/charge')
    .post(serve(calls.charge))
    .all(serve(methodNotAllowed('POST')));
  router
    .route('/shop/v1/pos/refund')
    .post(serve(calls.refund))
    .all(serve(methodNotAllowed('POST')));
  router.use(serve({ name: 'unrecognised', describe: () => ({}), apply: () => ({ status: 404 }) }));
  router.use(unreadableBody);
  return router;
}

function methodNotAllowed(allow: string): CompanyCall {
  return { name: 'unrecognised', describe: () => ({}), apply: () => ({ status: 405, headers: { allow } }) };
}

/** A body too long or in an unknown encoding: refused without a body of our own. */
const unreadableBody: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
  if (response.headersSent || error.status === undefined) return next(error);
  response.status(error.status).end();
};
