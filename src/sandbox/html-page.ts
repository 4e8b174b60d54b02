const STYLE = `
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: #f3f5f7; color: #1b2430;
    overflow-wrap: anywhere; }
  main { max-width: 26rem; margin: 3rem auto; padding: 2rem; background: #fff; border-radius: 12px;
    box-shadow: 0 1px 4px rgb(0 0 0 / 15%); }
  h1 { font-size: 1.2rem; margin: 0 0 1rem; }
  .amount { font-size: 2.2rem; font-weight: 700; margin: 0.5rem 0; }
  .note { color: #5a6675; font-size: 0.9rem; }
  form { margin: 0.75rem 0 0; }
  button, .button { display: block; box-sizing: border-box; width: 100%; padding: 0.8rem; border: 1px solid #c6ced8;
    border-radius: 8px; background: #fff; color: inherit; font: inherit; text-align: center; cursor: pointer;
    text-decoration: none; }
  button.primary { background: #0b6b3a; border-color: #0b6b3a; color: #fff; }
  button:focus-visible, .button:focus-visible { outline: 3px solid #7db4ff; }
`;

/**
 * Nothing may run or load. `form-action` stays open: after a form the payer is led to the shop's own
 * address.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Text made safe for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** App schemes such as `myapp://` are allowed; what would run as a script in a page of ours is not. */
export function isSafeLink(address: string): boolean {
  return URL.canParse(address) && !/^(javascript|data|vbscript|blob|file):/.test(new URL(address).protocol);
}

/** A whole page; `title` is escaped here, `content` is HTML. */
export function htmlPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}
