import { proxyActivities } from '@temporalio/workflow';
import type { DropPayAcquirerActivities } from '../../providers/droppay/activities';
import type { Payment, PaymentRequest } from '../../domain/payment';
import { runPayment } from '../payment/run';
import { callsTo } from '../payment/provider-calls';
import type { ProviderPort } from '../payment/provider-port';

const MINUTE = 60_000;

const { READ, TAKE } = callsTo('droppay-acquirer');
const { dropPayCreateAcquirerAuthorization } = proxyActivities<DropPayAcquirerActivities>({
  // Some devices grant what they create: then this call takes the money.
  ...TAKE,
  summary: 'authorize',
});
const { dropPayGetAcquirerAuthorization } = proxyActivities<DropPayAcquirerActivities>({
  ...READ,
  summary: 'ask DropPay',
});
const { dropPayCancelAcquirerAuthorization } = proxyActivities<DropPayAcquirerActivities>({
  ...READ,
  summary: 'undo at DropPay',
});
const { dropPayGrantAuthorization } = proxyActivities<DropPayAcquirerActivities>({
  ...TAKE,
  summary: 'grant',
});

export const dropPayAcquirerPort: ProviderPort = {
  lookUp: dropPayGetAcquirerAuthorization,
  stop: dropPayCancelAcquirerAuthorization,
  settlesWithinMs: 2 * MINUTE,
  // docs/providers/droppay.md §2.2: created as granted, or not.
  openingMayTake: true,
  takesAgain: true,
  endsAreFinal: true,
};

/**
 * A payment that the shop's own terminal took: authorize with policy CHARGED, wait for the backend's word, grant
 * (docs/providers/droppay.md §1, integration 2).
 */
export function dropPayAcquirer(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPayAcquirerPort, async (payment) => {
    await payment.open((call, { urls }) =>
      dropPayCreateAcquirerAuthorization({ ...call, webhookUrl: urls.webhook }),
    );
    await payment.untilConfirmed();
    await payment.capture(dropPayGrantAuthorization);
  });
}
