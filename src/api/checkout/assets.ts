/** Look of the checkout page: readable on a phone, in the dark, and without colours. */
export const CHECKOUT_STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 1rem; overflow-wrap: anywhere; }
main { max-width: 26rem; margin: 2rem auto; text-align: center; }
h1 { font-size: 1.125rem; font-weight: 600; margin: 0 0 .25rem; overflow-wrap: anywhere; }
.amount { font-size: 2rem; font-weight: 700; margin: 0 0 1rem; }
.status { font-size: 1.125rem; margin: 1rem 0; }
.action { display: inline-block; padding: .8rem 1.6rem; border-radius: .5rem; background: #0b5cad; color: #fff;
  font-weight: 600; text-decoration: none; }
button.action { border: 0; font: inherit; font-weight: 600; cursor: pointer; }
button.action:disabled { opacity: .5; cursor: default; }
.card { text-align: left; margin: 1rem 0; }
.problem { color: #b00020; min-height: 1.5em; }
@media (prefers-color-scheme: dark) { .problem { color: #ff8a80; } }
.action:focus-visible { outline: 3px solid #f5a623; outline-offset: 2px; }
.qr { background: #fff; display: inline-block; padding: .5rem; margin: 1rem 0 0; width: min(15rem, 80vw); }
.qr svg { display: block; width: 100%; height: auto; }
.note { font-size: .875rem; opacity: .8; }
`;

/** Without one of its own a browser asks for /favicon.ico and complains that there is none. */
export const CHECKOUT_ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b5cad"/>' +
  '<path d="M4 8.5l2.5 2.5L12 5.5" fill="none" stroke="#fff" stroke-width="2"/></svg>';

/** Keeps the page true: asks until the payment moves, then swaps what is shown. */
export const CHECKOUT_SCRIPT = `
'use strict';
(async () => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  let failures = 0;
  for (;;) {
    const main = document.querySelector('main');
    if (main.dataset.ended === 'true') return;
    try {
      const address = main.dataset.statusUrl + '&since=' + encodeURIComponent(main.dataset.updatedAt);
      const answer = await fetch(address, { cache: 'no-store' });
      if (!answer.ok) throw new Error(String(answer.status));
      const { updatedAt } = await answer.json();
      failures = 0;
      if (updatedAt === main.dataset.updatedAt) { await pause(250); continue; }
      const page = await (await fetch(location.href, { cache: 'no-store' })).text();
      const next = new DOMParser().parseFromString(page, 'text/html').querySelector('main');
      if (!next) throw new Error('no page');
      const card = main.querySelector('[data-session-key]');
      const nextCard = next.querySelector('[data-session-key]');
      // A card form needs its provider's script, which only a page made for it may load.
      if (nextCard && !card) return location.reload();
      // What the payer is typing stays.
      const keep = nextCard && nextCard.dataset.sessionKey === card.dataset.sessionKey;
      // The announcing element stays, so that screen readers notice its new text.
      const status = main.querySelector('[role=status]');
      const text = next.querySelector('[role=status]').textContent;
      if (!keep) next.querySelector('[role=status]').replaceWith(status);
      if (!keep) main.replaceChildren(...next.childNodes);
      main.dataset.updatedAt = next.dataset.updatedAt;
      main.dataset.ended = next.dataset.ended;
      if (status.textContent !== text) status.textContent = text;
      await pause(250);
    } catch {
      failures = Math.min(failures + 1, 5);
      await pause(1000 * 2 ** failures);
    }
  }
})();
`;
