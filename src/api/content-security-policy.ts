/** Everything from ourselves, nothing inline: pages show what strangers wrote. */
const DIRECTIVES = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/**
 * The Content-Security-Policy header.
 * @param cardFormOrigin the one stranger that a page may run a script of and show a frame of
 */
export function contentSecurityPolicy(cardFormOrigin?: string): string {
  const directives = cardFormOrigin
    ? {
        ...DIRECTIVES,
        'script-src': [...DIRECTIVES['script-src'], cardFormOrigin],
        'frame-src': [cardFormOrigin],
      }
    : DIRECTIVES;
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ');
}
