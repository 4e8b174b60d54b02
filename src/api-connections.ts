import type { Connections } from './config/connections';
import { currencyOfAccount, type EtPaySettings } from './providers/etpay/config';
import type { PayerMaxSettings } from './providers/payermax/config';
import type { PomeloSettings } from './providers/pomelo/config';

/**
 * What the API has to know of the accounts, by provider and connection name: which there are, what callbacks are checked
 * with, what the checkout page loads. Nothing of it can move money, but for Pomelo's key, which also verifies.
 */
export interface ApiConnections {
  'droppay-pos': Record<string, { refunds: boolean }>;
  'droppay-acquirer': Record<string, object>;
  payermax: Record<string, Pick<PayerMaxSettings, 'publicKey' | 'appId' | 'merchantNo' | 'scriptUrl'>>;
  pomelo: Record<string, Pick<PomeloSettings, 'apiKey'>>;
  etpay: Record<string, { currency: NonNullable<EtPaySettings['assumed']['currency']> }>;
}

/** The part of the accounts' settings that the API keeps. */
export function apiConnections(connections: Connections): ApiConnections {
  return {
    'droppay-pos': each(connections['droppay-pos'], ({ refundPath }) => ({
      refunds: refundPath !== undefined,
    })),
    'droppay-acquirer': each(connections['droppay-acquirer'], () => ({})),
    payermax: each(connections.payermax, ({ publicKey, appId, merchantNo, scriptUrl }) => ({
      publicKey,
      appId,
      merchantNo,
      scriptUrl,
    })),
    pomelo: each(connections.pomelo, ({ apiKey }) => ({ apiKey })),
    etpay: each(connections.etpay, (settings) => ({ currency: currencyOfAccount(settings) })),
  };
}

function each<From, To>(accounts: Record<string, From>, keep: (account: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(accounts).map(([name, account]) => [name, keep(account)]));
}
