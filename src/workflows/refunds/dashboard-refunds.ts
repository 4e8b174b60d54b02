import type { SeenRefund } from '../../domain/provider-answer';
import { refundableAmount } from '../../domain/refund';
import { idsOfSeen } from '../../domain/seen-refund';
import type { RefundLedger } from './refund-ledger';

/**
 * Writes down the refunds that were made at the provider's own dashboard. One without an amount is of all that is left; one
 * that the provider no longer shows was turned down.
 *
 * @param received what the payment took, in minor units
 */
export function writeSeenRefunds(
  ledger: RefundLedger,
  paymentId: string,
  received: number,
  seen: readonly SeenRefund[],
): void {
  const idsOf = ({ providerReference }: SeenRefund) =>
    idsOfSeen(paymentId, providerReference, ledger.refunds);
  const shown = seen.map((one) => idsOf(one).id);
  for (const { id, status } of ledger.refunds) {
    if (status !== 'processing' || ledger.isOurs(id) || shown.includes(id)) continue;
    const failure = { code: 'declined', message: 'the provider no longer shows it' } as const;
    ledger.change(id, { status: 'failed', failure });
  }
  for (const one of seen) {
    const { id, nextId } = idsOf(one);
    const known = ledger.find(id)?.status;
    if (known === undefined) addSeen(ledger, received, id, one);
    else if (known === 'failed') addSeen(ledger, received, nextId, one);
    else if (known === 'processing' && known !== one.status) ledger.change(id, { status: one.status });
  }
}

function addSeen(ledger: RefundLedger, received: number, id: string, { status, amount }: SeenRefund): void {
  const refundable = refundableAmount(received, ledger.refunds, 'full_and_partial', amount);
  ledger.add({ id, reason: null }, 'amount' in refundable ? refundable.amount : (amount ?? 0), 'dashboard');
  ledger.change(id, { status });
}
