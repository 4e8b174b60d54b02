import { PayerMaxClient, PROVIDER } from './client';
import type { PayerMaxSettings } from './config';
import { ProviderError } from '../provider-error';

/** One PayerMax app that calls can be made with. */
export interface PayerMaxAccount {
  settings: PayerMaxSettings;
  client: PayerMaxClient;
}

/** The configured PayerMax apps by connection name. */
export class PayerMaxAccounts {
  private readonly accounts: ReadonlyMap<string, PayerMaxAccount>;

  constructor(connections: Readonly<Record<string, PayerMaxSettings>>) {
    this.accounts = new Map(
      Object.entries(connections).map(([name, settings]) => [
        name,
        { settings, client: new PayerMaxClient(settings) },
      ]),
    );
  }

  /** @throws ProviderError `invalid_request` when no account has this name. */
  of(connection: string): PayerMaxAccount {
    const account = this.accounts.get(connection);
    if (account) return account;
    throw new ProviderError({
      kind: 'invalid_request',
      provider: PROVIDER,
      call: 'find account',
      message: `this worker has no connection "${connection}": check HOLDFAST_CONNECTIONS or PAYERMAX_*`,
    });
  }
}

/** Never more of a foreign error than its name: its message may quote what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof ProviderError) return error.message;
  const { name } = Object(error) as { name?: unknown };
  return typeof name === 'string' ? name : 'unknown reason';
}
