//: hosted-page form
import type { Callback, ReadCallback } from '../callback';
//: reserve-and-capture
import type { Callback, FoundPayment, ReadCallback } from '../callback';
//: all
import type { $Pascal$Settings } from './config';
import { notWritten } from './not-written';

/** What a callback is checked with. */
export type $Pascal$Key = Pick<$Pascal$Settings, 'clientSecret'>;

/** [assumed] What $Name$ wants to hear (docs/providers/$id$.md §4). */
export const $CONSTANT$_ACKNOWLEDGEMENT = { contentType: 'text/plain', body: 'OK' } as const;

/**
 * Checks and reads a callback. The signature is checked over the raw bytes and in constant time, before anything is
 * parsed. Only what it proves may be told as `proven`; without one the event is a hint to read the payment. A callback
 * about another payment than that of the expected reference is refused.
 */
export function read$Pascal$Webhook(
  callback: Callback,
  key: $Pascal$Key,
  expectedReference: string,
): ReadCallback {
  return notWritten(
    'read$Pascal$Webhook',
    'how a callback is checked and what it says, docs/providers/$id$.md §4',
    callback,
    key,
    expectedReference,
  );
}
//: reserve-and-capture

/**
 * Whose callback came to the address that is registered at $Name$ for all payments: the payment of our reference in it, once
 * the signature of any account was found right. What is genuine and not ours is `notOurs`.
 *
 * @param keys by connection name
 */
export function find$Pascal$Payment(
  callback: Callback,
  keys: Readonly<Record<string, $Pascal$Key>>,
): FoundPayment {
  return notWritten(
    'find$Pascal$Payment',
    'which payment a callback is about, docs/providers/$id$.md §4',
    callback,
    keys,
  );
}
//: all
