import { type Account, Accounts } from '../accounts';
import { PayerMaxClient, PROVIDER } from './client';
import type { PayerMaxSettings } from './config';

/** One PayerMax app that calls can be made with. */
export type PayerMaxAccount = Account<PayerMaxSettings, PayerMaxClient>;
export type PayerMaxAccounts = Accounts<PayerMaxSettings, PayerMaxClient>;

/** The configured PayerMax apps by connection name. */
export function payerMaxAccounts(connections: Readonly<Record<string, PayerMaxSettings>>): PayerMaxAccounts {
  const names = { provider: PROVIDER, variables: 'PAYERMAX_' } as const;
  return new Accounts(names, connections, (settings) => new PayerMaxClient(settings));
}
