import { PAYMENT_ID } from './idempotency';
import type { PaymentStore } from './payment-store';
import { notFound } from './problem';
import type { StoredPayment } from './stored-payment';

/**
 * A payment of the caller's own.
 * @throws Problem not_found, the same for what does not exist and for what belongs to another caller
 */
export async function ownPayment(store: PaymentStore, id: string, caller: string): Promise<StoredPayment> {
  const stored = PAYMENT_ID.test(id) ? await store.read(id) : null;
  if (stored?.private.caller !== caller) throw notFound();
  return stored;
}
