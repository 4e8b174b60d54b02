import { Router } from 'express';
import { z } from 'zod';
import { ControlError, controlBody, controlQuery } from '../control-requests';
import type { Json } from '../exact-json';
import type { Notification, WebhookDelivery } from '../webhook-delivery';
import { accountSchema } from './accounts';
import type { Authorization } from './authorization';
import { WEBHOOK_SHAPES } from './authorization-desk';
import { payerPageUrl } from './authorization-wire';
import { DropPayRefusal } from './errors';
import { approvedReturnUrl, PAYER_ACTIONS, payerActs, type PayerAction } from './payer-actions';
import type { PosServices } from './pos-calls';
import { settingsChangeSchema } from './settings';

interface ControlServices extends PosServices {
  readonly webhooks: WebhookDelivery;
  readonly notify: (notification: Notification) => void;
}

const referenceQuery = z.strictObject({ reference: z.string().optional() });
const accountQuery = z.strictObject({ clientId: z.string().optional() });
const sendSchema = z.strictObject({
  authorization: z.string().min(1),
  status: z.string().optional(),
  body: z.json().optional(),
  shape: z.enum(WEBHOOK_SHAPES).optional(),
  url: z.string().optional(),
  omitCredentials: z.boolean().default(false),
});

/** DropPay's own control: accounts, settings, tokens, the payer's acts, the ledger, webhooks on demand. */
export function dropPayControlRoutes(services: ControlServices): Router {
  const router = Router();
  const { accounts, settings, tokens } = services;
  router.get('/accounts', (_request, response) => {
    response.json({ accounts: accounts.list().map(({ clientId, pos }) => ({ clientId, pos })) });
  });
  router.post('/accounts', (request, response) => {
    const account = controlBody(request, accountSchema);
    const taken = accounts.add(account);
    if (taken !== null) throw new ControlError(409, `${taken} is already in use: choose another.`);
    response.status(201).json({ clientId: account.clientId, pos: account.pos });
  });
  router.get('/settings', (request, response) => {
    response.json(settings.of(controlQuery(request, accountQuery).clientId));
  });
  router.post('/settings', (request, response) => {
    response.json(settings.change(controlBody(request, settingsChangeSchema)));
  });
  router.post('/tokens/revoke', (request, response) => {
    response.json({ revoked: tokens.revoke(controlBody(request, accountQuery).clientId) });
  });
  router.get('/ledger', (request, response) => {
    const entries = services.ledger.entries(controlQuery(request, referenceQuery).reference);
    response.json({
      ...entries,
      authorizations: entries.authorizations.map((each) => summary(services, each)),
    });
  });
  router.get('/authorizations/:key', (request, response) => {
    response.json(summary(services, wanted(services, request.params.key)));
  });
  router.post('/authorizations/:key/:action', (request, response, next) => {
    const action = PAYER_ACTIONS.find((candidate) => candidate === request.params.action);
    if (action === undefined) return next();
    services.clock.runDue();
    response.json(summary(services, acted(services, wanted(services, request.params.key), action)));
  });
  router.post('/webhooks/send', async (request, response) => {
    const order = controlBody(request, sendSchema);
    response.json(await sendWebhook(services, order));
  });
  return router;
}

function acted(services: ControlServices, authorization: Authorization, action: PayerAction): Authorization {
  try {
    return payerActs(services.desk, services.notify, authorization, action);
  } catch (error) {
    if (!(error instanceof DropPayRefusal)) throw error;
    throw new ControlError(409, `Cannot ${action} ${authorization.id}: ${error.message}.`);
  }
}

async function sendWebhook(services: ControlServices, order: z.infer<typeof sendSchema>) {
  const authorization = wanted(services, order.authorization);
  const notification = services.desk.notification(authorization);
  const url = order.url ?? notification.url;
  if (url === undefined) {
    throw new ControlError(409, `${authorization.id} was created without webhooks.ALL: give "url".`);
  }
  const shape = order.shape ?? notification.defaultShape;
  const truth = services.desk.notification({
    ...authorization,
    ...(order.status === undefined ? {} : { status: order.status as Authorization['status'] }),
  });
  const body: Json = order.body ?? truth.bodies[shape] ?? null;
  const sent = { ...truth, url, bodies: { [shape]: body }, omitUrlCredentials: order.omitCredentials };
  return services.webhooks.sendNow({ ...sent, retry: { times: 0, delayMs: 0 } }, shape);
}

function wanted(services: ControlServices, key: string): Authorization {
  services.clock.runDue();
  const found = services.ledger.find(key);
  if (found === undefined) {
    throw new ControlError(404, `There is no authorization with the id or merchant_custom_id "${key}".`);
  }
  return found;
}

function summary(services: ControlServices, authorization: Authorization) {
  const { loopbackUri } = authorization;
  return {
    id: authorization.id,
    reference: authorization.reference ?? null,
    clientId: authorization.account.clientId,
    posId: authorization.posId,
    device: authorization.device,
    policy: authorization.policy,
    status: authorization.status,
    amountMinor: authorization.chargeCents,
    currency: 'EUR',
    chargeMaxCount: authorization.maxCharges,
    chargeSuccessCount: authorization.successfulCharges,
    payTokenExpiresAt:
      authorization.payToken === undefined ? null : new Date(authorization.payToken.expiringMs).toISOString(),
    payerPage: authorization.device === 'DROPPAY' ? payerPageUrl(authorization, services.publicUrl()) : null,
    returnUrl:
      loopbackUri === undefined
        ? null
        : authorization.status === 'GRANTED'
          ? approvedReturnUrl(loopbackUri, authorization.id)
          : loopbackUri,
    createdAt: new Date(authorization.createdMs).toISOString(),
    updatedAt: new Date(authorization.updatedMs).toISOString(),
  };
}
