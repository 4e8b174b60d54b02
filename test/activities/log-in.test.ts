import { createHash } from 'node:crypto';
import { createLogInActivities } from '../../src/activities/log-in';
import type { TokenIssuer } from '../../src/providers/access-tokens';
import { ProviderError } from '../../src/providers/provider-error';

const EXPIRES_AT = '2026-01-31T10:00:00.000Z';

/** Gives tokens that say who gave them, for which connection. */
const issuer = (company: string): TokenIssuer => ({
  company,
  provider: company.toUpperCase(),
  logIn: async (connection) => ({ value: `${company}/${connection}`, expiresAt: EXPIRES_AT }),
});

test('logs in at the company that is named, and names the token by its hash', async () => {
  const { logIn } = createLogInActivities([issuer('acme'), issuer('other')]);
  expect(await logIn('other', 'default')).toEqual({
    accessToken: { value: 'other/default', expiresAt: EXPIRES_AT },
    hash: createHash('sha256').update('other/default').digest('hex'),
  });
});

test('a company without a login is a final failure that names it', async () => {
  const { logIn } = createLogInActivities([issuer('acme')]);
  await expect(logIn('other', 'default')).rejects.toMatchObject({
    type: 'invalid_request',
    nonRetryable: true,
    message: expect.stringContaining('other'),
  });
});

test.each([
  ['unauthenticated', true],
  ['unavailable', false],
] as const)('%s: the end of it %p', async (kind, nonRetryable) => {
  const error = new ProviderError({ kind, provider: 'Acme', call: 'log in', message: 'no' });
  const { logIn } = createLogInActivities([{ ...issuer('acme'), logIn: () => Promise.reject(error) }]);
  await expect(logIn('acme', 'default')).rejects.toMatchObject({ type: kind, nonRetryable });
});
