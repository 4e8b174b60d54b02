import type { IncomingHttpHeaders } from 'node:http';
import type { PaymentMemo } from '../contract/workflow';
import type { ProviderEvent } from '../domain/provider-answer';

/** A callback as it came in, or the payer's way back. */
export interface Callback {
  method: string;
  /**
   * The whole address that was called, as the provider knows it: HOLDFAST_PUBLIC_URL, then path and query as they came. A
   * signature may cover it; what a Host header says has no part in it.
   */
  url: string;
  /** Its path, without the query. */
  path: string;
  query: Readonly<Record<string, unknown>>;
  /** The payment that the address names. Null at the one address of all payments. */
  paymentId: string | null;
  body: Buffer;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  /** RFC 3339 */
  receivedAt: string;
}

/** Why a callback goes no further. The message quotes nothing that was received. */
export interface RefusedCallback {
  error: 'unreadable' | 'bad_signature';
  message: string;
}

/**
 * What a callback says of its payment, or why it is not believed.
 * @public for readers of a new company too
 */
export type ReadCallback = ProviderEvent | RefusedCallback;

/** Some signatures are checked by a library that answers later. */
export type Reading = ReadCallback | Promise<ReadCallback>;

/**
 * The payment that a callback is about. `notOurs`: it is genuine and about something else at our account, for instance a
 * sale by another shop; then it is acknowledged, so that the company stops repeating it.
 */
export type FoundPayment = { paymentId: string } | { notOurs: true } | RefusedCallback;

/** How one provider's callbacks are read and what it wants to hear back. */
export interface CallbackReader<Kept> {
  /**
   * Reads a callback about one payment.
   * @param account gives the payment's account. It throws when that is not configured here: then the provider is answered that
   * it has to send the callback again
   */
  read(callback: Callback, stored: PaymentMemo, account: () => Kept): Reading;
  /**
   * Reads what the payer's browser brings back, by either of the payment's addresses. Absent: the provider signs nothing of
   * it, and coming back is a mere hint.
   */
  readReturn?(callback: Callback, stored: PaymentMemo, account: () => Kept): Reading;
  /**
   * Finds the payment of a callback that came to the one address of all payments, once a signature of any account was found
   * right. Absent: there is no such address, every payment has its own.
   * @param accounts by connection name
   */
  find?(callback: Callback, accounts: Readonly<Record<string, Kept>>): FoundPayment;
  acknowledgement: { contentType: string; body: string };
}
