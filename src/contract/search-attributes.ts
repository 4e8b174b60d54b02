import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import type { Payment } from '../domain/payment';

const { KEYWORD, INT, DATETIME } = SearchAttributeType;

/** What the Temporal UI and `temporal workflow list` can filter payments by. No personal data in any of them. */
export const SEARCH_ATTRIBUTES = {
  status: defineSearchAttributeKey('HoldfastStatus', KEYWORD),
  provider: defineSearchAttributeKey('HoldfastProvider', KEYWORD),
  reference: defineSearchAttributeKey('HoldfastReference', KEYWORD),
  providerReference: defineSearchAttributeKey('HoldfastProviderReference', KEYWORD),
  connection: defineSearchAttributeKey('HoldfastConnection', KEYWORD),
  currency: defineSearchAttributeKey('HoldfastCurrency', KEYWORD),
  amount: defineSearchAttributeKey('HoldfastAmount', INT),
  expiresAt: defineSearchAttributeKey('HoldfastExpiresAt', DATETIME),
  /** Name of the API key the payment belongs to: listings show a caller its own payments only. */
  caller: defineSearchAttributeKey('HoldfastCaller', KEYWORD),
} as const;

/** The search attributes of a payment that has just been asked for. */
export function paymentSearchAttributes(payment: Payment, caller: string): SearchAttributeUpdatePair[] {
  return [
    { key: SEARCH_ATTRIBUTES.status, value: payment.status },
    { key: SEARCH_ATTRIBUTES.provider, value: payment.provider },
    { key: SEARCH_ATTRIBUTES.reference, value: payment.reference },
    { key: SEARCH_ATTRIBUTES.connection, value: payment.connection },
    { key: SEARCH_ATTRIBUTES.currency, value: payment.currency },
    { key: SEARCH_ATTRIBUTES.amount, value: payment.amount },
    { key: SEARCH_ATTRIBUTES.expiresAt, value: new Date(payment.expiresAt) },
    { key: SEARCH_ATTRIBUTES.caller, value: caller },
  ];
}
