import express, { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { serveCall, type CallDesk, type CompanyCall } from '../call-serving';
import type { CompanyDefinition, CompanyServices } from '../company';
import type { Notification } from '../webhook-delivery';
import { Accounts } from './accounts';
import { cardTokenCall } from './card-token-call';
import { payerMaxControlRoutes } from './control';
import { dropinRoutes } from './dropin-routes';
import { DropinSessions } from './dropin-sessions';
import { textAt } from './envelope';
import type { GatewayServices } from './gateway-services';
import { Ledger } from './ledger';
import { orderCalls } from './order-calls';
import { OrderDesk } from './order-desk';
import { refundCalls } from './refund-calls';
import { SettingsBook } from './settings';
import { SIGNATURE_SHAPES } from './signing';
import { threeDsRoutes } from './three-ds-page';

const GATEWAY = '/aggregate-pay/api/gateway';

const SECRET_KEYS: ReadonlySet<string> = new Set([
  'clientKey',
  'sessionKey',
  'paymentToken',
  'cardNumber',
  'cvv',
  'cardHolderFullName',
  'notifyUrl',
  'refundNotifyUrl',
  'frontCallbackUrl',
]);

/** The stand-in for PayerMax: the aggregate-pay gateway with Drop-in cards. */
export const payerMaxCompany: CompanyDefinition = {
  name: 'payermax',
  calls: [
    'applyDropinSession',
    'orderAndPay',
    'orderQuery',
    'orderClose',
    'refund',
    'refundQuery',
    'cardToken',
  ],
  webhookShapes: SIGNATURE_SHAPES,
  open(services) {
    const { clock, publicUrl, registeredWebhook, webhooks } = services;
    const [accounts, settings, ledger] = [new Accounts(registeredWebhook), new SettingsBook(), new Ledger()];
    const sessions = new DropinSessions({ clock, settings });
    const notify = (notification: Notification): void => void webhooks.plan(notification).send();
    const desk = new OrderDesk({ clock, ledger, settings, notify });
    const gateway = { clock, accounts, sessions, ledger, settings, desk, publicUrl };
    return {
      routes: Router()
        .use(threeDsRoutes(gateway))
        .use(dropinRoutes(publicUrl))
        .use(apiRoutes(services, gateway)),
      control: payerMaxControlRoutes({ ...gateway, webhooks }),
      reset() {
        for (const store of [accounts, settings, ledger, sessions]) store.reset();
      },
    };
  },
};

function apiRoutes(services: CompanyServices, gateway: GatewayServices): Router {
  const desk: CallDesk = { ...services, secretKeys: SECRET_KEYS };
  const serve = (call: CompanyCall): RequestHandler => serveCall(desk, call);
  const router = Router().use(express.raw({ type: () => true, limit: '1mb' }));
  const route = (path: string, call: CompanyCall): void => {
    router
      .route(path)
      .post(serve(call))
      .all(serve(unrecognised(405, { allow: 'POST' })));
  };
  for (const call of [...orderCalls(gateway), ...refundCalls(gateway)]) {
    route(`${GATEWAY}/${call.name}`, call.name === 'orderClose' ? whereEnabled(gateway, call) : call);
  }
  route('/dropin/card-tokens', cardTokenCall(gateway.sessions));
  router.use(serve(unrecognised(404)));
  router.use(unreadableBody);
  return router;
}

/** Only the SDK knows `orderClose`: unless switched on there is no such operation (§3.7, §12 no. 12). */
function whereEnabled({ settings }: GatewayServices, call: CompanyCall): CompanyCall {
  return {
    ...call,
    apply: (incoming) =>
      settings.of(textAt(incoming, 'appId')).orderCloseEnabled ? call.apply(incoming) : { status: 404 },
  };
}

/** What is not an operation at all is answered by status alone; no source shows such an answer. */
function unrecognised(status: number, headers: Readonly<Record<string, string>> = {}): CompanyCall {
  return { name: 'unrecognised', describe: () => ({}), apply: () => ({ status, headers }) };
}

/** A body too long or in an unknown encoding: refused without a body of our own. */
const unreadableBody: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
  if (response.headersSent || error.status === undefined) return next(error);
  response.status(error.status).end();
};
