import type { Refunding } from '../../domain/provider-answer';
import type { Refund } from './schemas';

/**
 * What the answer to a refund means (docs/providers/droppay.md §2.5, §3.7). A refund cannot be read back, so what the
 * answer does not say stays unknown.
 *
 * @param asked amount in cents
 */
export function refundingOf(
  { id, status, chargeId, amount }: Refund,
  asked: { chargeId: string; amount: number },
): Refunding {
  const unknown = (detail: string): Refunding => ({ outcome: 'unknown', detail });
  if (chargeId !== null && chargeId !== asked.chargeId) return unknown('the answer is about another charge');
  if (amount !== null && amount !== asked.amount) return unknown('DropPay answers with another amount');
  switch (status) {
    case 'DONE':
    case 'ACCOUNTED':
      return { outcome: 'succeeded', providerRefundReference: id };
    case 'FAILED':
      return { outcome: 'declined', message: 'DropPay says that the refund failed', providerCode: status };
    default:
      return unknown('the refund has a status that is not documented');
  }
}
