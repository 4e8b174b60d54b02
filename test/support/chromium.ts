import { prepared } from './prepared';

/** Where Chromium is, or why there is none; `npm test` says it, else it is looked for (and got) as `npm test` does. */
function findChromium(): { path: string } | { absence: string } {
  const { CHROMIUM_PATH, CHROMIUM_ABSENCE } = process.env;
  const told = CHROMIUM_PATH ? { CHROMIUM_PATH } : CHROMIUM_ABSENCE ? { CHROMIUM_ABSENCE } : null;
  const found = told ?? prepared('chromium');
  return 'CHROMIUM_PATH' in found ? { path: found.CHROMIUM_PATH } : { absence: found.CHROMIUM_ABSENCE };
}

/** `describe` where there is a Chromium; elsewhere the tests are skipped, and say why. */
export function describeInChromium(name: string, tests: (path: string) => void): void {
  const found = findChromium();
  if ('path' in found) describe(name, () => tests(found.path));
  else describe.skip(`${name} — skipped: ${found.absence}`, () => tests(''));
}
