import type { Opening, ProviderEnd, ProviderMoney, Taking } from '../domain/provider-answer';
import { ProviderError } from './provider-error';

/** The answer for a payment that the company does not take. It was never made known there. */
export function refused(message: string, providerCode?: string): Opening {
  const end = { end: 'failed', code: 'provider_refused_request', message } as const;
  return { outcome: 'refused', ...end, ...(providerCode && { providerCode }) };
}

/**
 * What became of a payment when the call that was to open it failed: the company refused it, or nobody knows.
 *
 * @throws the error itself when asking again may help, or when it is no error of a company's call
 */
export function openingWithout(error: unknown): Opening {
  if (!(error instanceof ProviderError)) throw error;
  const { kind, message, providerCode } = error;
  if (kind === 'declined' || kind === 'invalid_request') return refused(message, providerCode);
  if (kind === 'outcome_unknown') return { outcome: 'unknown', detail: message };
  throw error;
}

/** The answer to a call that took the money. */
export function succeededWith({ amount, currency, reference, chargeReference }: ProviderMoney): Taking {
  return { outcome: 'succeeded', amount, currency, reference, ...(chargeReference && { chargeReference }) };
}

/** The answer to a call that was to take the money of a payment that has ended at the company. */
export function declinedBy({ end, code, message, providerCode }: ProviderEnd): Taking {
  return { outcome: 'declined', end, code, message, ...(providerCode && { providerCode }) };
}

/** The answer for a call that provably never reached the company, or was turned away before anything was done. */
export function notSent(detail: string): { outcome: 'not_sent'; detail: string } {
  return { outcome: 'not_sent', detail };
}

/** A reading, of a payment or of a refund, that decides nothing. */
export function unclear(detail: string): { state: 'unclear'; detail: string } {
  return { state: 'unclear', detail };
}

/** Never more of a foreign error than its name: its message may quote what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof ProviderError) return error.message;
  const { name } = Object(error) as { name?: unknown };
  return typeof name === 'string' ? name : 'unknown reason';
}
