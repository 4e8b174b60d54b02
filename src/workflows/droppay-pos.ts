import { proxyActivities } from '@temporalio/workflow';
import type { DropPayActivities } from '../activities/droppay';
import type { Payment, PaymentRequest } from '../domain/payment';
import { type ProviderPort, runPayment } from './payment';
import { READ, TAKE } from './provider-calls';

const MINUTE = 60_000;

const { dropPayCreateAuthorization } = proxyActivities<DropPayActivities>({ ...READ, summary: 'authorize' });
const { dropPayGetAuthorization } = proxyActivities<DropPayActivities>({ ...READ, summary: 'ask DropPay' });
const { dropPayCancelAuthorization } = proxyActivities<DropPayActivities>({
  ...READ,
  summary: 'undo at DropPay',
});
const { dropPayCharge } = proxyActivities<DropPayActivities>({ ...TAKE, summary: 'charge' });

const dropPay: ProviderPort = {
  lookUp: dropPayGetAuthorization,
  stop: dropPayCancelAuthorization,
  // docs/providers/droppay.md §2.4: a pay token lives 180 s; 60 s more for clocks that differ.
  settlesWithinMs: 4 * MINUTE,
};

/** A payment at DropPay by link or QR code: authorize, wait for the payer, charge with the pay token (docs/providers/droppay.md §1). */
export function dropPayPos(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPay, async (payment) => {
    await payment.open((call, { urls }) =>
      dropPayCreateAuthorization({ ...call, webhookUrl: urls.webhook, returnUrl: urls.return }),
    );
    await payment.untilAuthorized();
    await payment.collect(dropPayCharge);
  });
}
