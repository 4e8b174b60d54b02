import { referenceAtProvider } from '../../domain/payment';
import type { Opening, ProviderCall } from '../../domain/provider-answer';
import type { NewAuthorization } from './client';
import { type Authorization, DROPPAY_CURRENCY } from './schemas';
import { openingWithout, refused } from '../answers';

/**
 * Makes a payment known to DropPay.
 *
 * @param create asks for the authorization and says what its answer means for the payer
 * @throws ProviderError when DropPay could not be asked, and asking again does no harm
 */
export async function openWith(
  call: ProviderCall & { webhookUrl: string },
  create: (wanted: NewAuthorization) => Promise<Authorization>,
  openingOf: (created: Authorization) => Opening,
): Promise<Opening> {
  if (call.currency !== DROPPAY_CURRENCY || call.amount <= 0) {
    return refused(`DropPay takes amounts above zero in ${DROPPAY_CURRENCY} only`);
  }
  try {
    return openingOf(
      await create({
        amount: call.amount,
        description: call.description,
        merchantCustomId: referenceAtProvider(call.paymentId, call.attempt),
        webhookUrl: call.webhookUrl,
      }),
    );
  } catch (error) {
    return openingWithout(error);
  }
}
