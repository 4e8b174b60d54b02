import { Router, type Response } from 'express';
import type { SandboxClock } from '../clock';
import { escapeHtml, htmlPage, isSafeLink, PAGE_HEADERS } from '../html-page';
import type { Notification } from '../webhook-delivery';
import type { Authorization } from './authorization';
import type { AuthorizationDesk } from './authorization-desk';
import { DropPayRefusal } from './errors';
import type { Ledger } from './ledger';
import { approvedReturnUrl, payerActs } from './payer-actions';
import { euro } from './wire-values';

interface PayerPageServices {
  readonly clock: SandboxClock;
  readonly ledger: Ledger;
  readonly desk: AuthorizationDesk;
  readonly notify: (notification: Notification) => void;
}

const HEADINGS: Readonly<Record<Authorization['status'], string>> = {
  WAITING: 'Pay with DropPay',
  GRANTED: 'You approved this payment',
  REFUSED: 'You refused this payment',
  EXPIRED: 'This request has expired',
  REVOKED: 'You took your approval back',
  CANCELLED: 'The shop cancelled this request',
};

/** The page that stands for the payer's app: plain forms, no script. */
export function payerPageRoutes(services: PayerPageServices): Router {
  const router = Router();
  router.get('/app/10/:id', (request, response) => {
    services.clock.runDue();
    const authorization = payableBy(services.ledger, request.params.id);
    if (authorization === undefined) return sendNotFound(response);
    sendPage(response, 200, HEADINGS[authorization.status], authorizationContent(authorization));
  });
  router.post('/app/10/:id/:choice', (request, response, next) => {
    services.clock.runDue();
    const { id, choice } = request.params;
    const authorization = payableBy(services.ledger, id);
    if (authorization === undefined) return sendNotFound(response);
    if (choice === 'leave') {
      return sendPage(
        response,
        200,
        'You walked away',
        `<p>The request still waits.</p>${backLink(authorization)}`,
      );
    }
    if (choice !== 'approve' && choice !== 'refuse') return next();
    try {
      const changed = payerActs(services.desk, services.notify, authorization, choice);
      const loopback = safeLoopback(changed);
      if (choice === 'approve' && loopback !== undefined) {
        return response.set(PAGE_HEADERS).redirect(303, approvedReturnUrl(loopback, changed.id));
      }
      sendPage(response, 200, HEADINGS[changed.status], authorizationContent(changed));
    } catch (error) {
      if (!(error instanceof DropPayRefusal)) throw error;
      sendPage(response, 409, HEADINGS[authorization.status], authorizationContent(authorization));
    }
  });
  return router;
}

/** An Acquirer authorization is nobody's to approve, so it has no page. */
function payableBy(ledger: Ledger, id: string): Authorization | undefined {
  const authorization = ledger.get(id);
  return authorization?.device === 'DROPPAY' ? authorization : undefined;
}

function authorizationContent(authorization: Authorization): string {
  const summary = `<p>${escapeHtml(authorization.account.businessName)} asks for</p>
<p class="amount">€ ${euro(authorization.chargeCents).text}</p>
<p>${escapeHtml(authorization.description)}</p>`;
  const next = authorization.status === 'WAITING' ? choices(authorization.id) : backLink(authorization);
  return `${summary}\n${next}\n<p class="note">Sandbox ${escapeHtml(authorization.id)}: no real money moves.</p>`;
}

function choices(id: string): string {
  const button = (choice: string, label: string, style: string): string =>
    `<form method="post" action="/droppay/app/10/${encodeURIComponent(id)}/${choice}">` +
    `<button${style}>${label}</button></form>`;
  return [
    button('approve', 'Approve', ' class="primary"'),
    button('refuse', 'Refuse', ''),
    button('leave', 'Walk away without answering', ''),
  ].join('\n');
}

function backLink(authorization: Authorization): string {
  const loopback = safeLoopback(authorization);
  if (loopback === undefined) return '<p>You can close this page.</p>';
  const address =
    authorization.status === 'GRANTED' ? approvedReturnUrl(loopback, authorization.id) : loopback;
  return `<p><a class="button" href="${escapeHtml(address)}">Back to the shop</a></p>`;
}

function safeLoopback({ loopbackUri }: Authorization): string | undefined {
  return loopbackUri !== undefined && isSafeLink(loopbackUri) ? loopbackUri : undefined;
}

function sendNotFound(response: Response): void {
  sendPage(
    response,
    404,
    'Nothing to pay here',
    '<p>This request is unknown. Ask the shop for a new link.</p>',
  );
}

function sendPage(response: Response, status: number, title: string, content: string): void {
  const html = htmlPage(title, `<h1>${escapeHtml(title)}</h1>\n${content}`);
  response.status(status).set(PAGE_HEADERS).send(html);
}
