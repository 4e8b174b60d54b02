import { type Html, html } from '../../api/html';
import { capabilitiesOf } from '../../providers/capabilities';
import { describeMoney } from '../../domain/money';
import type { Payment } from '../../domain/payment';
import type { Refund } from '../../domain/refund';
import { isOpen, type PaymentStatus } from '../../domain/status';
import { alert, backHome, clockText, document, statusText, timelineList, type ToldPayment } from './layout';

const SAYINGS: Readonly<Record<PaymentStatus, string>> = {
  processing: 'Holdfast or the provider is at work.',
  requires_action: 'Waiting for the payer.',
  requires_confirmation: 'Waiting for a confirmation.',
  succeeded: 'The money was taken, once.',
  failed: 'The provider said no. Nothing was taken.',
  expired: 'The time ran out. Nothing was taken.',
  cancelled: 'Cancelled. Nothing was taken.',
  needs_review: 'What happened cannot be known, or is not what was asked: a person decides.',
};

/** One payment: where it stands, what can be done now, and what happened. */
export function paymentPage(told: ToldPayment, refunds: readonly Refund[], problem: string | null): string {
  const { payment, timeline } = told;
  const content = html`${backHome()}
    <h1>${describeMoney(payment)} · ${payment.reference}</h1>
    <p class="status" id="status" role="status" aria-live="polite">
      ${statusText(payment)}: ${SAYINGS[payment.status]}
    </p>
    ${alert(problem)}
    <div id="live" data-address="/payments/${payment.id}" data-status="${payment.status}">
      ${nextStep(payment)} ${commands(payment, refunds)}
      <h2>Payment</h2>
      ${facts(payment)} ${refunds.length === 0 ? null : refundList(refunds)}
      <h2>Timeline</h2>
      ${timelineList(timeline)}
    </div>`;
  return document(`${payment.reference}: ${statusText(payment)}`, content);
}

function nextStep(payment: Payment): Html | null {
  const { nextAction, checkoutUrl } = payment;
  const { name } = capabilitiesOf(payment.provider);
  const checkout = besideThisPage('checkout', checkoutUrl, 'Open the checkout page');
  switch (nextAction?.type) {
    case 'redirect':
      return html`<p>${besideThisPage('payer', nextAction.url, `Be the payer at ${name}`)} ${checkout}</p>
        <p class="note">There you approve, decline or walk away. This page follows.</p>`;
    case 'dropin':
      return html`<p>${checkout}</p>
        <p class="note">
          Be the payer there, with the test card 4444333322221111, CVV 123, any later month.
        </p>`;
    case 'confirm':
      return html`<p>The shop’s terminal takes the card; then the backend says so.</p>
        ${button(payment, 'confirm', 'The terminal took the card')}`;
    case 'notified':
      return html`<p>${name} asked the payer on another device (${nextAction.channel}).</p>`;
    case 'wait':
      return html`<p>Holdfast asks ${name} again at ${clockText(nextAction.nextCheckAt)} UTC.</p>`;
    default:
      return null;
  }
}

function commands(payment: Payment, refunds: readonly Refund[]): Html {
  const { cancel } = capabilitiesOf(payment.provider);
  const open = isOpen(payment.status);
  return html`<div>
    ${open && cancel ? button(payment, 'cancel', 'Cancel') : null}
    ${open ? button(payment, 'recheck', 'Ask the provider now') : null}
    ${mayRefund(payment, refunds) ? refundForm(payment, refunds) : null}
  </div>`;
}

/** Whether the button makes sense; whether the refund is possible, the API decides. */
function mayRefund({ provider, status, amountReceived }: Payment, refunds: readonly Refund[]): boolean {
  const rule = capabilitiesOf(provider).refund;
  const live = refunds.filter((refund) => refund.status !== 'failed');
  if (status !== 'succeeded' || rule === 'none' || (rule === 'once' && live.length > 0)) return false;
  return live.reduce((sum, { amount }) => sum + amount, 0) < amountReceived;
}

/** The key counts the refunds seen so far: sending the form twice is one refund. */
function refundForm(payment: Payment, refunds: readonly Refund[]): Html {
  return html`<form method="post" action="/payments/${payment.id}/refund" autocomplete="off">
    <input type="hidden" name="key" value="refund-${refunds.length + 1}" />
    <label for="refund-amount">Give back, in ${payment.currency} (empty: all that is left)</label>
    <input id="refund-amount" name="amount" inputmode="decimal" />
    <button id="refund" type="submit" class="second">Refund</button>
  </form>`;
}

function facts(payment: Payment): Html {
  const { currency, failure, review } = payment;
  const money = (amount: number) => describeMoney({ amount, currency });
  const rows: [string, string | null][] = [
    ['Id', payment.id],
    ['Provider', capabilitiesOf(payment.provider).name],
    ['Description', payment.description],
    ['Their reference', payment.providerReference],
    ['Received', money(payment.amountReceived)],
    ['Refunded', money(payment.amountRefunded)],
    ['Failure', failure && `${failure.code}: ${failure.message}`],
    ['Review', review && `${review.reason}: ${review.detail}`],
    ['Expires', `${clockText(payment.expiresAt)} UTC`],
  ];
  const shown = rows.filter(([, value]) => value !== null);
  return html`<dl>
    ${shown.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function refundList(refunds: readonly Refund[]): Html {
  const items = refunds.map((refund) => html`<li>${describeMoney(refund)}: ${refund.status}</li>`);
  return html`<h2>Refunds</h2>
    <ul>
      ${items}
    </ul>`;
}

function button(payment: Payment, command: string, label: string): Html {
  const look = command === 'confirm' ? '' : 'second';
  return html`<form class="inline" method="post" action="/payments/${payment.id}/${command}">
    <button id="${command}" type="submit" class="${look}">${label}</button>
  </form>`;
}

function besideThisPage(id: string, url: string, label: string): Html {
  return html`<a class="action" id="${id}" href="${url}" target="_blank" rel="noopener">${label}</a>`;
}
