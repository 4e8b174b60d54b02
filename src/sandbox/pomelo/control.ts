import { Router } from 'express';
import { z } from 'zod';
import { ControlError, controlBody, controlQuery } from '../control-requests';
import { isJsonObject, writeJson, type JsonObject } from '../exact-json';
import type { WebhookDelivery } from '../webhook-delivery';
import { accountSchema, accountSummary, type Account } from './accounts';
import type { ApiServices } from './api-calls';
import { PomeloRefusal } from './errors';
import { act, ACTS, type ActName, type ActOptions } from './payment-acts';
import { isWebhookAddress } from './requests';
import { settingsChangeSchema } from './settings';
import type { Transaction } from './transaction';
import { payerPageUrl, returnUrl, timestamp } from './transaction-wire';
import { WEBHOOK_DESTINATIONS, WEBHOOK_SHAPES } from './webhook-bodies';

interface ControlServices extends ApiServices {
  readonly webhooks: WebhookDelivery;
}

const referenceQuery = z.strictObject({ reference: z.string().optional() });
const accountQuery = z.strictObject({ clientId: z.string().optional() });
const webhookUrlsSchema = accountSchema.pick({ webhookUrls: true }).required();
const noOptions = z.strictObject({});
const refundOptions = z.strictObject({
  amountMinor: z.int().min(1).optional(),
  refundReference: z.string().optional(),
});
const ACT_OPTIONS: Readonly<Partial<Record<ActName, z.ZodType<ActOptions>>>> = {
  approve: z.strictObject({ provider: z.string().optional() }),
  refund: refundOptions,
  'request-refund': refundOptions,
};
const sendSchema = z.strictObject({
  payment: z.string().min(1),
  destination: z.enum(WEBHOOK_DESTINATIONS).optional(),
  url: z.string().optional(),
  state: z.string().optional(),
  override: z.record(z.string(), z.json()).optional(),
  body: z.json().optional(),
  shape: z.enum(WEBHOOK_SHAPES).optional(),
});

/** Pomelo's own control: accounts, settings, the acts on a payment, the ledger, webhooks on demand. */
export function pomeloControlRoutes(services: ControlServices): Router {
  const router = Router().use(accountRoutes(services));
  const { settings, ledger } = services;
  router.get('/settings', (request, response) => {
    response.json(settings.of(controlQuery(request, accountQuery).clientId));
  });
  router.post('/settings', (request, response) => {
    response.json(settings.change(controlBody(request, settingsChangeSchema)));
  });
  router.get('/ledger', (request, response) => {
    const entries = ledger.entries(controlQuery(request, referenceQuery).reference);
    response.json({ ...entries, payments: entries.payments.map((each) => summary(services, each)) });
  });
  router.get('/payments/:key', (request, response) => {
    response.json(summary(services, wanted(services, request.params.key)));
  });
  router.post('/payments/:key/:act', (request, response, next) => {
    const { key, act: name } = request.params;
    if (!isActName(name)) return next();
    const options = controlBody(request, ACT_OPTIONS[name] ?? noOptions);
    response.json(summary(services, acted(services, wanted(services, key), name, options)));
  });
  router.post('/webhooks/send', async (request, response) => {
    response.json(await sendWebhook(services, controlBody(request, sendSchema)));
  });
  return router;
}

function accountRoutes({ accounts, allowLoopbackHttp }: ControlServices): Router {
  const router = Router();
  const checkUrls = ({ webhookUrls }: Pick<Account, 'webhookUrls'>): void => {
    for (const url of webhookUrls) {
      if (isWebhookAddress(url, allowLoopbackHttp)) continue;
      const problem = 'must start with https:// (or http:// on this machine, where the sandbox allows that)';
      throw new ControlError(400, `webhookUrls: ${problem}.`, [{ field: 'webhookUrls', problem }]);
    }
  };
  router.get('/accounts', (_request, response) => {
    response.json({ accounts: accounts.list().map(accountSummary) });
  });
  router.post('/accounts', (request, response) => {
    const account = controlBody(request, accountSchema);
    checkUrls(account);
    const taken = accounts.add(account);
    if (taken !== null) throw new ControlError(409, `${taken} is already in use: choose another.`);
    response.status(201).json(accountSummary(account));
  });
  router.post('/accounts/:appId/webhooks', (request, response) => {
    const change = controlBody(request, webhookUrlsSchema);
    const account = accounts.find(request.params.appId);
    if (account === undefined) throw new ControlError(404, `There is no account "${request.params.appId}".`);
    checkUrls(change);
    response.json(accountSummary(accounts.setWebhookUrls(account, change.webhookUrls)));
  });
  return router;
}

function isActName(name: string): name is ActName {
  return Object.hasOwn(ACTS, name);
}

function acted(
  services: ControlServices,
  transaction: Transaction,
  name: ActName,
  options: ActOptions,
): Transaction {
  try {
    return act(services, name, transaction, options);
  } catch (error) {
    if (!(error instanceof PomeloRefusal)) throw error;
    throw new ControlError(409, `Cannot ${name} ${transaction.id}: ${error.message}.`);
  }
}

async function sendWebhook(services: ControlServices, order: z.infer<typeof sendSchema>) {
  const transaction = wanted(services, order.payment);
  const addresses = services.desk.notifications(transaction);
  const destination = addresses.find(
    (each) => order.destination === undefined || each.destination === order.destination,
  );
  const url = order.url ?? destination?.url;
  if (url === undefined) {
    throw new ControlError(409, `${transaction.id} has no such webhook address: give "url".`);
  }
  const state = order.state === undefined ? {} : { state: order.state };
  const override: JsonObject = { ...state, ...(isJsonObject(order.override) ? order.override : {}) };
  const message = services.desk.message(transaction, override);
  const kind = destination?.destination;
  const notification = { ...message, ...(kind === undefined ? {} : { destination: kind }), url };
  const text = order.body === undefined ? undefined : writeJson(order.body);
  const once = { ...notification, retry: { times: 0, delayMs: 0 } };
  return services.webhooks.sendNow(once, order.shape ?? message.defaultShape, text);
}

function wanted(services: ControlServices, key: string): Transaction {
  services.clock.runDue();
  const found = services.ledger.find(key);
  if (found === undefined)
    throw new ControlError(404, `There is no payment with the id or localId "${key}".`);
  return found;
}

function summary({ desk, publicUrl }: ControlServices, transaction: Transaction) {
  const { redirectUrl } = transaction;
  return {
    id: transaction.id,
    reference: transaction.localId ?? null,
    clientId: transaction.appId,
    state: transaction.state,
    amountMinor: transaction.amountMinor,
    currency: transaction.currency,
    provider: transaction.provider ?? null,
    refundedMinor: transaction.refundedMinor,
    declinedAttempts: transaction.declinedAttempts,
    confirming: transaction.confirming,
    payerPage: payerPageUrl(transaction, publicUrl()),
    returnUrl:
      redirectUrl === undefined ? null : returnUrl(redirectUrl, transaction, desk.signature(transaction)),
    createdAt: timestamp(transaction.createdMs),
    updatedAt: timestamp(transaction.updatedMs),
    expiresAt: timestamp(transaction.expiresMs),
    history: transaction.history.map(({ state, atMs, trigger }) => ({ state, at: timestamp(atMs), trigger })),
  };
}
