import { Router, type Response } from 'express';
import type { SandboxClock } from '../clock';
import { escapeHtml, htmlPage, PAGE_HEADERS } from '../html-page';
import { majorOf } from './currencies';
import type { Ledger } from './ledger';
import type { Order } from './order';
import { actOnOrder, returnAddress } from './order-acts';
import type { OrderDesk } from './order-desk';

interface ThreeDsServices {
  readonly clock: SandboxClock;
  readonly ledger: Ledger;
  readonly desk: OrderDesk;
}

const HEADINGS: Readonly<Record<Order['status'], string>> = {
  PENDING: 'Your bank asks: is this you?',
  SUCCESS: 'This payment is done',
  FAILED: 'This payment failed',
  CLOSED: 'This payment has expired',
};

/** The bank's 3DS page behind `redirectUrl`: plain forms, no script. */
export function threeDsRoutes(services: ThreeDsServices): Router {
  const router = Router();
  router.get('/3ds/:tradeToken', (request, response) => {
    services.clock.runDue();
    const order = orderWith3ds(services.ledger, request.params.tradeToken);
    if (order === undefined) return sendNotFound(response);
    sendPage(response, 200, HEADINGS[order.status], orderContent(order));
  });
  router.post('/3ds/:tradeToken/:choice', (request, response, next) => {
    services.clock.runDue();
    const { tradeToken, choice } = request.params;
    const order = orderWith3ds(services.ledger, tradeToken);
    if (order === undefined) return sendNotFound(response);
    if (choice === 'leave') {
      const content = `<p>The payment still waits for you.</p>${backLink(order)}`;
      return sendPage(response, 200, 'You walked away', content);
    }
    if (choice !== 'approve' && choice !== 'decline') return next();
    const ended = actOnOrder(services.desk, order, choice);
    if (ended === undefined) return sendPage(response, 409, HEADINGS[order.status], orderContent(order));
    const address = returnAddress(ended);
    if (address !== undefined) return response.set(PAGE_HEADERS).redirect(303, address);
    sendPage(response, 200, HEADINGS[ended.status], orderContent(ended));
  });
  return router;
}

function orderWith3ds(ledger: Ledger, tradeToken: string): Order | undefined {
  const order = ledger.getOrder(tradeToken);
  return order?.threeDs === true ? order : undefined;
}

function orderContent(order: Order): string {
  const amount = `${order.currency} ${majorOf(order.amountMinor, order.currency).text}`;
  const next = order.status === 'PENDING' ? choices(order.tradeToken) : backLink(order);
  return `<p>Card ${escapeHtml(order.card.masked)} is to pay</p>
<p class="amount">${escapeHtml(amount)}</p>
<p>${escapeHtml(order.subject)}</p>
${next}
<p class="note">Sandbox ${escapeHtml(order.tradeToken)}: no real money moves.</p>`;
}

function choices(tradeToken: string): string {
  const button = (choice: string, label: string, style: string): string =>
    `<form method="post" action="/payermax/3ds/${encodeURIComponent(tradeToken)}/${choice}">` +
    `<button${style}>${label}</button></form>`;
  return [
    button('approve', 'Yes, pay', ' class="primary"'),
    button('decline', 'No, decline', ''),
    button('leave', 'Walk away without answering', ''),
  ].join('\n');
}

function backLink(order: Order): string {
  const address = returnAddress(order);
  if (address === undefined) return '<p>You can close this page.</p>';
  return `<p><a class="button" href="${escapeHtml(address)}">Back to the shop</a></p>`;
}

function sendNotFound(response: Response): void {
  sendPage(
    response,
    404,
    'Nothing to confirm here',
    '<p>This payment is unknown. Ask the shop to start it again.</p>',
  );
}

function sendPage(response: Response, status: number, title: string, content: string): void {
  const html = htmlPage(title, `<h1>${escapeHtml(title)}</h1>\n${content}`);
  response.status(status).set(PAGE_HEADERS).send(html);
}
