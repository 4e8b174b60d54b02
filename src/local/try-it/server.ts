import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { HoldfastError, payments, type Payments } from '../../client/index';
import { type Payment, PROVIDERS } from '../../domain/payment';
import { SCRIPT, STYLE } from './assets';
import { homePage } from './home-page';
import { problemPage, type ToldPayment } from './layout';
import { FormError, minorUnits, orderOf, readOrderForm } from './order-form';
import { paymentPage } from './payment-page';

const HOST = '127.0.0.1';
const LAST_PAYMENTS = '10';

export interface TryItPage {
  url: string;
  close: () => Promise<void>;
}

/**
 * Serves the try-it page on this machine: for development, never beside a production API, because whoever opens it may
 * take payments. The API key stays in this process.
 *
 * @param port 0 = any free one
 */
export async function serveTryItPage(
  api: { apiUrl: string; apiKey: string },
  port: number,
): Promise<TryItPage> {
  const server = createServer();
  const app = tryItApp(payments({ baseUrl: api.apiUrl, apiKey: api.apiKey }));
  server.on('request', (request, response) => void app(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const fix = error.code === 'EADDRINUSE' ? ': free it, or use `npm start -- --free-ports`' : '';
      reject(new Error(`The try-it page cannot have port ${port} (${error.message})${fix}`));
    });
    server.listen(port, HOST, resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function tryItApp(holdfast: Payments): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(headers(), ownPagesOnly, express.urlencoded({ extended: false, limit: '16kb' }));
  app.get('/assets/try-it.css', (_request, response) => void response.type('text/css').send(STYLE));
  app.get('/assets/try-it.js', (_request, response) => void response.type('text/javascript').send(SCRIPT));
  app.get('/', async (_request, response) => {
    const form = { provider: PROVIDERS[0], amount: '20', reference: 'order-1', description: 'Two tickets' };
    send(response, homePage({ ...form, key: randomUUID() }, await lastPayments(holdfast), null));
  });
  app.post('/payments', createPayment(holdfast));
  app.get('/payments/:id', async (request, response) => {
    await sendPayment(response, holdfast, request.params.id, null);
  });
  app.post('/payments/:id/:command', command(holdfast));
  app.use((_request, response) => send(response.status(404), problemPage('There is no such page.')));
  app.use(answerErrors);
  return app;
}

/** Everything from ourselves, nothing inline: the page shows what was typed by people. */
function headers(): RequestHandler {
  const directives = {
    defaultSrc: ["'none'"],
    ...{ scriptSrc: ["'self'"], styleSrc: ["'self'"], connectSrc: ["'self'"], formAction: ["'self'"] },
    ...{ baseUri: ["'none'"], frameAncestors: ["'none'"] },
  };
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    // With none at all browsers would hide from us where a form was sent from.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: false,
  });
}

/** Another site, open in the same browser, could otherwise send forms here, or read pages by a name of its own for this address. */
const ownPagesOnly: RequestHandler = (request, response, next) => {
  const origin = request.get('origin');
  const local = ['localhost', HOST].includes(request.hostname);
  const own = origin === undefined || origin === `http://${request.get('host')}`;
  if (local && (own || request.method === 'GET')) return next();
  send(response.status(403), problemPage('Only this page itself, opened on this machine, may do that.'));
};

function createPayment(holdfast: Payments): RequestHandler {
  return async (request, response) => {
    const form = readOrderForm(request.body);
    try {
      const order = orderOf(form, `http://${request.get('host')}/`);
      const { id } = await holdfast.create(order, form.key || randomUUID());
      response.redirect(303, `/payments/${id}`);
    } catch (error) {
      const { status, message } = problemOf(error);
      // A new key: what was refused under the old one would be answered the same again.
      const again = { ...form, key: randomUUID() };
      send(response.status(status), homePage(again, await lastPayments(holdfast), message));
    }
  };
}

/** What the page's buttons do. */
const COMMANDS: Readonly<
  Record<string, (holdfast: Payments, id: string, fields: Record<string, string>) => Promise<unknown>>
> = {
  confirm: (holdfast, id) => holdfast.confirm(id),
  cancel: (holdfast, id) => holdfast.cancel(id),
  recheck: (holdfast, id) => holdfast.recheck(id),
  refund: async (holdfast, id, { amount = '', key = '' }) => {
    const { currency } = await holdfast.get(id);
    const part = amount.trim() === '' ? {} : { amount: minorUnits(amount, currency) };
    return holdfast.refund(id, { ...part, reason: 'try-it page' }, key || randomUUID());
  },
};

function command(holdfast: Payments): RequestHandler<{ id: string; command: string }> {
  return async ({ params, body }, response, next) => {
    const run = Object.hasOwn(COMMANDS, params.command) ? COMMANDS[params.command] : undefined;
    if (!run) return next();
    try {
      await run(holdfast, params.id, (body ?? {}) as Record<string, string>);
      response.redirect(303, `/payments/${encodeURIComponent(params.id)}`);
    } catch (error) {
      const { status, message } = problemOf(error);
      if (status === 404) throw error;
      await sendPayment(response.status(status), holdfast, params.id, message);
    }
  };
}

async function sendPayment(
  response: Response,
  holdfast: Payments,
  id: string,
  problem: string | null,
): Promise<void> {
  const [told, refunds] = await Promise.all([
    holdfast.get(id).then((payment) => withTimeline(holdfast, payment)),
    holdfast.refunds(id),
  ]);
  send(response, paymentPage(told, refunds.data, problem));
}

async function lastPayments(holdfast: Payments): Promise<ToldPayment[]> {
  const { data } = await holdfast.list({ limit: LAST_PAYMENTS });
  return Promise.all(data.map((payment) => withTimeline(holdfast, payment)));
}

async function withTimeline(holdfast: Payments, payment: Payment): Promise<ToldPayment> {
  return { payment, timeline: (await holdfast.timeline(payment.id)).data };
}

/** @throws whatever is neither the person's mistake nor the API's word */
function problemOf(error: unknown): { status: number; message: string } {
  if (error instanceof FormError) return { status: 400, message: error.message };
  if (!(error instanceof HoldfastError)) throw error;
  const { status, detail, errors = [] } = error.problem;
  const fields = errors.map(({ message }) => message);
  return { status, message: fields.length > 0 ? fields.join('; ') : detail };
}

const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof HoldfastError) {
    send(response.status(error.problem.status), problemPage(error.problem.detail));
    return;
  }
  const { status } = error as { status?: unknown };
  const refused = typeof status === 'number' && status < 500;
  const problem = refused ? 'The form cannot be read.' : 'The API does not answer as it should: see its log.';
  send(response.status(refused ? status : 502), problemPage(problem));
};

function send(response: Response, page: string): void {
  response.set('Cache-Control', 'no-store').type('html').send(page);
}
