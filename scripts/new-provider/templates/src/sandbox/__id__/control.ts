import { Router } from 'express';
import { z } from 'zod';
import { ControlError, controlBody, controlQuery } from '../control-requests';
import { accountSchema } from './accounts';
import type { CallServices } from './calls';
import { notWritten } from './not-written';

/** What payers, and time, do to a payment. */
const ACTS = ['approve', 'decline', 'expire', 'pay-late'] as const;

const nothing = z.strictObject({});
const referenceQuery = z.strictObject({ reference: z.string().optional() });

/** $Name$'s own control: accounts, the ledger, the acts on a payment. */
export function $camel$ControlRoutes(services: CallServices): Router {
  const { accounts, ledger, clock } = services;
  const router = Router();
  router.get('/accounts', (_request, response) => {
    response.json({ accounts: accounts.list().map(({ clientId }) => ({ clientId })) });
  });
  router.post('/accounts', (request, response) => {
    const account = controlBody(request, accountSchema);
    if (!accounts.add(account)) throw new ControlError(409, 'clientId is already in use: choose another.');
    response.status(201).json({ clientId: account.clientId });
  });
  //: reserve-and-capture
  router.post('/accounts/:clientId/webhook', (request, response) => {
    const account = accounts.find(request.params.clientId);
    if (!account) throw new ControlError(404, `There is no account "${request.params.clientId}".`);
    const { webhookUrl } = controlBody(request, z.strictObject({ webhookUrl: z.url() }));
    accounts.setWebhookUrl(account, webhookUrl);
    response.json({ clientId: account.clientId, webhookUrl });
  });
  //: form
  router.post('/sessions/:key/payment-token', (request) =>
    notWritten('payment-token', 'what the form gives for a session: §3', request.params.key),
  );
  //: all
  router.get('/ledger', (request, response) => {
    clock.runDue();
    response.json(ledger.entries(controlQuery(request, referenceQuery).reference));
  });
  router.post('/payments/:key/:act', (request, response, next) => {
    const act = ACTS.find((candidate) => candidate === request.params.act);
    if (act === undefined) return next();
    controlBody(request, nothing);
    const payment = ledger.find(request.params.key);
    if (payment === undefined)
      throw new ControlError(404, `There is no payment with the id or reference "${request.params.key}".`);
    response.json(
      notWritten(act, 'what becomes of the payment, and its webhook: docs/providers/$id$.md §2, §4', payment),
    );
  });
  return router;
}
