/** What happened to a call, by what it means for the money. */
export const PROVIDER_ERROR_KINDS = [
  /** No connection was made: provably before a byte of the request was written. */
  'not_sent',
  /** They answered: not now. */
  'rate_limited',
  /** A repeatable call met a 5xx, a time-out or a lost connection. */
  'unavailable',
  /** They answered: no. */
  'declined',
  /** Our request is wrong. */
  'invalid_request',
  /** Our credentials are wrong, or do not allow it. */
  'unauthenticated',
  /** It was sent; the answer is missing, 5xx or unreadable. */
  'outcome_unknown',
] as const;
export type ProviderErrorKind = (typeof PROVIDER_ERROR_KINDS)[number];

interface ProviderErrorFields {
  kind: ProviderErrorKind;
  provider: string;
  /** Which call, in words for people: `charge`. */
  call: string;
  /** What happened, in our own words: never a body, never a secret. */
  message: string;
  httpStatus?: number;
  providerCode?: string;
  retryAfterMs?: number;
}

/** A provider's call that did not bring the answer it was made for. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ProviderErrorKind;
  readonly provider: string;
  readonly call: string;
  readonly httpStatus?: number;
  /** The provider's own code, in the form its adapter documents. */
  readonly providerCode?: string;
  /** When they said to come back, in milliseconds from now. */
  readonly retryAfterMs?: number;

  constructor({
    kind,
    provider,
    call,
    message,
    httpStatus,
    providerCode,
    retryAfterMs,
  }: ProviderErrorFields) {
    super(`${provider}, ${call}: ${message}`);
    this.kind = kind;
    this.provider = provider;
    this.call = call;
    this.httpStatus = httpStatus;
    this.providerCode = providerCode;
    this.retryAfterMs = retryAfterMs;
  }
}
