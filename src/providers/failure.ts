import { ApplicationFailure } from '@temporalio/common';
import { ProviderError, type ProviderErrorKind } from './provider-error';

/** Whether Temporal may run a read or a harmless write again after an error of this kind. */
const RETRYABLE: Readonly<Record<ProviderErrorKind, boolean>> = {
  not_sent: true,
  rate_limited: true,
  unavailable: true,
  declined: false,
  invalid_request: false,
  unauthenticated: false,
  outcome_unknown: false,
};

/**
 * What Temporal is told about a failed call: its type is the kind of provider error, and the provider's own
 * delay is kept. Anything else is a defect of ours and is passed on as it is.
 */
export function toFailure(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const { kind, provider, call, httpStatus, providerCode, retryAfterMs } = error;
  return ApplicationFailure.create({
    type: kind,
    message: error.message,
    nonRetryable: !RETRYABLE[kind],
    nextRetryDelay: kind === 'rate_limited' ? retryAfterMs : undefined,
    details: [{ provider, call, httpStatus, providerCode, retryAfterMs }],
    cause: error,
  });
}

/** Runs a read or a harmless write so that its failure tells Temporal whether to try again. */
export async function retryable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFailure(error);
  }
}
