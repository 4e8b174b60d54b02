import { proxyActivities } from '@temporalio/workflow';
import type { DropPayActivities } from '../../providers/droppay/activities';
import type { Payment, PaymentRequest } from '../../domain/payment';
import { runPayment } from '../payment/run';
import { callsTo } from '../payment/provider-calls';
import type { ProviderPort } from '../payment/provider-port';

const MINUTE = 60_000;

const { READ, TAKE } = callsTo('droppay-pos');
const { dropPayCreateAuthorization } = proxyActivities<DropPayActivities>({ ...READ, summary: 'authorize' });
const { dropPayGetAuthorization } = proxyActivities<DropPayActivities>({ ...READ, summary: 'ask DropPay' });
const { dropPayCancelAuthorization } = proxyActivities<DropPayActivities>({
  ...READ,
  summary: 'undo at DropPay',
});
const { dropPayCharge } = proxyActivities<DropPayActivities>({ ...TAKE, summary: 'charge' });
const { dropPayRefund } = proxyActivities<DropPayActivities>({ ...TAKE, summary: 'refund' });

export const dropPayPosPort: ProviderPort = {
  lookUp: dropPayGetAuthorization,
  stop: dropPayCancelAuthorization,
  // docs/providers/droppay.md §2.4: a pay token lives 180 s; 60 s more for clocks that differ.
  settlesWithinMs: 4 * MINUTE,
  takesAgain: true,
  endsAreFinal: true,
  // §2.5: once per charge, for any part of it; §3.7: a refund cannot be read back.
  refunds: { send: dropPayRefund },
};

/** A payment at DropPay by link or QR code: authorize, wait for the payer, charge with the pay token (docs/providers/droppay.md §1). */
export function dropPayPos(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPayPosPort, async (payment) => {
    await payment.open((call, { urls }) =>
      dropPayCreateAuthorization({ ...call, webhookUrl: urls.webhook, returnUrl: urls.return }),
    );
    await payment.untilAuthorized();
    await payment.capture(dropPayCharge);
  });
}
