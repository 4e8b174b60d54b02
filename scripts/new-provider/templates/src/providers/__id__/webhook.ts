import type { ProviderEvent } from '../../domain/provider-answer';
import { notWritten } from './not-written';

/** A callback as it came in. Header names are in lower case. */
export interface $Pascal$Callback {
  /** The exact bytes: what a signature covers. */
  body: Uint8Array;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The key of the account that the payment was made with. */
  apiKey: string;
  /** RFC 3339 */
  receivedAt: string;
  /** Our reference of the payment whose address was called. */
  expectedReference: string;
}

/** Why a callback goes no further. */
export interface RefusedCallback {
  error: 'unreadable' | 'bad_signature';
  message: string;
}

/** [assumed] What $Name$ wants to hear (docs/providers/$id$.md §4). */
export const $CONSTANT$_ACKNOWLEDGEMENT = { contentType: 'text/plain', body: 'OK' } as const;

/**
 * Checks and reads a callback. The signature is checked over the raw bytes and in constant time, before anything is
 * parsed. Only what it proves may be told as `proven`; without one the event is a hint to read the payment. A callback
 * about another payment is refused.
 */
export function read$Pascal$Webhook(callback: $Pascal$Callback): ProviderEvent | RefusedCallback {
  return notWritten(
    'read$Pascal$Webhook',
    'how a callback is checked and what it says, docs/providers/$id$.md §4',
    callback,
  );
}
