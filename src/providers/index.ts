import type { z } from 'zod';
import { type ProviderId, PROVIDERS } from '../domain/payment';
import { dropPayAcquirer, dropPayPos } from './droppay/index';
import { etPay } from './etpay/index';
import { payerMax } from './payermax/index';
import { pomelo } from './pomelo/index';
import type { Provider } from './provider';

/** Every provider by its id: all that the API and the settings know of companies. */
const REGISTRY = {
  'droppay-pos': dropPayPos,
  'droppay-acquirer': dropPayAcquirer,
  payermax: payerMax,
  pomelo,
  etpay: etPay,
} as const satisfies Readonly<Record<ProviderId, Provider>>;

type Registered = typeof REGISTRY;

/** Settings of every account by provider and connection name. */
export type Connections = { [Id in ProviderId]: Record<string, z.output<Registered[Id]['settings']>> };

/** What the API keeps of every account, by provider and connection name. */
export type ApiConnections = { [Id in ProviderId]: Record<string, ReturnType<Registered[Id]['keep']>> };

/** @throws Error when it is not registered, which the compiler sees first */
export function providerOf(id: ProviderId): Provider {
  const provider: Provider | undefined = REGISTRY[id];
  if (provider) return provider;
  throw new Error(`src/providers/index.ts REGISTRY lacks ${id}`);
}

/** The company behind a provider id: the name of its stand-in in the sandbox and of its notes in docs/providers. */
export function companyOf(id: ProviderId): string {
  return providerOf(id).company ?? id;
}

/** A value for each provider. */
export function forEachProvider<Value>(valueOf: (provider: Provider) => Value): Record<ProviderId, Value> {
  const entries = PROVIDERS.map((id) => [id, valueOf(providerOf(id))]);
  return Object.fromEntries(entries) as Record<ProviderId, Value>;
}

/** The part of the accounts' settings that the API keeps. */
export function apiConnections(connections: Connections): ApiConnections {
  const kept = forEachProvider((provider) => {
    const accounts = Object.entries(connections[provider.id]);
    return Object.fromEntries(accounts.map(([name, settings]) => [name, provider.keep(settings)]));
  });
  // Each provider keeps what it says it keeps.
  return kept as ApiConnections;
}
