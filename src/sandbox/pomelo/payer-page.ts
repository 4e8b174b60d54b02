import express, { Router, type Response } from 'express';
import { toString as qrPicture } from 'qrcode';
import type { SandboxClock } from '../clock';
import { escapeHtml, htmlPage, PAGE_HEADERS } from '../html-page';
import { PomeloRefusal } from './errors';
import { act, type ActServices } from './payment-acts';
import { isPayable, type State, type Transaction } from './transaction';
import { payerPageUrl, returnUrl } from './transaction-wire';

interface PayerPageServices extends ActServices {
  readonly clock: SandboxClock;
  readonly publicUrl: () => string;
}

const CHOICES = { approve: 'approve', decline: 'decline-attempt', cancel: 'cancel' } as const;

const HEADINGS: Readonly<Record<State, string>> = {
  INITIATED: 'One moment, please',
  QR_CODE_GENERATED: 'Pay with Pomelo Pay',
  AUTHORIZED: 'Your payment is reserved',
  CONFIRMED: 'You have paid',
  REMITTED: 'You have paid',
  REFUND_REQUESTED: 'You have paid',
  REFUNDED: 'Your money was given back',
  CANCELLED: 'This payment was cancelled',
  EXPIRED: 'This payment has expired',
  FAILED: 'This payment failed',
  VOIDED: 'Your payment was taken back',
};

/** The hosted payment page behind `url`, and the QR code that leads to it: plain forms, no script. */
export function payerPageRoutes(services: PayerPageServices): Router {
  const { clock, ledger, publicUrl } = services;
  const router = Router();
  router.get('/qr/:id.svg', async (request, response) => {
    const transaction = ledger.get(request.params.id);
    if (transaction === undefined) return sendNotFound(response);
    const picture = await qrPicture(payerPageUrl(transaction, publicUrl()), { type: 'svg' });
    response.set({ ...PAGE_HEADERS, 'content-type': 'image/svg+xml' }).send(picture);
  });
  router.get('/pay/:id', (request, response) => {
    clock.runDue();
    const transaction = ledger.get(request.params.id);
    if (transaction === undefined) return sendNotFound(response);
    sendTransaction(services, response, 200, transaction);
  });
  router.post('/pay/:id/:choice', express.urlencoded({ limit: '10kb' }), (request, response, next) => {
    clock.runDue();
    const { id, choice } = request.params;
    const transaction = ledger.get(String(id));
    if (transaction === undefined) return sendNotFound(response);
    if (choice === 'leave') return sendWalkedAway(services, response, transaction);
    if (choice !== 'approve' && choice !== 'decline' && choice !== 'cancel') return next();
    const provider = (request.body as { provider?: unknown } | undefined)?.provider;
    const options = typeof provider === 'string' && choice === 'approve' ? { provider } : {};
    try {
      const changed = act(services, CHOICES[choice], transaction, options);
      const isDecline = choice === 'decline';
      const back = backTo(services, changed, isDecline ? changed.attemptFailureUrl : changed.redirectUrl);
      if (back !== undefined) return response.set(PAGE_HEADERS).redirect(303, back);
      const note = isDecline ? '<p>This attempt was declined. You can try again.</p>' : '';
      sendTransaction(services, response, 200, changed, note);
    } catch (error) {
      if (!(error instanceof PomeloRefusal)) throw error;
      sendTransaction(services, response, 409, transaction);
    }
  });
  return router;
}

function sendTransaction(
  services: PayerPageServices,
  response: Response,
  status: number,
  transaction: Transaction,
  note = '',
): void {
  const heading = transaction.confirming ? 'Your payment is being processed' : HEADINGS[transaction.state];
  const { tradingName, providers } = services.desk.accountOf(transaction);
  const next = isPayable(transaction)
    ? choices(services, transaction, providers)
    : backLink(services, transaction);
  const content = `${note}<p>${escapeHtml(tradingName)} asks for</p>
<p class="amount">${escapeHtml(transaction.currency)} ${inUnits(transaction.amountMinor)}</p>
<p>${escapeHtml(transaction.customerReference ?? '')}</p>
${next}
<p class="note">Sandbox ${escapeHtml(transaction.id)}: no real money moves.</p>`;
  sendPage(response, status, heading, content);
}

function choices(
  services: PayerPageServices,
  transaction: Transaction,
  providers: readonly string[],
): string {
  const page = new URL(payerPageUrl(transaction, services.publicUrl())).pathname;
  const button = (choice: string, label: string, style = '', fields = ''): string =>
    `<form method="post" action="${escapeHtml(`${page}/${choice}`)}">${fields}` +
    `<button${style}>${label}</button></form>`;
  return [
    button('approve', 'Pay', ' class="primary"', providerChoice(transaction, providers)),
    button('decline', 'Have this attempt declined'),
    button('cancel', 'Cancel the payment'),
    button('leave', 'Walk away without answering'),
  ].join('\n');
}

/** Without `provider` the page offers a choice (docs/providers/pomelo.md §2). */
function providerChoice({ provider }: Transaction, providers: readonly string[]): string {
  if (provider !== undefined) return `<p>Pay by ${escapeHtml(provider)}</p>`;
  const options = providers.map((each) => `<option>${escapeHtml(each)}</option>`).join('');
  return `<p><label>Pay by <select name="provider">${options}</select></label></p>`;
}

function sendWalkedAway(services: PayerPageServices, response: Response, transaction: Transaction): void {
  const content = `<p>Nothing was decided.</p>${backLink(services, transaction)}`;
  sendPage(response, 200, 'You walked away', content);
}

function backLink(services: PayerPageServices, transaction: Transaction): string {
  const back = backTo(services, transaction, transaction.redirectUrl);
  return back === undefined
    ? '<p>You can close this page.</p>'
    : `<p><a class="button" href="${escapeHtml(back)}">Back to the shop</a></p>`;
}

/** The shop's address with the documented query; undefined where it would run as a script in this page. */
function backTo(
  { desk }: PayerPageServices,
  transaction: Transaction,
  address: string | undefined,
): string | undefined {
  if (address === undefined || /^(javascript|data|vbscript|blob|file):/.test(new URL(address).protocol)) {
    return undefined;
  }
  return returnUrl(address, transaction, desk.signature(transaction));
}

/** Integer cents with two decimals, digit by digit: 2000 → 20.00. */
function inUnits(cents: number): string {
  const digits = String(cents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function sendNotFound(response: Response): void {
  sendPage(
    response,
    404,
    'Nothing to pay here',
    '<p>This payment is unknown. Ask the shop for a new link.</p>',
  );
}

function sendPage(response: Response, status: number, title: string, content: string): void {
  response
    .status(status)
    .set(PAGE_HEADERS)
    .send(htmlPage(title, `<h1>${escapeHtml(title)}</h1>\n${content}`));
}
