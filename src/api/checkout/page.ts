import QRCode from 'qrcode';
import { describeMoney } from '../../domain/money';
import type { NextAction, Payment } from '../../domain/payment';
import { isSettled, type PaymentStatus } from '../../domain/status';
import { providerOf } from '../../providers/index';
import { Html, html } from '../html';

/** What the payer reads, where a provider or a next step has no words of its own. */
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

/** Where the payer finds a request, by the channel that took it there. */
const DEVICES: ReadonlyMap<string, string> = new Map([
  ['push', 'your phone'],
  ['sms', 'your phone'],
  ['terminal', 'the terminal'],
]);

export interface CheckoutPage {
  payment: Payment;
  /** Address that answers when the payment moved. */
  statusUrl: string;
  returnUrl: string | undefined;
  /** Where the card form comes from and where its token goes; null where payments have no card form. */
  cardForm: CardForm | null;
}

interface CardForm {
  /** The provider's script. */
  scriptUrl: string;
  /** Our code that mounts it. */
  codeUrl: string;
  confirmUrl: string;
}

/** The checkout page: works without script, and updates itself with it. */
export async function checkoutPage(page: CheckoutPage): Promise<string> {
  const { payment, statusUrl, returnUrl } = page;
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
    <p class="status" role="status" aria-live="polite">${sayingOf(payment)}</p>
    ${await action(page)}${back}
  </main>`;
  const refresh = settled ? null : html`<noscript><meta http-equiv="refresh" content="5" /></noscript>`;
  return document(content, refresh, showsCardForm(page) ? page.cardForm : null);
}

/** Whether the payer enters a card here now. */
export function showsCardForm({ payment, cardForm }: Pick<CheckoutPage, 'payment' | 'cardForm'>): boolean {
  return payment.nextAction?.type === 'dropin' && cardForm !== null;
}

/** The page of an address that opens no payment. */
export function checkoutNotFoundPage(): string {
  return document(
    html`<main data-ended="true">
      <h1>There is no payment at this address</h1>
      <p class="status" role="status">Ask the shop for a new link.</p>
    </main>`,
    null,
    null,
  );
}

function sayingOf({ status, provider, nextAction }: Payment): string {
  const own = providerOf(provider).checkoutSayings?.[status];
  if (own !== undefined) return own;
  if (status === 'requires_action' && nextAction?.type === 'dropin') return 'Enter your card.';
  if (status === 'requires_action' && nextAction?.type === 'notified') {
    const device = DEVICES.get(nextAction.channel) ?? 'your other device';
    return `We sent the payment to ${device}. Please approve it there.`;
  }
  return SAYINGS[status];
}

async function action({ payment, cardForm }: CheckoutPage): Promise<Html | null> {
  const { nextAction } = payment;
  if (nextAction?.type === 'dropin' && cardForm) return cardFields(payment, nextAction, cardForm);
  if (nextAction?.type !== 'redirect' || !isWebAddress(nextAction.url)) return null;
  const link = html`<p><a class="action" href="${nextAction.url}" rel="noreferrer">Pay now</a></p>`;
  if (!nextAction.qr) return link;
  // The library writes the code as shapes only; no text of ours goes into it.
  const svg = new Html(await QRCode.toString(nextAction.qr, { type: 'svg', margin: 1 }));
  return html`${link}
    <div class="qr" role="img" aria-label="QR code that opens the payment on your phone">${svg}</div>
    <p class="note">Or scan the code with your phone.</p>`;
}

/** The provider's script draws its form into the empty element; card numbers never reach us. */
function cardFields(
  payment: Payment,
  { clientKey, sessionKey, environment }: Extract<NextAction, { type: 'dropin' }>,
  { confirmUrl }: CardForm,
): Html {
  return html`<div
      id="card"
      class="card"
      data-client-key="${clientKey}"
      data-session-key="${sessionKey}"
      data-environment="${environment}"
      data-confirm-url="${confirmUrl}"
    ></div>
    <p id="card-problem" class="problem" role="alert"></p>
    <p><button id="pay" class="action" type="button" disabled>Pay ${describeMoney(payment)}</button></p>
    <noscript><p class="note">Paying by card needs JavaScript.</p></noscript>`;
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol);
}

function document(content: Html, refresh: Html | null, cardForm: CardForm | null): string {
  const cardScripts = cardForm
    ? html`<script src="${cardForm.scriptUrl}" defer></script>
        <script src="${cardForm.codeUrl}" defer></script>`
    : null;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Payment</title>
        <link rel="icon" href="/checkout/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/checkout/assets/checkout.css" />
        ${refresh}${cardScripts}
        <script src="/checkout/assets/checkout.js" defer></script>
      </head>
      <body>
        ${content}
      </body>
    </html> `.text;
}
