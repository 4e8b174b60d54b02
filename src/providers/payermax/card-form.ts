/**
 * Code for the browser: mounts PayerMax's card form and hands its token on (docs/providers/payermax.md §3.2). Once a token is on its way the
 * form stays frozen: only a certain "it was not taken" opens it again.
 */
export const CARD_FORM_SCRIPT = `
'use strict';
(() => {
  const place = document.querySelector('[data-session-key]');
  if (!place) return;
  const { clientKey, sessionKey, environment, confirmUrl } = place.dataset;
  const button = document.querySelector('#pay');
  const problem = document.querySelector('#card-problem');
  const say = (text) => { problem.textContent = text; };
  if (!window.PMdropin) return say('The card form could not be loaded. Please reload the page.');

  const card = window.PMdropin.create('card', { clientKey, sessionKey, sandbox: environment !== 'production' });
  let complete = false;
  let frozen = false;
  const show = () => { button.disabled = frozen || !complete; };
  const label = button.textContent;
  const freeze = (on) => {
    frozen = on;
    card.emit('setDisabled', on);
    button.setAttribute('aria-busy', String(on));
    button.textContent = on ? 'One moment…' : label;
    show();
  };
  card.on('ready', () => { complete = true; show(); });
  card.on('form-check', ({ isFormValid }) => { complete = isFormValid === true; show(); });
  card.mount('#card');

  async function makeToken() {
    const { code, data } = await card.emit('canMakePayment');
    return code === 'APPLY_SUCCESS' && data ? data.paymentToken : null;
  }

  async function handOn(paymentToken) {
    const answer = await fetch(confirmUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ paymentToken }),
    });
    if (answer.status >= 500) throw new Error(String(answer.status));
    if (answer.status === 400 || answer.status === 429) {
      say('This did not work. Please try again.');
      return freeze(false);
    }
    const { redirectUrl } = await answer.json();
    if (redirectUrl) location.assign(redirectUrl);
  }

  button.addEventListener('click', async () => {
    if (frozen) return;
    freeze(true);
    say('');
    const paymentToken = await makeToken().catch(() => null);
    if (!paymentToken) {
      say('Please check the card details.');
      return freeze(false);
    }
    await handOn(paymentToken).catch(() => say('We are checking what happened. Please do not pay again.'));
  });
})();
`;
