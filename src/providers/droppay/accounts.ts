import { DropPayClient } from './client';
import type { DropPaySettings } from './config';
import { ProviderError } from '../provider-error';

/** Where access tokens come from. Both reject with `ProviderError` of the call `LOG_IN`. */
export interface AccessTokens {
  /** A token that should be alive. */
  current(connection: string): Promise<string>;
  /** Another token than the one DropPay has just refused. */
  replace(connection: string, refused: string): Promise<string>;
}

/** One DropPay account that calls can be made with. */
export interface DropPayAccount {
  name: string;
  settings: DropPaySettings;
  client: DropPayClient;
}

/** The configured DropPay accounts by connection name. */
export class DropPayAccounts {
  private readonly accounts: ReadonlyMap<string, DropPayAccount>;

  constructor(
    settings: Readonly<Record<string, DropPaySettings>>,
    private readonly tokens: AccessTokens,
  ) {
    const entries = Object.entries(settings);
    this.accounts = new Map(
      entries.map(([name, account]) => [
        name,
        { name, settings: account, client: new DropPayClient(account) },
      ]),
    );
  }

  /** @throws ProviderError `invalid_request` when no account has this name. */
  of(connection: string): DropPayAccount {
    const account = this.accounts.get(connection);
    if (account) return account;
    throw new ProviderError({
      kind: 'invalid_request',
      provider: 'DropPay',
      call: 'find account',
      message: `this worker has no connection "${connection}": check HOLDFAST_CONNECTIONS or DROPPAY_*`,
    });
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
