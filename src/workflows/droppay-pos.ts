import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { DropPayActivities } from '../activities/droppay';
import type { Payment, PaymentRequest } from '../domain/payment';
import type { ProviderCall } from '../domain/provider-answer';
import { type ProviderPort, runPayment } from './payment';
import { OPEN, READ, TAKE } from './provider-calls';

const MINUTE = 60_000;

const { dropPayGetAuthorization } = proxyActivities<DropPayActivities>({ ...READ, summary: 'ask DropPay' });
const { dropPayCancelAuthorization } = proxyActivities<DropPayActivities>({
  ...READ,
  summary: 'undo at DropPay',
});
const { dropPayCharge } = proxyActivities<DropPayActivities>({ ...TAKE, summary: 'charge' });

function createAuthorization(call: ProviderCall, request: PaymentRequest, options: ActivityOptions) {
  const { dropPayCreateAuthorization } = proxyActivities<DropPayActivities>({
    ...OPEN,
    ...options,
    summary: 'authorize',
  });
  return dropPayCreateAuthorization({
    ...call,
    webhookUrl: request.urls.webhook,
    returnUrl: request.urls.return,
  });
}

const dropPay: ProviderPort = {
  lookUp: (call) => dropPayGetAuthorization(call, { afterCharge: call.takingSent }),
  stop: (call) => dropPayCancelAuthorization(call, { afterCharge: call.takingSent }),
  // docs/providers/droppay.md §2.4: a pay token lives 180 s; 60 s more for clocks that differ.
  settlesWithinMs: 4 * MINUTE,
};

/** A payment at DropPay by link or QR code: authorize, wait for the payer, charge with the pay token (docs/providers/droppay.md §1). */
export function dropPayPos(request: PaymentRequest): Promise<Payment> {
  return runPayment(request, dropPay, async (payment) => {
    await payment.open(createAuthorization);
    await payment.untilAuthorized();
    await payment.collect(dropPayCharge);
  });
}
