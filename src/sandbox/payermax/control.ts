import { Router } from 'express';
import { z } from 'zod';
import { ControlError, controlBody, controlQuery } from '../control-requests';
import { mergeJson, writeJson, type Json } from '../exact-json';
import type { Delivery, Notification, WebhookDelivery } from '../webhook-delivery';
import { accountSchema, accountSummary } from './accounts';
import { cardFormSchema, TEST_CARDS } from './card';
import { tokenData } from './card-token-call';
import { chargeSummary, orderSummary, refundSummary } from './control-summaries';
import { PayerMaxRefusal } from './errors';
import type { GatewayServices } from './gateway-services';
import type { Order, Refund } from './order';
import { actOnOrder, actOnRefund, ORDER_ACTS, REFUND_ACTS } from './order-acts';
import { settingsChangeSchema } from './settings';
import { SIGNATURE_SHAPES } from './signing';

interface ControlServices extends GatewayServices {
  readonly webhooks: WebhookDelivery;
}

const referenceQuery = z.strictObject({ reference: z.string().optional() });
const accountQuery = z.strictObject({ clientId: z.string().optional() });
const cardSchema = cardFormSchema.partial();
const sendSchema = z
  .strictObject({
    payment: z.string().min(1).optional(),
    refund: z.string().min(1).optional(),
    status: z.string().optional(),
    merge: z.record(z.string(), z.json()).optional(),
    /** Signed and sent as it stands, byte for byte. */
    text: z.string().optional(),
    shape: z.enum(SIGNATURE_SHAPES).default('signed'),
    url: z.string().optional(),
  })
  .refine((order) => (order.payment === undefined) !== (order.refund === undefined), {
    path: ['payment'],
    error: 'give either payment or refund',
  });

/** PayerMax's own control: accounts, settings, the payer's acts, the ledger, callbacks on demand. */
export function payerMaxControlRoutes(services: ControlServices): Router {
  return Router()
    .use(bookRoutes(services))
    .use(payerRoutes(services))
    .post('/webhooks/send', async (request, response) => {
      response.json(await sendCallback(services, controlBody(request, sendSchema)));
    });
}

function bookRoutes(services: ControlServices): Router {
  const { accounts, settings, ledger } = services;
  const router = Router();
  router.get('/accounts', (_request, response) => {
    response.json({ accounts: accounts.list().map(accountSummary) });
  });
  router.post('/accounts', (request, response) => {
    const account = controlBody(request, accountSchema);
    if (!accounts.add(account)) throw new ControlError(409, 'appId is already in use: choose another.');
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
    const { orders, charges, refunds } = ledger.entries(controlQuery(request, referenceQuery).reference);
    response.json({
      payments: orders.map((order) => orderSummary(order, services.publicUrl())),
      charges: charges.map(chargeSummary),
      refunds: refunds.map(refundSummary),
    });
  });
  return router;
}

function payerRoutes(services: ControlServices): Router {
  const router = Router();
  router.get('/payments/:key', (request, response) => {
    response.json(orderSummary(wantedOrder(services, request.params.key), services.publicUrl()));
  });
  router.post('/payments/:key/:act', (request, response, next) => {
    const act = ORDER_ACTS.find((candidate) => candidate === request.params.act);
    if (act === undefined) return next();
    const order = wantedOrder(services, request.params.key);
    const changed = actOnOrder(services.desk, order, act);
    if (changed === undefined) {
      throw new ControlError(409, `Cannot ${act} ${order.tradeToken}: it is ${order.status}.`);
    }
    response.json(orderSummary(changed, services.publicUrl()));
  });
  router.post('/refunds/:key/:act', (request, response, next) => {
    const act = REFUND_ACTS.find((candidate) => candidate === request.params.act);
    if (act === undefined) return next();
    const refund = wantedRefund(services, request.params.key);
    const changed = actOnRefund(services.desk, refund, act);
    if (changed === undefined) {
      throw new ControlError(409, `Cannot ${act} ${refund.refundTradeNo}: it is ${refund.status}.`);
    }
    response.json(refundSummary(changed));
  });
  router.post('/sessions/:sessionKey/payment-token', (request, response) => {
    response.json(cardToken(services, request.params.sessionKey, controlBody(request, cardSchema)));
  });
  return router;
}

/** What a browser with a filled form would get. */
function cardToken(services: ControlServices, sessionKey: string, card: z.infer<typeof cardSchema>): Json {
  const session = services.sessions.find(sessionKey);
  if (session === undefined) throw new ControlError(404, `There is no session "${sessionKey}".`);
  const nextYear = String(new Date(services.clock.now()).getUTCFullYear() + 1);
  const typed = { ...TEST_CARDS.visa, cardExpirationMonth: '12', cardExpirationYear: nextYear, ...card };
  try {
    return tokenData(session, services.sessions.tokenize(session, cardFormSchema.parse(typed)));
  } catch (error) {
    if (!(error instanceof PayerMaxRefusal)) throw error;
    throw new ControlError(409, `No payment token: ${error.code}. ${error.message}`);
  }
}

async function sendCallback(services: ControlServices, order: z.infer<typeof sendSchema>): Promise<Delivery> {
  const notification = notificationOf(services, order);
  const url = order.url ?? notification.url;
  if (url === undefined) {
    throw new ControlError(409, 'There is no notifyUrl for it: give "url".');
  }
  const lie = order.status === undefined ? {} : { data: { status: order.status } };
  const body = mergeJson(mergeJson(notification.bodies[order.shape], lie), order.merge ?? {});
  const sent = { ...notification, url, label: order.status ?? notification.label };
  return services.webhooks.sendNow(
    { ...sent, retry: { times: 0, delayMs: 0 } },
    order.shape,
    order.text ?? writeJson(body),
  );
}

function notificationOf(services: ControlServices, order: z.infer<typeof sendSchema>): Notification {
  return order.payment === undefined
    ? services.desk.refundNotification(wantedRefund(services, order.refund ?? ''))
    : services.desk.orderNotification(wantedOrder(services, order.payment));
}

function wantedOrder(services: ControlServices, key: string): Order {
  services.clock.runDue();
  const found = services.ledger.findOrder(key);
  if (found === undefined) {
    throw new ControlError(404, `There is no payment with the outTradeNo or tradeToken "${key}".`);
  }
  return found;
}

function wantedRefund(services: ControlServices, key: string): Refund {
  services.clock.runDue();
  const found = services.ledger.findRefund(key);
  if (found === undefined) {
    throw new ControlError(404, `There is no refund with the outRefundNo or refundTradeNo "${key}".`);
  }
  return found;
}
