import { referenceAtProvider } from '../../domain/payment';
import type { Opening, ProviderCall } from '../../domain/provider-answer';
import type { NewAuthorization } from './client';
import { type Authorization, DROPPAY_CURRENCY } from './schemas';
import { ProviderError } from '../provider-error';

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
    if (!(error instanceof ProviderError)) throw error;
    if (error.kind === 'declined' || error.kind === 'invalid_request') {
      return refused(error.message, error.providerCode);
    }
    if (error.kind === 'outcome_unknown') return { outcome: 'unknown', detail: error.message };
    throw error;
  }
}

function refused(message: string, providerCode?: string): Opening {
  const end = { end: 'failed', code: 'provider_refused_request', message } as const;
  return { outcome: 'refused', ...end, ...(providerCode && { providerCode }) };
}
