import QRCode from 'qrcode';
import { describeMoney } from '../../domain/money';
import type { Payment } from '../../domain/payment';
import { isEnd, type PaymentStatus } from '../../domain/status';
import { Html, html } from '../html';

/** What the payer reads. */
const SAYINGS: Readonly<Record<PaymentStatus, string>> = {
  processing: 'One moment: the payment is being processed.',
  requires_action: 'Waiting for you to approve the payment.',
  requires_confirmation: 'Waiting for the shop to confirm the payment.',
  succeeded: 'Paid. Thank you!',
  failed: 'The payment was declined. Nothing was taken.',
  expired: 'The time to pay has expired. Nothing was taken.',
  cancelled: 'The payment was cancelled. Nothing was taken.',
  needs_review: 'The payment is being checked. Please do not pay again; the shop will tell you.',
};

export interface CheckoutPage {
  payment: Payment;
  /** Address that answers when the payment moved. */
  statusUrl: string;
  returnUrl: string | undefined;
}

/** The checkout page: works without script, and updates itself with it. */
export async function checkoutPage({ payment, statusUrl, returnUrl }: CheckoutPage): Promise<string> {
  const { status, description, updatedAt } = payment;
  const settled = isSettled(status);
  const back =
    settled && returnUrl ? html`<p><a class="action" href="${returnUrl}">Back to the shop</a></p>` : null;
  const content = html`<main
    data-status-url="${statusUrl}"
    data-updated-at="${updatedAt}"
    data-ended="${String(settled)}"
  >
    <h1>${description}</h1>
    <p class="amount">${describeMoney(payment)}</p>
    <p class="status" role="status" aria-live="polite">${SAYINGS[status]}</p>
    ${await action(payment)}${back}
  </main>`;
  return document(
    content,
    settled ? null : html`<noscript><meta http-equiv="refresh" content="5" /></noscript>`,
  );
}

/** The page of an address that opens no payment. */
export function checkoutNotFoundPage(): string {
  return document(
    html`<main data-ended="true">
      <h1>There is no payment at this address</h1>
      <p class="status" role="status">Ask the shop for a new link.</p>
    </main>`,
    null,
  );
}

/** Nothing more happens on the payer's page; a payment under review is the shop's business now. */
export function isSettled(status: PaymentStatus): boolean {
  return isEnd(status) || status === 'needs_review';
}

async function action({ nextAction }: Payment): Promise<Html | null> {
  if (nextAction?.type !== 'redirect' || !isWebAddress(nextAction.url)) return null;
  const link = html`<p><a class="action" href="${nextAction.url}" rel="noreferrer">Pay now</a></p>`;
  if (!nextAction.qr) return link;
  // The library writes the code as shapes only; no text of ours goes into it.
  const svg = new Html(await QRCode.toString(nextAction.qr, { type: 'svg', margin: 1 }));
  return html`${link}
    <div class="qr" role="img" aria-label="QR code that opens the payment on your phone">${svg}</div>
    <p class="note">Or scan the code with your phone.</p>`;
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol);
}

function document(content: Html, refresh: Html | null): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Payment</title>
        <link rel="stylesheet" href="/checkout/assets/checkout.css" />
        ${refresh}
        <script src="/checkout/assets/checkout.js" defer></script>
      </head>
      <body>
        ${content}
      </body>
    </html> `.text;
}
