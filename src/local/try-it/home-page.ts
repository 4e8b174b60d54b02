import { type Html, html } from '../../api/html';
import { capabilitiesOf } from '../../providers/capabilities';
import { describeMoney } from '../../domain/money';
import { PROVIDERS } from '../../domain/payment';
import { alert, document, statusText, timelineList, type ToldPayment } from './layout';
import { describeOffer, type OrderForm } from './order-form';

/** The form and the last payments. */
export function homePage(form: OrderForm, told: readonly ToldPayment[], problem: string | null): string {
  const content = html`<h1>Try Holdfast</h1>
    <p class="note">
      The sandbox plays the payment companies: no real money moves. This page is the backend of a shop, and
      you are its payer too.
    </p>
    ${alert(problem)} ${orderForm(form)}
    <h2>Last payments</h2>
    <div id="live" data-address="/">${paymentList(told)}</div>`;
  return document('Try Holdfast', content);
}

function orderForm(form: OrderForm): Html {
  const providers = PROVIDERS.map((id) => {
    const selected = id === form.provider ? html` selected` : null;
    return html`<option value="${id}" ${selected}>${describeOffer(id)}</option>`;
  });
  return html`<form method="post" action="/payments" autocomplete="off">
    <input type="hidden" name="key" value="${form.key}" />
    <label for="provider">Provider</label>
    <select id="provider" name="provider">
      ${providers}
    </select>
    <label for="amount">Amount</label>
    <input id="amount" name="amount" value="${form.amount}" inputmode="decimal" required />
    <label for="reference">Reference</label>
    <input id="reference" name="reference" value="${form.reference}" required maxlength="64" />
    <label for="description">Description</label>
    <input
      id="description"
      name="description"
      value="${form.description}"
      required
      maxlength="140"
      aria-describedby="description-note"
    />
    <p class="note" id="description-note">
      Where a card is entered, the sandbox obeys it: FAILED declines the card, PENDING keeps it waiting, 3DS
      asks the payer.
    </p>
    <button type="submit">Create the payment</button>
  </form>`;
}

function paymentList(told: readonly ToldPayment[]): Html {
  if (told.length === 0) return html`<p class="note">None yet.</p>`;
  const items = told.map(
    ({ payment, timeline }) =>
      html`<li>
        <a id="open-${payment.id}" href="/payments/${payment.id}">${payment.reference}</a> ·
        ${describeMoney(payment)} · ${capabilitiesOf(payment.provider).name} ·
        <strong>${statusText(payment)}</strong>
        <details id="timeline-${payment.id}">
          <summary id="summary-${payment.id}">Timeline</summary>
          ${timelineList(timeline)}
        </details>
      </li>`,
  );
  return html`<ul class="payments">
    ${items}
  </ul>`;
}
