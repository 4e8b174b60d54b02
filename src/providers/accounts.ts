import { ProviderError } from './provider-error';

/** One account of a company that calls can be made with. */
export interface Account<Settings, Client> {
  /** The connection's name. */
  name: string;
  settings: Settings;
  client: Client;
}

/** What errors call a company, and how the variables begin that its connection `default` is made of. */
export interface CompanyNames {
  provider: string;
  variables: `${string}_`;
}

/** The configured accounts of one company by connection name. */
export class Accounts<Settings, Client> {
  private readonly accounts: ReadonlyMap<string, Account<Settings, Client>>;

  constructor(
    private readonly names: CompanyNames,
    connections: Readonly<Record<string, Settings>>,
    clientOf: (settings: Settings) => Client,
  ) {
    this.accounts = new Map(
      Object.entries(connections).map(([name, settings]) => [
        name,
        { name, settings, client: clientOf(settings) },
      ]),
    );
  }

  /** @throws ProviderError `invalid_request` when no account has this name. */
  of(connection: string): Account<Settings, Client> {
    const account = this.accounts.get(connection);
    if (account) return account;
    const { provider, variables } = this.names;
    throw new ProviderError({
      kind: 'invalid_request',
      provider,
      call: 'find account',
      message: `this worker has no connection "${connection}": check HOLDFAST_CONNECTIONS or ${variables}*`,
    });
  }
}
