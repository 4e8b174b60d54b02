import type { JsonObject } from '../exact-json';
import type { Settings } from './settings';
import type { Transaction } from './transaction';

/** The transaction object of REST answers (docs/providers/pomelo.md §2, §10). */
export function transactionWire(
  transaction: Transaction,
  publicUrl: string,
  settings: Pick<Settings, 'omitUrl' | 'qrSpelling' | 'siblingFields'>,
): JsonObject {
  const { id, state, amountMinor, currency, localId, customerReference, provider } = transaction;
  return {
    id,
    created: timestamp(transaction.createdMs),
    state,
    amount: amountMinor,
    currency,
    localId,
    customerReference,
    provider,
    redirectUrl: transaction.redirectUrl,
    webhook: transaction.webhookUrl,
    url: settings.omitUrl ? undefined : payerPageUrl(transaction, publicUrl),
    ...(settings.qrSpelling === 'none'
      ? {}
      : { [settings.qrSpelling]: { url: qrUrl(transaction, publicUrl) } }),
    expires: timestamp(transaction.expiresMs),
    ...(settings.siblingFields ? siblingFields(transaction) : {}),
  };
}

function siblingFields({ history, updatedMs, amountMinor, currency, state }: Transaction): JsonObject {
  return {
    updated: timestamp(updatedMs),
    history: history.map((step) => ({
      state: step.state,
      updatedDate: timestamp(step.atMs),
      trigger: step.trigger,
    })),
    payAmount: amountMinor,
    payCurrency: currency,
    canVoid: state === 'AUTHORIZED' || state === 'CONFIRMED',
    hasError: state === 'FAILED',
  };
}

/** Where the payer pays: the field `url`. */
export function payerPageUrl({ id }: Transaction, publicUrl: string): string {
  return `${publicUrl}/pay/${id}`;
}

/** A picture of the payer page's address. */
export function qrUrl({ id }: Transaction, publicUrl: string): string {
  return `${publicUrl}/qr/${id}.svg`;
}

/** Milliseconds and `Z` (docs/providers/pomelo.md §2). */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString();
}

/**
 * An address of the shop with `state`, `transactionId` and `signature` appended (docs/providers/pomelo.md §4.6);
 * what it holds already stays as it is.
 */
export function returnUrl(address: string, { state, id }: Transaction, signature: string): string {
  const hashAt = address.indexOf('#');
  const [base, fragment] = hashAt === -1 ? [address, ''] : [address.slice(0, hashAt), address.slice(hashAt)];
  const joint = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&';
  const query = new URLSearchParams({ state, transactionId: id, signature });
  return `${base}${joint}${query.toString()}${fragment}`;
}
