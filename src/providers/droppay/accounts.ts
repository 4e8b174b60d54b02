import type { AccessTokens, TokenIssuer } from '../access-tokens';
import { type Account, Accounts } from '../accounts';
import { ProviderError } from '../provider-error';
import { DropPayClient, PROVIDER } from './client';
import type { DropPaySettings } from './config';

/** One DropPay account that calls can be made with. */
export type DropPayAccount = Account<DropPaySettings, DropPayClient>;

/** The configured DropPay accounts by connection name. */
export class DropPayAccounts {
  private readonly accounts: Accounts<DropPaySettings, DropPayClient>;

  constructor(
    connections: Readonly<Record<string, DropPaySettings>>,
    private readonly tokens: AccessTokens,
  ) {
    this.accounts = accountsOf(connections);
  }

  /** @throws ProviderError `invalid_request` when no account has this name. */
  of(connection: string): DropPayAccount {
    return this.accounts.of(connection);
  }

  /**
   * Makes a call with an access token. DropPay's 401/102 says that the token was refused before anything was
   * done (docs/providers/droppay.md §6 rule 5): then the call is made once more with another one.
   */
  async withToken<T>(account: DropPayAccount, call: (accessToken: string) => Promise<T>): Promise<T> {
    const accessToken = await this.tokens.current(account.name);
    try {
      return await call(accessToken);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.providerCode !== '401/102') throw error;
      return call(await this.tokens.replace(account.name, accessToken));
    }
  }
}

/**
 * DropPay's logins, by connection code.
 *
 * @param connections DropPay accounts by connection name
 */
export function dropPayTokens(connections: Readonly<Record<string, DropPaySettings>>): TokenIssuer {
  const accounts = accountsOf(connections);
  return {
    company: 'droppay',
    provider: PROVIDER,
    logIn: async (connection) => {
      const asked = Date.now();
      const { accessToken: value, expiresInSeconds } = await accounts.of(connection).client.logIn();
      return { value, expiresAt: new Date(asked + expiresInSeconds * 1_000).toISOString() };
    },
  };
}

function accountsOf(
  connections: Readonly<Record<string, DropPaySettings>>,
): Accounts<DropPaySettings, DropPayClient> {
  const names = { provider: PROVIDER, variables: 'DROPPAY_' } as const;
  return new Accounts(names, connections, (settings) => new DropPayClient(settings));
}
