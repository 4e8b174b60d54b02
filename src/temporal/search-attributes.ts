import type { ConnectionLike } from '@temporalio/client';
import { type SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES, paymentSearchAttributes as pairs } from '../contract/search-attributes';
import type { Payment } from '../domain/payment';

/** Search attributes to start a payment's workflow with. */
export function paymentSearchAttributes(payment: Payment, caller: string): TypedSearchAttributes {
  return new TypedSearchAttributes(pairs(payment, caller) as SearchAttributePair[]);
}

/**
 * Makes the namespace know Holdfast's search attributes. Safe to call by every process at every start.
 * @throws ServiceError when the cluster refuses, for instance because its operator API is closed: register them by
 *   `temporal operator search-attribute create` then
 */
export async function registerSearchAttributes(connection: ConnectionLike, namespace: string): Promise<void> {
  const operator = connection.operatorService;
  const { customAttributes } = await operator.listSearchAttributes({ namespace });
  const searchAttributes = Object.fromEntries(
    Object.entries(searchAttributeTypes()).filter(([name]) => !(name in (customAttributes ?? {}))),
  );
  if (Object.keys(searchAttributes).length === 0) return;
  await operator.addSearchAttributes({ namespace, searchAttributes }).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}

/** Name and type of every search attribute, as the cluster's operator API wants them. */
export function searchAttributeTypes(): Record<string, temporal.api.enums.v1.IndexedValueType> {
  return Object.fromEntries(
    Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [
      name,
      temporal.api.enums.v1.IndexedValueType[`INDEXED_VALUE_TYPE_${type}`],
    ]),
  );
}

const ALREADY_EXISTS = 6;

function isAlreadyExists(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === ALREADY_EXISTS;
}
