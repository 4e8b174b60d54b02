/** Readable on a phone, in the dark, and without colours. */
export const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 1rem; overflow-wrap: anywhere; }
main { max-width: 42rem; margin: 0 auto; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; margin: 1.75rem 0 .5rem; }
label { display: block; font-weight: 600; margin: .75rem 0 .25rem; }
input, select { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; border: 1px solid #767676;
  border-radius: .4rem; background: Field; color: FieldText; }
button, .action { display: inline-block; margin: .75rem .5rem 0 0; padding: .7rem 1.2rem; border: 2px solid #0b5cad;
  border-radius: .5rem; background: #0b5cad; color: #fff; font: inherit; font-weight: 600; text-decoration: none;
  cursor: pointer; }
.second { background: transparent; color: inherit; }
:focus-visible { outline: 3px solid #f5a623; outline-offset: 2px; }
.status { font-size: 1.25rem; font-weight: 600; margin: .5rem 0; }
.alert { border-left: .3rem solid #b00020; padding: .5rem .75rem; margin: 1rem 0; }
.note { font-size: .9375rem; opacity: .85; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
ol, ul { padding-left: 1.25rem; }
ul.payments { list-style: none; padding: 0; }
ul.payments > li { border-top: 1px solid #8888; padding: .6rem 0; }
.timeline { font-size: .9375rem; overflow-wrap: anywhere; }
.timeline time { font-variant-numeric: tabular-nums; opacity: .85; }
form.inline { display: inline; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .35rem; }
  button, .action { display: block; width: 100%; box-sizing: border-box; text-align: center; } }
`;

/** Keeps the page true: asks for it again, and swaps what has changed. What a person opened, typed or stands on stays. */
export const SCRIPT = `
'use strict';
(async () => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const live = document.getElementById('live');
  const address = live && live.dataset.address;
  if (!address) return;
  let shown = live.innerHTML;
  for (;;) {
    await pause(1000);
    if (document.hidden) continue;
    try {
      const answer = await fetch(address, { cache: 'no-store' });
      if (!answer.ok) continue;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.getElementById('live');
      // The announcing element stays, so that screen readers notice its new text.
      const status = document.getElementById('status');
      const news = page.getElementById('status');
      if (status && news && status.textContent !== news.textContent) status.textContent = news.textContent;
      if (!next || next.innerHTML === shown) continue;
      shown = next.innerHTML;
      for (const { id } of live.querySelectorAll('details[open]')) {
        const same = page.getElementById(id);
        if (same) same.open = true;
      }
      for (const { id, value } of live.querySelectorAll('input[id]')) {
        const same = page.getElementById(id);
        if (same) same.value = value;
      }
      const focused = live.contains(document.activeElement) ? document.activeElement.id : '';
      live.replaceChildren(...next.childNodes);
      if (focused) document.getElementById(focused)?.focus();
    } catch {
      await pause(2000);
    }
  }
})();
`;
