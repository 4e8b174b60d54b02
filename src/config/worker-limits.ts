import { z } from 'zod';
import { type ProviderId, PROVIDERS } from '../domain/payment';

/** How hard one provider may be called. */
interface CallLimit {
  /** Calls in flight per worker process. */
  concurrency: number;
  /** Calls begun a second, by all workers together; null: no limit. */
  perSecond: number | null;
}

/** Workflows that a process keeps in memory, about 0.4 MiB each; others are rebuilt from their history when needed. */
export const DEFAULT_CACHED_WORKFLOWS = 2_000;

export type ProviderLimits = Readonly<Record<ProviderId, CallLimit>>;

/**
 * Enough for 50 calls a second at a provider that takes a second to answer; few enough that a worker whose providers all hang
 * still has memory and sockets to spare.
 */
const CONCURRENCY = 50;
const NO_RATE = 0;

const FIX = 'must be a whole number, then exceptions if there are any: 50,<provider>:10';

/** One number for all providers, then those of single ones: `50,<provider>:10`. */
function perProvider(fallback: number, min: number, max: number) {
  return z
    .string()
    .default('')
    .transform((text, context): Record<ProviderId, number> => {
      const limits = new Map<string, number>();
      for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
        const [, provider = '', digits = ''] = /^(?:([a-z0-9-]+):)?(\d{1,6})$/.exec(entry.trim()) ?? [];
        const limit = Number(digits);
        const known = provider === '' || (PROVIDERS as readonly string[]).includes(provider);
        if (digits === '' || limit < min || limit > max || limits.has(provider)) {
          context.addIssue({ code: 'custom', message: `${FIX} (each ${min} to ${max}, each named once)` });
        } else if (!known) {
          context.addIssue({ code: 'custom', message: `names no provider: "${provider}"` });
        }
        limits.set(provider, limit);
      }
      const all = limits.get('') ?? fallback;
      return forEach((id) => limits.get(id) ?? all);
    });
}

/** The settings that limit calls to providers. */
export const LIMIT_VARIABLES = {
  HOLDFAST_PROVIDER_CONCURRENCY: perProvider(CONCURRENCY, 1, 10_000),
  HOLDFAST_PROVIDER_RATE: perProvider(NO_RATE, 0, 100_000),
};

/** @param rates 0 means no limit */
export function providerLimits(
  concurrencies: Readonly<Record<ProviderId, number>>,
  rates: Readonly<Record<ProviderId, number>>,
): ProviderLimits {
  return forEach((id) => ({
    concurrency: concurrencies[id],
    perSecond: rates[id] === NO_RATE ? null : rates[id],
  }));
}

/** What holds where nothing is set. */
export const DEFAULT_PROVIDER_LIMITS: ProviderLimits = forEach(() => ({
  concurrency: CONCURRENCY,
  perSecond: null,
}));

function forEach<T>(limitOf: (id: ProviderId) => T): Record<ProviderId, T> {
  return Object.fromEntries(PROVIDERS.map((id) => [id, limitOf(id)])) as Record<ProviderId, T>;
}
