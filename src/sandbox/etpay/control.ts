import { Router } from 'express';
import { z } from 'zod';
import { ControlError, controlBody, controlQuery } from '../control-requests';
import type { Json } from '../exact-json';
import type { WebhookDelivery } from '../webhook-delivery';
import { accountSchema, type Account } from './accounts';
import { countryOf, minorUnits } from './countries';
import { WrongState } from './errors';
import type { MerchantServices } from './merchant-calls';
import { PAYER_ACTIONS, payerActs, type PayerAction } from './payer-actions';
import type { Session } from './session';
import { WEBHOOK_SHAPES, type Circumstances } from './session-desk';
import { settingsChangeSchema } from './settings';

interface ControlServices extends MerchantServices {
  readonly webhooks: WebhookDelivery;
  readonly publicUrl: () => string;
}

const referenceQuery = z.strictObject({ reference: z.string().optional() });
const accountQuery = z.strictObject({ clientId: z.string().optional() });
const claimsSchema = z.record(z.string(), z.json()).optional();
const circumstancesSchema = z.strictObject({
  bank: z.string().optional(),
  amount: z.int().min(1).optional(),
  claims: claimsSchema,
});
const sendSchema = z.strictObject({
  payment: z.string().min(1),
  claims: claimsSchema,
  shape: z.enum(WEBHOOK_SHAPES).optional(),
  body: z.json().optional(),
  text: z.string().optional(),
  url: z.string().optional(),
});

/** ETpay's own control: accounts, settings, what payers and banks do, the ledger, webhooks on demand. */
export function etpayControlRoutes(services: ControlServices): Router {
  const router = Router();
  const { accounts, settings } = services;
  router.get('/accounts', (_request, response) => {
    response.json({ accounts: accounts.list().map(accountSummary) });
  });
  router.post('/accounts', (request, response) => {
    const account = controlBody(request, accountSchema);
    const taken = accounts.add(account);
    if (taken !== null) throw new ControlError(409, `${taken} is already in use: choose another.`);
    response.status(201).json(accountSummary(account));
  });
  router.get('/settings', (request, response) => {
    response.json(settings.of(controlQuery(request, accountQuery).clientId));
  });
  router.post('/settings', (request, response) => {
    response.json(settings.change(controlBody(request, settingsChangeSchema)));
  });
  router.get('/ledger', (request, response) => {
    services.clock.runDue();
    const { sessions, charges } = services.ledger.entries(controlQuery(request, referenceQuery).reference);
    // There is no refund by API (docs/providers/etpay.md §9): the list is part of every company's ledger.
    response.json({ payments: sessions.map((session) => summary(services, session)), charges, refunds: [] });
  });
  router.get('/payments/:key', (request, response) => {
    response.json(summary(services, wanted(services, request.params.key)));
  });
  router.post('/payments/:key/:action', async (request, response, next) => {
    const action = PAYER_ACTIONS.find((candidate) => candidate === request.params.action);
    if (action === undefined) return next();
    const how = controlBody(request, circumstancesSchema);
    const session = wanted(services, request.params.key);
    response.json(summary(services, await acted(services, session, action, how)));
  });
  router.post('/webhooks/send', async (request, response) => {
    response.json(await sendWebhook(services, controlBody(request, sendSchema)));
  });
  return router;
}

async function acted(
  services: ControlServices,
  session: Session,
  action: PayerAction,
  how: Circumstances,
): Promise<Session> {
  const { banks } = countryOf(session.account.merchantCode);
  if (how.bank !== undefined && !Object.hasOwn(banks, how.bank)) {
    throw new ControlError(400, `bank: choose one of ${Object.keys(banks).join(', ')}.`);
  }
  try {
    return await payerActs(services.desk, session, action, how);
  } catch (error) {
    if (!(error instanceof WrongState)) throw error;
    throw new ControlError(409, `Cannot ${action} ${session.token}: ${error.message}.`);
  }
}

async function sendWebhook(services: ControlServices, order: z.infer<typeof sendSchema>) {
  const session = wanted(services, order.payment);
  const truth =
    services.ledger.getPayment(order.payment) ??
    services.ledger.paymentsOf(session).at(-1) ??
    services.desk.unrecordedPayment(session);
  const notification = services.desk.notification(session, {
    ...truth,
    saidInstead: { ...truth.saidInstead, ...order.claims },
  });
  const url = order.url ?? notification.url;
  if (url === undefined) {
    throw new ControlError(409, `${session.token} has no payment_webhook_url: give "url".`);
  }
  const shape = order.shape ?? notification.defaultShape;
  const body: Json = order.body ?? notification.bodies[shape] ?? null;
  const sent = { ...notification, url, bodies: { [shape]: body }, retry: { times: 0, delayMs: 0 } };
  return services.webhooks.sendNow(sent, shape, order.text);
}

function wanted(services: ControlServices, key: string): Session {
  services.clock.runDue();
  const found = services.ledger.find(key);
  if (found === undefined) {
    throw new ControlError(404, `There is no session with the token, payment token or order id "${key}".`);
  }
  return found;
}

function accountSummary({ merchantCode, businessName }: Account) {
  return { merchantCode, businessName, currency: countryOf(merchantCode).currency };
}

function summary(services: ControlServices, session: Session) {
  const country = countryOf(session.account.merchantCode);
  return {
    id: session.token,
    reference: session.orderId,
    clientId: session.account.merchantCode,
    state: session.state,
    amountMinor: minorUnits(country, session.amount),
    currency: country.currency,
    attempts: services.ledger.paymentsOf(session).map((payment) => ({
      id: payment.token,
      succeeded: payment.succeeded,
      reason: payment.reason,
      amountMinor: minorUnits(country, payment.amount),
      at: new Date(payment.atMs).toISOString(),
    })),
    payerPage: `${services.publicUrl()}/pmt/session/${session.token}`,
    returnUrl: services.desk.returnUrl(session) ?? null,
    createdAt: new Date(session.createdMs).toISOString(),
    expiresAt: new Date(session.expiresMs).toISOString(),
    updatedAt: new Date(session.updatedMs).toISOString(),
  };
}
