import { TEST_CARDS } from './card';

/** What the form inside the iframe may do: run its own script and call its own server. */
export const CARD_FORM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors http: https:",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const DARK = 'color-scheme: dark; --ink: #f3f5f7; --paper: #1b2430; --problem: #ffb4ab;';

const STYLE = `
  :root { color-scheme: light; --ink: #1b2430; --paper: #fff; --problem: #b3261e; }
  [data-theme="dark"] { ${DARK} }
  @media (prefers-color-scheme: dark) { [data-theme="auto"] { ${DARK} } }
  body { margin: 0; font: 16px/1.4 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
  form { padding: 4px; }
  fieldset { border: 0; margin: 0; padding: 0; display: grid; grid-template-columns: 1fr 1fr; gap: 0.6rem; }
  .wide { grid-column: 1 / -1; }
  label { display: block; font-size: 0.9rem; }
  input { box-sizing: border-box; width: 100%; padding: 0.6rem; border: 1px solid #7a8694; border-radius: 6px;
    font: inherit; color: inherit; background: inherit; }
  input:focus-visible { outline: 3px solid #7db4ff; }
  input[aria-invalid="true"] { border-color: var(--problem); }
  .problem { margin: 0.2rem 0 0; color: var(--problem); font-size: 0.85rem; }
  .problem:empty { display: none; }
  .note { margin: 0.8rem 0 0; font-size: 0.85rem; opacity: 0.85; }
`;

/** The card form that the Drop-in script puts into an iframe; `card-form.js` brings it to life. */
export function cardFormPage(): string {
  const { visa, mastercard } = TEST_CARDS;
  return `<!doctype html>
<html lang="en" data-theme="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Card details</title>
<style>${STYLE}</style>
<script src="js/card-form.js" defer></script>
</head>
<body>
<form novalidate>
<fieldset>
${field('cardNumber', 'Card number', 'cc-number', 'inputmode="numeric" maxlength="23"', 'wide')}
${field('expiry', 'Expiry date (MM/YY)', 'cc-exp', 'inputmode="numeric" maxlength="5"')}
${field('cvv', 'Security code', 'cc-csc', 'inputmode="numeric" maxlength="4"')}
${field('cardHolderFullName', 'Name on card', 'cc-name', 'maxlength="64"', 'wide')}
</fieldset>
<p class="problem" id="form-problem" role="alert"></p>
<p class="note">Sandbox, no real money. Visa ${visa.cardNumber} with ${visa.cvv},
Mastercard ${mastercard.cardNumber} with ${mastercard.cvv}, any expiry date to come.</p>
</form>
</body>
</html>
`;
}

function field(name: string, label: string, autocomplete: string, attributes: string, style = ''): string {
  return (
    `<div class="${style}" id="${name}-field"><label for="${name}">${label}</label>` +
    `<input id="${name}" name="${name}" autocomplete="${autocomplete}" ${attributes} ` +
    `aria-describedby="${name}-problem"><p class="problem" id="${name}-problem" role="alert"></p></div>`
  );
}
